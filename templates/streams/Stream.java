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

  /** What it does. */
  Topology topology(Registry registry);
}
