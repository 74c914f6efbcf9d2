package herald.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * A registry with Confluent's HTTP API. What was answered once is not asked again. It only asks: what
 * is registered is for {@code provision apply} to say.
 */
public final class HttpRegistry implements Registry {
  private static final ObjectMapper JSON = new ObjectMapper();
  /** Together shorter than the broker lets a transaction be open. */
  private static final int TRIES = 4;

  private static final long PAUSE_MS = 250;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();
  private final String url;

  /** The registry at a URL such as {@code http://127.0.0.1:8081}. */
  public HttpRegistry(String url) {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  @Override
  public Schema schema(int id) {
    return schemas.computeIfAbsent(
        id, key -> Datum.parse(ask("/schemas/ids/" + key, null).get("schema").asText()));
  }

  @Override
  public int id(String subject, Schema schema) {
    return ids.computeIfAbsent(
        subject,
        key -> {
          String path = "/subjects/" + URLEncoder.encode(key, StandardCharsets.UTF_8);
          String body;
          try {
            body = JSON.writeValueAsString(Map.of("schema", schema.toString()));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return ask(path, body).get("id").asInt();
        });
  }

  private JsonNode ask(String path, String body) {
    for (int tries = 1; ; tries++) {
      try {
        HttpResponse<String> answer = client.send(request(path, body), BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          return JSON.readTree(answer.body());
        }
        if (answer.statusCode() == 404 && body == null) {
          throw new IllegalArgumentException("the registry does not know " + path);
        }
        if (answer.statusCode() < 500 || tries == TRIES) {
          throw new Outage(
              "the registry answers " + answer.statusCode() + " to " + path + ": " + answer.body(),
              null);
        }
      } catch (IOException e) {
        if (tries == TRIES) {
          throw new Outage("the registry at " + url + " does not answer", e);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      pause();
    }
  }

  private HttpRequest request(String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(2));
    if (body != null) {
      request
          .header("Content-Type", "application/vnd.schemaregistry.v1+json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return request.build();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static Outage interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new Outage("interrupted while the registry was asked", e);
  }
}
