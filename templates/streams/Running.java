package herald.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** One stream in this process. */
final class Running {
  private static final long LOOK_EVERY_MS = 1_000;
  private final Stream stream;
  private final Cluster cluster;
  private final KafkaStreams streams;
  private volatile List<String> missing = List.of();

  Running(Stream stream, Topology topology, Cluster cluster, Properties settings) {
    this.stream = stream;
    this.cluster = cluster;
    this.streams = new KafkaStreams(topology, settings);
    streams.setUncaughtExceptionHandler(this::died);
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
    // The others need not wait until they miss it.
    streams.close(
        CloseOptions.timeout(within).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
  }

  /** What DeadLetters cannot put aside is an outage: the thread begins again from its commit. */
  private StreamThreadExceptionResponse died(Throwable exception) {
    Optional<Refused> refused = cluster.refusal(exception);
    refused.ifPresent(App::end);
    return refused.isPresent()
        ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT
        : StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Its name and state, for people. */
  @Override
  public String toString() {
    String waits = missing.isEmpty() ? "" : " (waits for " + String.join(", ", missing) + ')';
    return stream.name() + ' ' + streams.state() + waits;
  }

  /** Starts each stream as soon as its topics are there, which Kafka Streams would die of else. */
  static void startAll(List<Running> running, Cluster cluster) throws InterruptedException {
    List<Running> waiting = new ArrayList<>(running);
    try (Admin admin = cluster.admin()) {
      while (true) {
        try {
          for (Running stream : List.copyOf(waiting)) {
            if (stream.startIfComplete(admin)) {
              waiting.remove(stream);
            }
          }
        } catch (ExecutionException e) {
          Optional<Refused> refused = cluster.refusal(e);
          if (refused.isPresent()) {
            throw refused.get();
          }
          System.err.println("Kafka does not say which topics there are: " + e.getCause());
        }
        if (waiting.isEmpty()) {
          return;
        }
        Thread.sleep(LOOK_EVERY_MS);
      }
    }
  }

  private boolean startIfComplete(Admin admin) throws InterruptedException, ExecutionException {
    List<String> absent = new ArrayList<>();
    for (var asked : admin.describeTopics(stream.topics()).topicNameValues().entrySet()) {
      try {
        asked.getValue().get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicAuthorizationException) {
          // Its own words do not name the topic.
          throw new ExecutionException(new TopicAuthorizationException(Set.of(asked.getKey())));
        }
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        absent.add(asked.getKey());
      }
    }
    missing = absent;
    if (missing.isEmpty() && streams.state() == KafkaStreams.State.CREATED) {
      streams.start();
    }
    return missing.isEmpty();
  }
}
