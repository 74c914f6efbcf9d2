package herald.streams;

import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.LogAndSkipOnInvalidTimestamp;

/** How a stream runs: what parity with the embedded engine needs, and what a process is given. */
public final class Settings {
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

  /** Settings of a stream on the servers that the environment names. */
  static Properties onServers(String system, Stream stream) {
    Properties settings = of(system, stream);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, required("KAFKA_BOOTSTRAP_SERVERS"));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, optional("STATE_DIR", "state"));
    settings.put(
        StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, optional("STANDBY_REPLICAS", "1"));
    settings.put(
        StreamsConfig.APPLICATION_SERVER_CONFIG, address());
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    settings.put(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
        LogAndSkipOnInvalidTimestamp.class);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    // The defaults would leave partitions idle for 45 s after a kill.
    settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6000);
    settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 2000);
    return settings;
  }

  /** Where the process listens. */
  static String host() {
    return optional("HTTP_HOST", "127.0.0.1");
  }

  /** Where other instances reach it. */
  static String address() {
    return optional("HTTP_ADDRESS", host() + ':' + port());
  }

  /** The port on which it listens. */
  static int port() {
    return Integer.parseInt(optional("HTTP_PORT", "8095"));
  }

  static String required(String name) {
    String value = optional(name, null);
    if (value == null) {
      throw new IllegalArgumentException("set " + name);
    }
    return value;
  }

  static String optional(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
