package herald.streams;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Numbers in Prometheus's text format: two of the catalog's own for each stream, and Kafka's by
 * their names.
 */
final class Numbers {
  private Numbers() {}

  static String of(List<Running> running) {
    StringBuilder text = new StringBuilder();
    for (Running stream : running) {
      own(text, stream);
    }
    for (Running stream : running) {
      stream
          .streams()
          .metrics()
          .forEach(
              (name, metric) -> {
                if (name.group().startsWith("stream")) {
                  line(text, "kafka_streams_", stream.stream().name(), name, metric);
                }
              });
    }
    return text.toString();
  }

  /**
   * How far a stream is in this process.
   *
   * @param lag records that lie before it
   * @param processed records that went through, since it started
   */
  record Progress(long lag, long processed) {
    static Progress of(Running running) {
      double lag = 0;
      double processed = 0;
      for (var entry : running.streams().metrics().entrySet()) {
        MetricName name = entry.getKey();
        if (!(entry.getValue().metricValue() instanceof Number number)
            || Double.isNaN(number.doubleValue())) {
          continue;
        }
        String client = name.tags().getOrDefault("client-id", "");
        if (name.name().equals("records-lag") && !client.endsWith("-restore-consumer")) {
          lag += number.doubleValue();
        } else if (name.name().equals("process-total")
            && name.group().equals("stream-thread-metrics")) {
          processed += number.doubleValue();
        }
      }
      return new Progress((long) lag, (long) processed);
    }
  }

  private static void own(StringBuilder text, Running running) {
    Progress progress = Progress.of(running);
    String labels = "{stream=\"" + running.stream().name() + "\"} ";
    text.append("herald_streams_lag").append(labels).append(progress.lag()).append('\n');
    text.append("herald_streams_processed_total")
        .append(labels)
        .append(progress.processed())
        .append('\n');
  }

  private static void line(
      StringBuilder text, String prefix, String stream, MetricName name, Metric metric) {
    if (!(metric.metricValue() instanceof Number number) || Double.isNaN(number.doubleValue())) {
      return;
    }
    text.append(prefix)
        .append(name.name().replaceAll("[^A-Za-z0-9]", "_").toLowerCase(Locale.ROOT))
        .append("{stream=\"")
        .append(stream)
        .append('"');
    new TreeMap<>(name.tags())
        .forEach(
            (tag, value) ->
                text.append(',')
                    .append(tag.replaceAll("[^A-Za-z0-9]", "_"))
                    .append("=\"")
                    .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"'));
    text.append("} ").append(number.doubleValue()).append('\n');
  }
}
