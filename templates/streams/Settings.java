package herald.streams;

import herald.streams.catalog.Catalog;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.LogAndSkipOnInvalidTimestamp;

/** How a stream runs: what parity with the embedded engine needs, and what a process is given. */
public final class Settings {
  /** How long an instance may say nothing before others take its partitions over. */
  static final int ALIVE_MS = 6_000;

  private Settings() {}

  /** Settings of a stream on any broker. */
  public static Properties of(String system, Stream stream) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, system + '.' + stream.name());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    settings.put(
        StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_OUTER_JOIN_SPURIOUS_RESULTS_FIX,
        0L);
    settings.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetters.class.getName());
    settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
    settings.put(DeadLetters.STREAM, stream.name());
    settings.put(DeadLetters.SOURCE, stream.topics().get(0));
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    return settings;
  }

  /** The environment of the catalog whose overrides hold. */
  static String environment(Variables variables) {
    String name = variables.optional("HERALD_ENVIRONMENT", Catalog.ENVIRONMENTS.get(0));
    return known("HERALD_ENVIRONMENT", name, Catalog.ENVIRONMENTS);
  }

  /** The streams that shall run: all, unless some are named. */
  static List<Stream> streams(Variables variables) {
    String named = variables.optional("HERALD_STREAMS", null);
    if (named == null) {
      return Catalog.STREAMS;
    }
    List<String> all = Catalog.STREAMS.stream().map(Stream::name).toList();
    List<String> wanted =
        Arrays.stream(named.split(","))
            .map(name -> known("HERALD_STREAMS", name.trim(), all))
            .toList();
    return Catalog.STREAMS.stream().filter(stream -> wanted.contains(stream.name())).toList();
  }

  private static String known(String variable, String name, List<String> all) {
    if (!all.contains(name)) {
      throw new Refused(
          variable + ": there are " + String.join(", ", all) + ", and no " + name);
    }
    return name;
  }

  /** Settings of a stream on the servers that the variables name. */
  static Properties onServers(
      String system, Stream stream, Variables variables, Cluster cluster, Address address) {
    Properties settings = of(system, stream);
    settings.putAll(cluster.settings());
    settings.put(
        StreamsConfig.STATE_DIR_CONFIG, variables.optional("HERALD_STATE_DIR", "state"));
    settings.put(
        StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, variables.whole("HERALD_STANDBY_REPLICAS", 1));
    settings.put(StreamsConfig.APPLICATION_SERVER_CONFIG, address.toString());
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    settings.put(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
        LogAndSkipOnInvalidTimestamp.class);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    // The defaults would leave partitions idle for 45 s after a kill.
    settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), ALIVE_MS);
    settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), ALIVE_MS / 3);
    // Whoever takes over waits until the transaction that the dead one left open is given up.
    settings.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), ALIVE_MS);
    return settings;
  }
}
