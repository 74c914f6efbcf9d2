package herald.streams;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** A registry with Confluent's HTTP API. What was answered once is not asked again. */
public final class HttpRegistry implements Registry {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
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

  private com.fasterxml.jackson.databind.JsonNode ask(String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(10));
    if (body != null) {
      request
          .header("Content-Type", "application/vnd.schemaregistry.v1+json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            "the registry answers " + answer.statusCode() + " to " + path + ": " + answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the registry was asked", e);
    }
  }
}
