package herald.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.Stores;

/**
 * A tumbling count by key as one writes it by hand, on Kafka's TopologyTestDriver: texts for keys,
 * stores in memory, no changelogs, nothing to decode and no repeats to recognise. Prints records a
 * second and how many were counted in windows that closed, a line for each round.
 */
public final class TumblingCount {
  private static final Duration SIZE = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(2);

  private TumblingCount() {}

  /** Arguments: the file of records, and how many rounds. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    int count = (int) (Files.size(file) / (Short.BYTES + Long.BYTES));
    String[] keys = new String[count];
    long[] times = new long[count];
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (int at = 0; at < count; at++) {
        keys[at] = "key-" + in.readShort();
        times[at] = in.readLong();
      }
    }
    for (int round = 0; round < Integer.parseInt(arguments[1]); round++) {
      round(keys, times);
    }
  }

  private static void round(String[] keys, long[] times) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "bench");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    try (TopologyTestDriver driver = new TopologyTestDriver(topology(), settings)) {
      TestInputTopic<String, String> in =
          driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
      long start = System.nanoTime();
      for (int at = 0; at < keys.length; at++) {
        in.pipeInput(keys[at], "", times[at]);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      TestOutputTopic<String, Long> out =
          driver.createOutputTopic("out", new StringDeserializer(), new LongDeserializer());
      long counted = 0;
      while (!out.isEmpty()) {
        counted += out.readKeyValue().value;
      }
      System.out.println(keys.length / seconds + " " + counted);
    }
  }

  private static Topology topology() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("in", Consumed.with(Serdes.String(), Serdes.String()))
        .groupByKey(Grouped.with(Serdes.String(), Serdes.String()))
        .windowedBy(TimeWindows.ofSizeAndGrace(SIZE, GRACE))
        .count(
            Materialized.<String, Long>as(
                    Stores.inMemoryWindowStore("counts", SIZE.plus(GRACE), SIZE, false))
                .withKeySerde(Serdes.String())
                .withValueSerde(Serdes.Long())
                .withCachingDisabled()
                .withLoggingDisabled())
        .suppress(
            Suppressed.untilWindowCloses(
                Suppressed.BufferConfig.unbounded().withLoggingDisabled()))
        .toStream()
        .map((key, value) -> KeyValue.pair(key.key(), value))
        .to("out", Produced.with(Serdes.String(), Serdes.Long()));
    return builder.build();
  }
}
