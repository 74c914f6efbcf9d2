package herald.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import herald.streams.catalog.Catalog;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Runs streams on Kafka's TopologyTestDriver, as standard input says line by line, and prints what
 * they emit: what the embedded engine is compared with.
 */
public final class ParityDriver {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HexFormat HEX = HexFormat.of();

  private ParityDriver() {}

  /** Schemas by ids that the input names. */
  private static final class Named implements Registry {
    private final Map<Integer, Schema> schemas = new HashMap<>();

    @Override
    public Schema schema(int id) {
      Schema schema = schemas.get(id);
      if (schema == null) {
        throw new IllegalArgumentException("schema " + id + " is unknown");
      }
      return schema;
    }

    @Override
    public int id(String subject, Schema schema) {
      return 1;
    }
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Named registry = new Named();
    TopologyTestDriver driver = null;
    List<String> topics = List.of();
    int number = 0;
    String line;
    while ((line = in.readLine()) != null) {
      JsonNode command = JSON.readTree(line);
      if (command.has("schema")) {
        registry.schemas.put(
            command.get("id").asInt(), Datum.parse(command.get("schema").asText()));
      } else if (command.has("stream")) {
        if (driver != null) {
          driver.close();
        }
        Stream stream = find(command.get("stream").asText());
        topics = stream.topics();
        driver = start(stream, registry);
        number = 0;
        out.println(command);
      } else if (command.has("wall")) {
        driver.advanceWallClockTime(Duration.ofMillis(command.get("wall").asLong()));
        drain(driver, number++, out);
      } else {
        // What the stream does not read is not for it.
        if (topics.contains(command.get("topic").asText())) {
          pipe(driver, command);
        }
        drain(driver, number++, out);
      }
    }
    if (driver != null) {
      driver.close();
    }
    out.flush();
  }

  private static TopologyTestDriver start(Stream stream, Registry registry) throws Exception {
    Properties settings = Settings.of("parity", stream);
    Path folder = Files.createTempDirectory("parity");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    return new TopologyTestDriver(stream.topology(registry, stream.idleMs("default")), settings, Instant.EPOCH);
  }

  private static Stream find(String name) {
    for (Stream stream : Catalog.STREAMS) {
      if (stream.name().equals(name)) {
        return stream;
      }
    }
    throw new IllegalArgumentException("no stream " + name);
  }

  private static void pipe(TopologyTestDriver driver, JsonNode command) {
    TestInputTopic<byte[], byte[]> topic =
        driver.createInputTopic(
            command.get("topic").asText(), new ByteArraySerializer(), new ByteArraySerializer());
    RecordHeaders headers = new RecordHeaders();
    command
        .get("headers")
        .fields()
        .forEachRemaining(
            e -> headers.add(e.getKey(), e.getValue().asText().getBytes(StandardCharsets.UTF_8)));
    topic.pipeInput(
        new TestRecord<>(
            bytes(command.get("key")),
            bytes(command.get("value")),
            headers,
            command.get("time").asLong()));
  }

  private static void drain(TopologyTestDriver driver, int number, PrintStream out)
      throws Exception {
    for (String topic : driver.producedTopicNames()) {
      if (topic.endsWith("-repartition") || topic.endsWith("-changelog")) {
        continue;
      }
      TestOutputTopic<byte[], byte[]> records =
          driver.createOutputTopic(
              topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      while (!records.isEmpty()) {
        TestRecord<byte[], byte[]> record = records.readRecord();
        ObjectNode line = JSON.createObjectNode();
        line.put("n", number);
        line.put("topic", topic);
        line.put("key", hex(record.key()));
        line.put("value", hex(record.value()));
        line.put("time", record.timestamp());
        Header id = record.headers().lastHeader("ce_id");
        line.put("id", id == null ? null : new String(id.value(), StandardCharsets.UTF_8));
        out.println(line);
      }
    }
  }

  private static byte[] bytes(JsonNode hex) {
    return hex.isNull() ? null : HEX.parseHex(hex.asText());
  }

  private static String hex(byte[] bytes) {
    return bytes == null ? null : HEX.formatHex(bytes);
  }
}
