package herald.streams;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** How far event time is in one partition of a stream. */
public final class Times {
  /** The greatest timestamp that came: what is late is told by it. */
  static final String OBSERVED = "observed";

  /** The greatest timestamp of a group that changed: windows close by it. */
  static final String SETTLED = "settled";

  /** Windows that ended here or before were closed because the partition was silent. */
  static final String CLOSED = "closed";

  private static final long NONE = Long.MIN_VALUE / 4;

  private Times() {}

  /** The store of a stream. */
  public static StoreBuilder<KeyValueStore<String, Long>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.Long())
        .withCachingDisabled();
  }

  static long get(KeyValueStore<String, Long> store, String which) {
    Long time = store.get(which);
    return time == null ? NONE : time;
  }
}
