package herald.streams;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;

/** A stream on Kafka's TopologyTestDriver, fed with samples of what it reads. */
public final class Harness implements AutoCloseable {
  private static final String DEAD_LETTERS = ".dlt";
  private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
  private static final ByteArraySerializer WRITE = new ByteArraySerializer();
  private static final ByteArrayDeserializer READ = new ByteArrayDeserializer();
  private final Schemas schemas = new Schemas();
  private final Stream stream;
  private final TopologyTestDriver driver;

  /**
   * A sample of an event.
   *
   * @param topic where it lies
   * @param type the event's full name
   */
  public record Sample(String topic, String type) {}

  /** Starts a stream. */
  public Harness(Stream stream) {
    Properties settings = Settings.of("test", stream);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, "state-" + System.nanoTime());
    this.stream = stream;
    this.driver = new TopologyTestDriver(stream.topology(schemas, stream.idleMs("default")), settings, Instant.EPOCH);
  }

  /** Sends each sample so many times, as one message. */
  public Harness send(List<Sample> samples, int times) {
    for (Sample sample : samples) {
      byte[] framed = framed(sample);
      for (int time = 0; time < times; time++) {
        send(sample.topic(), sample.type(), framed);
      }
    }
    return this;
  }

  /**
   * Sends each sample while the registry does not answer, and once more when it does: as a stream's
   * thread begins again from its commit.
   */
  public Harness sendInOutages(List<Sample> samples) {
    for (Sample sample : samples) {
      byte[] framed = framed(sample);
      schemas.away = true;
      assertThrows(
          StreamsException.class, () -> send(sample.topic(), sample.type(), framed));
      schemas.away = false;
      send(sample.topic(), sample.type(), framed);
    }
    return this;
  }

  private byte[] framed(Sample sample) {
    Schema schema = Datum.schema(sample.type());
    byte[] datum = Datum.encode(Samples.of(schema));
    int id = schemas.id(sample.topic(), schema);
    return ByteBuffer.allocate(5 + datum.length).put((byte) 0).putInt(id).put(datum).array();
  }

  /** Sends a record. */
  public Harness send(String topic, String type, byte[] value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("ce_type", type.getBytes(StandardCharsets.UTF_8));
    headers.add("ce_source", "/test".getBytes(StandardCharsets.UTF_8));
    headers.add("ce_id", type.getBytes(StandardCharsets.UTF_8));
    driver
        .createInputTopic(topic, WRITE, WRITE)
        .pipeInput(new TestRecord<>(KEY, value, headers, Samples.TIME));
    return this;
  }

  /** What it emitted once its windows closed: topics, ids and values. */
  public List<String> emitted() {
    CloseRequests.add(stream.name());
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    return lines(false);
  }

  /** What it put aside: topics and reasons. */
  public List<String> deadLetters() {
    return lines(true);
  }

  private List<String> lines(boolean dead) {
    List<String> lines = new ArrayList<>();
    for (String topic : driver.producedTopicNames()) {
      boolean internal = topic.endsWith("-repartition") || topic.endsWith("-changelog");
      if (internal || topic.endsWith(DEAD_LETTERS) != dead) {
        continue;
      }
      var records = driver.createOutputTopic(topic, READ, READ).readRecordsToList();
      for (var record : records) {
        Header said = record.headers().lastHeader(dead ? "herald-reason" : "ce_id");
        String value = dead ? "" : ' ' + HexFormat.of().formatHex(record.value());
        lines.add(topic + ' ' + new String(said.value(), StandardCharsets.UTF_8) + value);
      }
    }
    return lines;
  }

  @Override
  public void close() {
    driver.close();
  }

  /** Ids in the order in which schemas are asked for. */
  private static final class Schemas implements Registry {
    private final List<Schema> known = new ArrayList<>();
    private boolean away;

    @Override
    public Schema schema(int id) {
      answer();
      return known.get(id);
    }

    @Override
    public int id(String subject, Schema schema) {
      answer();
      if (!known.contains(schema)) {
        known.add(schema);
      }
      return known.indexOf(schema);
    }

    private void answer() {
      if (away) {
        throw new Outage("the registry does not answer", null);
      }
    }
  }
}
