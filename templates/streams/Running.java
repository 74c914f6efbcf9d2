package herald.streams;

import herald.streams.catalog.Catalog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** One stream in this process. */
final class Running {
  private static final long LOOK_EVERY_MS = 1_000;
  private final Stream stream;
  private final KafkaStreams streams;
  private volatile List<String> missing = List.of();

  Running(Stream stream, Registry registry) {
    this.stream = stream;
    this.streams =
        new KafkaStreams(stream.topology(registry), Settings.onServers(Catalog.SYSTEM, stream));
    // What DeadLetters cannot put aside is an outage: the thread begins again from its commit.
    streams.setUncaughtExceptionHandler(
        exception -> StreamThreadExceptionResponse.REPLACE_THREAD);
  }

  Stream stream() {
    return stream;
  }

  KafkaStreams streams() {
    return streams;
  }

  boolean isAlive() {
    return !streams.state().hasCompletedShutdown();
  }

  boolean isReady() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  void close(Duration within) {
    streams.close(within);
  }

  /** Its name and state, for people. */
  @Override
  public String toString() {
    String waits = missing.isEmpty() ? "" : " (waits for " + String.join(", ", missing) + ')';
    return stream.name() + ' ' + streams.state() + waits;
  }

  /** Starts each stream as soon as its topics are there, which Kafka Streams would die of else. */
  static void startAll(List<Running> running) throws InterruptedException {
    List<Running> waiting = new ArrayList<>(running);
    String servers = Settings.required("KAFKA_BOOTSTRAP_SERVERS");
    try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
      while (true) {
        try {
          Set<String> there = admin.listTopics().names().get();
          waiting.removeIf(stream -> stream.startIfComplete(there));
        } catch (ExecutionException e) {
          System.err.println("Kafka does not say which topics there are: " + e.getCause());
        }
        if (waiting.isEmpty()) {
          return;
        }
        Thread.sleep(LOOK_EVERY_MS);
      }
    }
  }

  private boolean startIfComplete(Set<String> there) {
    missing = stream.topics().stream().filter(topic -> !there.contains(topic)).toList();
    if (missing.isEmpty() && streams.state() == KafkaStreams.State.CREATED) {
      streams.start();
    }
    return missing.isEmpty();
  }
}
