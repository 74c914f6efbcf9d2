package herald.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.UnknownStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Interactive queries, as JSON.
 *
 * <ul>
 *   <li>{@code GET /streams}: each stream, its state, how far it is in this instance, and the
 *       instances that share its partitions.
 *   <li>{@code GET /streams/NAME/groups}: what each group would emit now, those of open windows too,
 *       of all instances. {@code ?FIELD=TEXT} keeps groups whose event has this text in a field,
 *       {@code ?limit=N} as many at most (1000), {@code ?local=true} those of this instance.
 *   <li>{@code POST /streams/NAME/close-windows}: closes the open windows of this instance, as silence
 *       would after the stream's {@code idle}; records that come for them afterwards are late. Answers
 *       how many groups were open; ask until it is none.
 * </ul>
 *
 * While partitions move, the answer is 503: ask again.
 */
final class Queries implements Web.Handler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LIMIT = "limit";
  private static final String LOCAL = "local";
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Map<String, Running> running = new TreeMap<>();
  private final HostInfo own;

  Queries(List<Running> running, Address own) {
    this.own = HostInfo.buildFromEndpoint(own.toString());
    running.forEach(stream -> this.running.put(stream.stream().name(), stream));
  }

  @Override
  public Web.Answer answer(HttpExchange request) throws Exception {
    String[] path = request.getRequestURI().getPath().split("/");
    if (path.length == 2) {
      return Web.json(list());
    }
    Running stream = running.get(path[2]);
    String what = path.length == 4 ? request.getRequestMethod() + ' ' + path[3] : "";
    if (stream == null) {
      return Web.problem(404, "no stream " + path[2] + "; there are " + running.keySet());
    }
    try {
      return switch (what) {
        case "GET groups" -> groups(stream, parameters(request.getRequestURI()));
        case "POST close-windows" -> close(stream);
        default -> Web.problem(404, "ask for GET groups, or POST close-windows");
      };
    } catch (InvalidStateStoreException | IllegalStateException e) {
      return Web.problem(503, "its partitions are moving, ask again: " + e.getMessage());
    }
  }

  private ArrayNode list() {
    ArrayNode all = JSON.createArrayNode();
    for (Running stream : running.values()) {
      ObjectNode one = all.addObject();
      one.put("stream", stream.stream().name());
      one.put("state", stream.streams().state().toString());
      one.put("groups", stream.stream().groups() != null);
      Numbers.Progress progress = Numbers.Progress.of(stream);
      one.put("lag", progress.lag());
      one.put("processed", progress.processed());
      ArrayNode instances = one.putArray("instances");
      if (stream.isReady()) {
        for (StreamsMetadata instance : stream.streams().metadataForAllStreamsClients()) {
          ObjectNode described = instances.addObject();
          described.put("address", address(instance.hostInfo()));
          described.put("partitions", instance.topicPartitions().size());
        }
      }
    }
    return all;
  }

  private Web.Answer groups(Running stream, Map<String, String> parameters) throws Exception {
    Groups groups = stream.stream().groups();
    if (groups == null) {
      return Web.problem(404, stream.stream().name() + " has no groups");
    }
    int limit;
    try {
      limit = Integer.parseInt(parameters.getOrDefault(LIMIT, "1000"));
    } catch (NumberFormatException e) {
      return Web.problem(400, "limit is a whole number");
    }
    ArrayNode found = JSON.createArrayNode();
    groups.each(
        stream.streams(),
        event -> {
          ObjectNode json = Json.of(event);
          if (found.size() < limit && matches(json, parameters)) {
            found.add(json);
          }
        });
    if (!parameters.containsKey(LOCAL)) {
      for (StreamsMetadata other : stream.streams().metadataForAllStreamsClients()) {
        if (!other.hostInfo().equals(own)) {
          fetch(other.hostInfo(), stream, parameters)
              .forEach(
                  json -> {
                    if (found.size() < limit) {
                      found.add(json);
                    }
                  });
        }
      }
    }
    return Web.json(found);
  }

  private static boolean matches(ObjectNode event, Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .filter(parameter -> !List.of(LIMIT, LOCAL).contains(parameter.getKey()))
        .allMatch(parameter -> parameter.getValue().equals(event.path(parameter.getKey()).asText()));
  }

  private JsonNode fetch(HostInfo host, Running stream, Map<String, String> parameters)
      throws InterruptedException {
    StringBuilder query = new StringBuilder(LOCAL + "=true");
    parameters.forEach((name, value) -> query.append('&').append(name).append('=').append(coded(value)));
    String url =
        "http://" + address(host) + "/streams/" + stream.stream().name() + "/groups?" + query;
    try {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        return JSON.readTree(answer.body());
      }
      throw new IllegalStateException(address(host) + " answers " + answer.statusCode());
    } catch (IOException e) {
      throw new IllegalStateException(address(host) + " does not answer", e);
    }
  }

  private static Web.Answer close(Running stream) {
    CloseRequests.add(stream.stream().name());
    return Web.json(JSON.createObjectNode().put("open", open(stream)));
  }

  private static int open(Running stream) {
    ReadOnlyKeyValueStore<Bytes, byte[]> groups;
    try {
      groups =
          stream
              .streams()
              .store(
                  StoreQueryParameters.fromNameAndType(
                      stream.stream().name() + "-open", QueryableStoreTypes.keyValueStore()));
    } catch (UnknownStateStoreException e) {
      // Its windows, if it has any, are not what it waits for.
      return 0;
    }
    int open = 0;
    try (KeyValueIterator<Bytes, byte[]> all = groups.all()) {
      for (; all.hasNext(); all.next()) {
        open++;
      }
    }
    return open;
  }

  private static String address(HostInfo host) {
    return host.host() + ':' + host.port();
  }

  private static Map<String, String> parameters(URI uri) {
    Map<String, String> parameters = new TreeMap<>();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    for (String pair : query.split("&")) {
      String[] sides = pair.split("=", 2);
      if (sides.length == 2) {
        parameters.put(sides[0], URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }

  private static String coded(String text) {
    return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
