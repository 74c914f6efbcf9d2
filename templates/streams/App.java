package herald.streams;

import com.sun.net.httpserver.HttpServer;
import herald.streams.catalog.Catalog;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.streams.Topology;

/**
 * Runs the catalog's streams. Settings are environment variables, those of a service where they mean
 * the same:
 *
 * <ul>
 *   <li>{@code HERALD_ENVIRONMENT} (default): the catalog's environment.
 *   <li>{@code HERALD_KAFKA_BROKERS}: brokers to begin with.
 *   <li>{@code HERALD_KAFKA_SECURITY_PROTOCOL} ({@code plaintext}, {@code ssl}, {@code
 *       sasl_plaintext}, {@code sasl_ssl}), {@code HERALD_KAFKA_SASL_MECHANISM} ({@code PLAIN},
 *       {@code SCRAM-SHA-256}, {@code SCRAM-SHA-512}), {@code HERALD_KAFKA_SASL_USERNAME}, {@code
 *       HERALD_KAFKA_SASL_PASSWORD} or {@code HERALD_KAFKA_SASL_PASSWORD_FILE}, {@code
 *       HERALD_KAFKA_SSL_CA_LOCATION} (PEM, a file or a folder).
 *   <li>{@code HERALD_REGISTRY_URL}, perhaps with a user and a password, or with a user and {@code
 *       HERALD_REGISTRY_PASSWORD_FILE}; {@code SSL_CERT_FILE} (PEM) in place of Java's authorities.
 *   <li>{@code HERALD_LISTEN} (127.0.0.1:8095): where HTTP is served; {@code HERALD_ADVERTISE} (the
 *       same): where other instances reach it.
 *   <li>{@code HERALD_STATE_DIR} (state), {@code HERALD_STANDBY_REPLICAS} (1), {@code
 *       HERALD_STREAMS} (names, separated by commas; all unless it is said).
 * </ul>
 *
 * <p>{@code /metrics} is for Prometheus, {@code /health/live} and {@code /health/ready} for whoever
 * watches the process, {@code /streams} for whoever asks for figures. A stream whose topics are not
 * there yet waits for them. SIGTERM commits, leaves the groups and ends. Where Kafka or the registry
 * does not let it in, the application ends with 2 and one line that says why.
 */
public final class App {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);
  private static final int HTTP_THREADS = 4;
  private static final int CANNOT_RUN = 2;
  private static final AtomicBoolean ENDING = new AtomicBoolean();

  private App() {}

  public static void main(String[] arguments) throws Exception {
    try {
      run(Variables.ofProcess());
    } catch (Refused refused) {
      end(refused);
    }
  }

  private static void run(Variables variables) throws Exception {
    Cluster cluster = new Cluster(variables);
    HttpRegistry registry = new HttpRegistry(variables);
    Address listen = Address.of(variables, "HERALD_LISTEN", "127.0.0.1:8095");
    Address own = Address.of(variables, "HERALD_ADVERTISE", listen.toString());
    String environment = Settings.environment(variables);
    List<Stream> streams = Settings.streams(variables);
    cluster.greet();
    registry.greet();
    List<Running> running = new ArrayList<>();
    for (Stream stream : streams) {
      Topology topology = stream.topology(registry, stream.idleMs(environment));
      Properties settings = Settings.onServers(Catalog.SYSTEM, stream, variables, cluster, own);
      running.add(new Running(stream, topology, cluster, settings));
    }
    HttpServer server =
        HttpServer.create(new InetSocketAddress(listen.host(), listen.port()), 0);
    server.setExecutor(Executors.newFixedThreadPool(HTTP_THREADS));
    Web.serve(server, "/metrics", request -> Web.text(Numbers.of(running)));
    Web.serve(server, "/health/live", request -> Web.health(running, Running::isAlive));
    Web.serve(server, "/health/ready", request -> Web.health(running, Running::isReady));
    Web.serve(server, "/streams", new Queries(running, own));
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, server, ended)));
    server.start();
    Running.startAll(running, cluster);
    ended.await();
  }

  /** Ends the process soon, from whichever thread: one of a stream must not wait for its own end. */
  static void end(Refused refused) {
    if (ENDING.compareAndSet(false, true)) {
      System.err.println("cannot run: " + refused.getMessage());
      new Thread(() -> System.exit(CANNOT_RUN)).start();
    }
  }

  private static void stop(List<Running> running, HttpServer server, CountDownLatch ended) {
    running.parallelStream().forEach(stream -> stream.close(CLOSE_WITHIN));
    server.stop(0);
    ended.countDown();
  }
}
