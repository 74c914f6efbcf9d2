package herald.streams;

import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;

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
    settings.put(DeadLetters.STREAM, stream.name());
    settings.put(DeadLetters.SOURCE, stream.topics().get(0));
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    return settings;
  }
}
