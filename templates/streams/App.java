package herald.streams;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import herald.streams.catalog.Catalog;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Runs the catalog's streams. Settings are environment variables: {@code KAFKA_BOOTSTRAP_SERVERS},
 * {@code SCHEMA_REGISTRY_URL}, {@code STATE_DIR}, {@code STANDBY_REPLICAS} (1), {@code HTTP_PORT}
 * (8095), {@code STREAMS} (names, separated by commas; all unless it is said).
 *
 * <p>{@code /metrics} is for Prometheus, {@code /health/live} and {@code /health/ready} for whoever
 * watches the process. SIGTERM commits, leaves the groups and ends.
 */
public final class App {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);
  private final Map<String, KafkaStreams> running = new TreeMap<>();

  private App() {}

  public static void main(String[] arguments) throws Exception {
    App app = new App();
    Registry registry = new HttpRegistry(setting("SCHEMA_REGISTRY_URL", null));
    String wanted = setting("STREAMS", "");
    for (Stream stream : Catalog.STREAMS) {
      if (wanted.isEmpty() || java.util.List.of(wanted.split(",")).contains(stream.name())) {
        app.running.put(stream.name(), start(stream, registry));
      }
    }
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress("127.0.0.1", Integer.parseInt(setting("HTTP_PORT", "8095"))), 0);
    server.createContext("/metrics", exchange -> answer(exchange, 200, app.metrics()));
    server.createContext("/health/live", exchange -> app.health(exchange, false));
    server.createContext("/health/ready", exchange -> app.health(exchange, true));
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.stop(0);
                  app.running.values().forEach(streams -> streams.close(CLOSE_WITHIN));
                  ended.countDown();
                }));
    server.start();
    app.running.values().forEach(KafkaStreams::start);
    ended.await();
  }

  private static KafkaStreams start(Stream stream, Registry registry) {
    Properties settings = Settings.of(Catalog.SYSTEM, stream);
    settings.put(
        StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, setting("KAFKA_BOOTSTRAP_SERVERS", null));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, setting("STATE_DIR", "state"));
    settings.put(
        StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, setting("STANDBY_REPLICAS", "1"));
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    // The defaults would leave partitions idle for 45 s after a kill.
    settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6000);
    settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 2000);
    KafkaStreams streams = new KafkaStreams(stream.topology(registry), settings);
    // What DeadLetters cannot put aside is an outage: the thread begins again from its commit.
    streams.setUncaughtExceptionHandler(
        exception -> StreamThreadExceptionResponse.REPLACE_THREAD);
    return streams;
  }

  private static String setting(String name, String otherwise) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      value = otherwise;
    }
    if (value == null) {
      throw new IllegalArgumentException("set " + name);
    }
    return value;
  }

  private void health(HttpExchange exchange, boolean ready) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean good = true;
    for (Map.Entry<String, KafkaStreams> entry : running.entrySet()) {
      KafkaStreams.State state = entry.getValue().state();
      good &= ready ? state == KafkaStreams.State.RUNNING : !state.hasCompletedShutdown();
      text.append(entry.getKey()).append(' ').append(state).append('\n');
    }
    answer(exchange, good ? 200 : 503, text.toString());
  }

  /** Numbers of all streams in Prometheus's text format. */
  private String metrics() {
    StringBuilder text = new StringBuilder();
    running.forEach(
        (stream, streams) -> {
          for (Map.Entry<MetricName, ? extends Metric> entry : streams.metrics().entrySet()) {
            if (entry.getValue().metricValue() instanceof Number number
                && entry.getKey().group().startsWith("stream")
                && !Double.isNaN(number.doubleValue())) {
              line(text, stream, entry.getKey(), number);
            }
          }
        });
    return text.toString();
  }

  private static void line(StringBuilder text, String stream, MetricName name, Number number) {
    text.append("kafka_streams_")
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

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
