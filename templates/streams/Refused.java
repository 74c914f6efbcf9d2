package herald.streams;

/** Why the application cannot run, in one line without secrets; trying again does not help. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A refusal, in words. */
  public Refused(String why) {
    super(why);
  }
}
