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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLHandshakeException;
import org.apache.avro.Schema;

/**
 * A registry with Confluent's HTTP API. What was answered once is not asked again. It only asks: what
 * is registered is for {@code provision apply} to say.
 */
public final class HttpRegistry implements Registry {
  private static final ObjectMapper JSON = new ObjectMapper();
  /** Together shorter than the broker lets a transaction be open ({@link Settings#ALIVE_MS}). */
  private static final int TRIES = 2;

  private static final long PAUSE_MS = 250;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String URL = "HERALD_REGISTRY_URL";
  private static final String PASSWORD_FILE = "HERALD_REGISTRY_PASSWORD_FILE";
  private static final String AUTHORITIES = "SSL_CERT_FILE";
  private final HttpClient client;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();
  private final String base;
  private final String authorization;

  /** The registry that the variables name; nothing is asked yet. */
  HttpRegistry(Variables variables) {
    URI url = url(variables);
    String user = url.getUserInfo();
    base = url.getScheme() + "://" + url.getHost() + port(url) + url.getPath().replaceAll("/+$", "");
    authorization = user == null ? null : basic(user, variables.password(PASSWORD_FILE));
    HttpClient.Builder building = HttpClient.newBuilder().connectTimeout(PATIENCE);
    String authorities = variables.optional(AUTHORITIES, null);
    if (authorities != null) {
      building.sslContext(Authorities.trusting(AUTHORITIES, Path.of(authorities)));
    }
    client = building.build();
  }

  /** Refuses to go on where it does not let the application in; one that is down may come back. */
  void greet() throws InterruptedException {
    try {
      int status =
          client.send(request("/schemas/types", null), BodyHandlers.discarding()).statusCode();
      if (status == 401 || status == 403) {
        throw new Refused(
            "the schema registry answers "
                + status
                + ": "
                + URL
                + " names the user and the password, or the user with "
                + PASSWORD_FILE);
      }
    } catch (SSLHandshakeException e) {
      throw new Refused(
          "the schema registry's certificate is not trusted: "
              + e.getMessage()
              + "; "
              + AUTHORITIES
              + " names the file of the authorities that sign it");
    } catch (IOException e) {
      System.err.println("the registry at " + base + " does not answer");
    }
  }

  private static URI url(Variables variables) {
    String text = variables.required(URL);
    try {
      URI url = URI.create(text);
      if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // The text may hold a secret: it is not quoted below.
    }
    throw new Refused(URL + ": write it as https://USER:PASSWORD@HOST:PORT/PATH");
  }

  private static String port(URI url) {
    return url.getPort() < 0 ? "" : ":" + url.getPort();
  }

  private static String basic(String user, String password) {
    String pair = password == null ? user : user.split(":", 2)[0] + ':' + password;
    byte[] bytes = (pair.contains(":") ? pair : pair + ':').getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
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
          throw new Outage("the registry at " + base + " does not answer", e);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      pause();
    }
  }

  private HttpRequest request(String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
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
