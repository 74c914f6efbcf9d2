package herald.streams;

import com.sun.net.httpserver.HttpServer;
import herald.streams.catalog.Catalog;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * Runs the catalog's streams. Settings are environment variables: {@code KAFKA_BOOTSTRAP_SERVERS},
 * {@code SCHEMA_REGISTRY_URL}, {@code STATE_DIR}, {@code STANDBY_REPLICAS} (1), {@code HTTP_PORT}
 * (8095), {@code HTTP_HOST} (127.0.0.1: where it listens), {@code HTTP_ADDRESS} (that host and port:
 * where other instances reach it), {@code STREAMS} (names, separated by commas; all unless it is
 * said).
 *
 * <p>{@code /metrics} is for Prometheus, {@code /health/live} and {@code /health/ready} for whoever
 * watches the process, {@code /streams} for whoever asks for figures. A stream whose topics are not
 * there yet waits for them. SIGTERM commits, leaves the groups and ends.
 */
public final class App {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);
  private static final int HTTP_THREADS = 4;

  private App() {}

  public static void main(String[] arguments) throws Exception {
    Registry registry = new HttpRegistry(Settings.required("SCHEMA_REGISTRY_URL"));
    List<String> wanted = List.of(Settings.optional("STREAMS", "").split(","));
    List<Running> running =
        Catalog.STREAMS.stream()
            .filter(stream -> wanted.contains("") || wanted.contains(stream.name()))
            .map(stream -> new Running(stream, registry))
            .toList();
    HttpServer server = HttpServer.create(new InetSocketAddress(Settings.host(), Settings.port()), 0);
    server.setExecutor(Executors.newFixedThreadPool(HTTP_THREADS));
    Web.serve(server, "/metrics", request -> Web.text(Numbers.of(running)));
    Web.serve(server, "/health/live", request -> Web.health(running, Running::isAlive));
    Web.serve(server, "/health/ready", request -> Web.health(running, Running::isReady));
    Web.serve(server, "/streams", new Queries(running));
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, server, ended)));
    server.start();
    Running.startAll(running);
    ended.await();
  }

  private static void stop(List<Running> running, HttpServer server, CountDownLatch ended) {
    running.parallelStream().forEach(stream -> stream.close(CLOSE_WITHIN));
    server.stop(0);
    ended.countDown();
  }
}
