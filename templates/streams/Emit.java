package herald.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/** The foot of a stream: frames an event, gives it an envelope and its key. */
public final class Emit<K> implements ProcessorSupplier<K, Emission, byte[], byte[]> {
  private final Registry registry;
  private final String system;
  private final String topic;
  private final Schema schema;
  private final String key;

  /**
   * A foot.
   *
   * @param registry where the schema's id is asked for
   * @param system the system's name
   * @param topic the event's topic
   * @param schema the event's schema
   * @param key field that is the record key; null for none
   */
  public Emit(Registry registry, String system, String topic, Schema schema, String key) {
    this.registry = registry;
    this.system = system;
    this.topic = topic;
    this.schema = schema;
    this.key = key;
  }

  @Override
  public Processor<K, Emission, byte[], byte[]> get() {
    return new ContextualProcessor<>() {
      @Override
      public void process(Record<K, Emission> record) {
        Emission emission = record.value();
        String text = key == null ? null : KeyText.of(emission.event(), key);
        context()
            .forward(
                new Record<>(
                    text == null ? null : bytes(text),
                    framed(emission),
                    record.timestamp(),
                    envelope(emission, text, record.timestamp())));
      }
    };
  }

  private byte[] framed(Emission emission) {
    byte[] datum = Datum.encode(emission.event());
    int id = registry.id(topic + '-' + schema.getFullName(), schema);
    return ByteBuffer.allocate(5 + datum.length).put((byte) 0).putInt(id).put(datum).array();
  }

  private Headers envelope(Emission emission, String subject, long time) {
    Headers headers = new RecordHeaders();
    headers.add("ce_specversion", bytes("1.0"));
    headers.add("ce_id", bytes(emission.id()));
    headers.add("ce_type", bytes(schema.getFullName()));
    headers.add("ce_source", bytes('/' + system + "/streams"));
    headers.add("content-type", bytes("application/avro"));
    headers.add("ce_time", bytes(Instant.ofEpochMilli(time).toString()));
    if (subject != null) {
      headers.add("ce_subject", bytes(subject));
    }
    return headers;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
