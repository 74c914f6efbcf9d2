package herald.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * The head of a stream: passes over what it does not read, decodes, takes the event time, and drops
 * messages that were seen. A relay that dies between the broker's answer and its own note publishes
 * a message again, which exactly-once does not see.
 */
public final class Head implements FixedKeyProcessorSupplier<byte[], byte[], Message> {
  private final String name;
  private final Registry registry;
  private final Map<String, Schema> readers;
  private final boolean table;
  private final ToLongFunction<GenericRecord> time;
  private final long dedupMs;
  private final Schema projection;

  /**
   * A head.
   *
   * @param name name of its store
   * @param registry where writers' schemas are asked for
   * @param readers schema to read with, by message type
   * @param table whether records without a value remove a row
   * @param time event time in milliseconds; null for the record's own
   * @param dedupMs how far back in event time a repeat is recognised; negative for not at all
   * @param projection fields that several sources share; null where there is one source
   */
  public Head(
      String name,
      Registry registry,
      Map<String, Schema> readers,
      boolean table,
      ToLongFunction<GenericRecord> time,
      long dedupMs,
      Schema projection) {
    this.name = name;
    this.registry = registry;
    this.readers = readers;
    this.table = table;
    this.time = time;
    this.dedupMs = dedupMs;
    this.projection = projection;
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    if (dedupMs < 0) {
      return Set.of();
    }
    // Visible as long as `time >= greatest time - dedupMs`.
    Duration retention = Duration.ofMillis(dedupMs + 1);
    return Set.of(
        Stores.windowStoreBuilder(
                Stores.persistentWindowStore(name, retention, Duration.ofMillis(1), false),
                Serdes.String(),
                Serdes.ByteArray())
            .withCachingDisabled());
  }

  @Override
  public FixedKeyProcessor<byte[], byte[], Message> get() {
    return new Reading();
  }

  private final class Reading implements FixedKeyProcessor<byte[], byte[], Message> {
    private FixedKeyProcessorContext<byte[], Message> context;
    private WindowStore<String, byte[]> seen;

    @Override
    public void init(FixedKeyProcessorContext<byte[], Message> context) {
      this.context = context;
      this.seen = dedupMs < 0 ? null : context.getStateStore(name);
    }

    @Override
    public void process(FixedKeyRecord<byte[], byte[]> record) {
      String type = text(record.headers(), "ce_type");
      if (record.value() == null) {
        if (type != null && !readers.containsKey(type)) {
          return;
        }
        if (!table) {
          return;
        }
      } else if (type == null || !readers.containsKey(type)) {
        return;
      }
      Message message = record.value() == null ? null : decode(type, record);
      long at = message == null || time == null
          ? record.timestamp()
          : time.applyAsLong(message.event());
      if (at < 0 || isRepeat(record, at)) {
        return;
      }
      context.forward(record.withValue(message).withTimestamp(at));
    }

    private Message decode(String type, FixedKeyRecord<byte[], byte[]> record) {
      byte[] framed = record.value();
      if (framed.length < 5 || framed[0] != 0) {
        throw new IllegalArgumentException("the value is not in the registry's wire format");
      }
      Schema writer = registry.schema(ByteBuffer.wrap(framed).getInt(1));
      GenericRecord event = Datum.decode(writer, readers.get(type), framed, 5);
      return new Message(source(record), id(record), projected(event), framed);
    }

    private GenericRecord projected(GenericRecord event) {
      if (projection == null) {
        return event;
      }
      GenericRecord shared = new GenericData.Record(projection);
      for (Schema.Field field : projection.getFields()) {
        shared.put(field.pos(), event.get(field.name()));
      }
      return shared;
    }

    private boolean isRepeat(FixedKeyRecord<byte[], byte[]> record, long at) {
      if (seen == null) {
        return false;
      }
      String id = source(record) + '\n' + id(record);
      try (WindowStoreIterator<byte[]> found = seen.fetch(id, 0L, Long.MAX_VALUE)) {
        if (found.hasNext()) {
          return true;
        }
      }
      seen.put(id, new byte[0], at);
      return false;
    }

    /** A foreign record without id or source is named by its place. */
    private String source(FixedKeyRecord<byte[], byte[]> record) {
      String source = text(record.headers(), "ce_source");
      return source == null || text(record.headers(), "ce_id") == null
          ? "/foreign/" + context.recordMetadata().map(RecordMetadata::topic).orElse("")
          : source;
    }

    private String id(FixedKeyRecord<byte[], byte[]> record) {
      String id = text(record.headers(), "ce_id");
      return id == null || text(record.headers(), "ce_source") == null
          ? context
              .recordMetadata()
              .map(at -> at.topic() + '/' + at.partition() + '/' + at.offset())
              .orElse("")
          : id;
    }
  }

  private static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null || header.value().length == 0
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
