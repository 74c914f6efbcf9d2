package herald.streams;

import java.util.List;
import org.apache.kafka.streams.Topology;

/** A stream of the catalog. */
public interface Stream {
  /** Its name. */
  String name();

  /** The topics that it reads, the sources' first. */
  List<String> topics();

  /** Where its groups are kept; null where it has none. */
  default Groups groups() {
    return null;
  }

  /**
   * How long a partition may be silent in an environment before its windows close, in milliseconds;
   * 0 for ever.
   */
  default long idleMs(String environment) {
    return 0;
  }

  /**
   * What it does.
   *
   * @param registry where schemas are asked for
   * @param idleMs how long a partition may be silent; 0 for ever
   */
  Topology topology(Registry registry, long idleMs);
}
