package herald.streams;

import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlySessionStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

/**
 * Where the groups of a stream are kept, and what one gives.
 *
 * @param store name of the state store
 * @param kind what kind of store it is
 * @param output the event that a group gives
 */
public record Groups(String store, Kind kind, CloseWindows.Output output) {

  /** Kinds of stores. */
  public enum Kind {
    /** One state for each key. */
    TOTALS,
    /** One for each key and window. */
    WINDOWS,
    /** One for each key and session. */
    SESSIONS
  }

  /** Shows every group that this process holds, as the event that it would give now. */
  void each(KafkaStreams streams, Consumer<GenericRecord> show) {
    switch (kind) {
      case TOTALS -> totals(streams, show);
      case WINDOWS -> {
        ReadOnlyWindowStore<GenericRecord, GenericRecord> found =
            streams.store(
                StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.windowStore()));
        windows(found.all(), show);
      }
      case SESSIONS -> {
        ReadOnlySessionStore<GenericRecord, GenericRecord> found =
            streams.store(
                StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.sessionStore()));
        windows(found.fetch(null, null), show);
      }
    }
  }

  private void totals(KafkaStreams streams, Consumer<GenericRecord> show) {
    ReadOnlyKeyValueStore<GenericRecord, GenericRecord> found =
        streams.store(
            StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.keyValueStore()));
    try (KeyValueIterator<GenericRecord, GenericRecord> all = found.all()) {
      all.forEachRemaining(group -> show.accept(output.of(group.key, 0, 0, group.value)));
    }
  }

  private void windows(
      KeyValueIterator<Windowed<GenericRecord>, GenericRecord> all, Consumer<GenericRecord> show) {
    try (all) {
      all.forEachRemaining(
          group -> {
            var window = group.key.window();
            show.accept(output.of(group.key.key(), window.start(), window.end(), group.value));
          });
    }
  }
}
