package herald.streams;

/** Something that a stream stands on does not answer: the record is not to blame, and waits. */
public final class Outage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An outage, in words. */
  public Outage(String why, Throwable cause) {
    super(why, cause);
  }
}
