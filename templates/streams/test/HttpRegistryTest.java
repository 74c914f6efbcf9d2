package herald.streams;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpRegistryTest {
  /** By user svc with the password s3c:ret. */
  private static final String LOGIN =
      "Basic " + Base64.getEncoder().encodeToString("svc:s3c:ret".getBytes(StandardCharsets.UTF_8));

  private static final String STORE_PASSWORD = "changeit";
  private HttpServer server;

  /** One that answers everybody, or only those who log in with {@link #LOGIN}. */
  private HttpRegistry registry(
      HttpServer made, boolean asksForLogin, String url, Map<String, String> more) {
    server = made;
    server.createContext(
        "/api/",
        request -> {
          String login = request.getRequestHeaders().getFirst("Authorization");
          boolean known = !asksForLogin || LOGIN.equals(login);
          byte[] answer = "{\"schema\":\"\\\"string\\\"\"}".getBytes(StandardCharsets.UTF_8);
          request.sendResponseHeaders(known ? 200 : 401, known ? answer.length : -1);
          if (known) {
            request.getResponseBody().write(answer);
          }
          request.close();
        });
    server.start();
    Map<String, String> all = new HashMap<>(more);
    all.put("HERALD_REGISTRY_URL", String.format(url, server.getAddress().getPort()));
    return new HttpRegistry(new Variables(all));
  }

  private static HttpServer plain() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  @Test
  void itLogsInAsItsAddressSays() throws Exception {
    HttpRegistry registry =
        registry(plain(), true, "http://svc:s3c%%3Aret@127.0.0.1:%d/api/", Map.of());
    assertDoesNotThrow(registry::greet);
    assertEquals(Schema.create(Schema.Type.STRING), registry.schema(1));
  }

  @Test
  void thePasswordMayLieInAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "s3c:ret\n");
    Map<String, String> login = Map.of("HERALD_REGISTRY_PASSWORD_FILE", file.toString());
    HttpRegistry registry = registry(plain(), true, "http://svc@127.0.0.1:%d/api", login);
    assertDoesNotThrow(registry::greet);
  }

  @Test
  void whoIsNotLetInIsToldWhichVariablesToLookAt() throws Exception {
    HttpRegistry registry =
        registry(plain(), true, "http://svc:wr0ng@127.0.0.1:%d/api", Map.of());
    String line = assertThrows(Refused.class, registry::greet).getMessage();
    assertTrue(line.contains("HERALD_REGISTRY_URL"), line);
    assertFalse(line.contains("wr0ng"), line);
    Outage later = assertThrows(Outage.class, () -> registry.schema(1));
    assertFalse(later.getMessage().contains("wr0ng"), later.getMessage());
  }

  @Test
  void aRegistryThatIsAwayIsAnOutageUntilItIsBack() throws Exception {
    HttpRegistry registry = registry(plain(), false, "http://127.0.0.1:%d/api", Map.of());
    InetSocketAddress address = server.getAddress();
    server.stop(0);
    assertDoesNotThrow(registry::greet);
    assertThrows(Outage.class, () -> registry.schema(1));
    registry(HttpServer.create(address, 0), false, "http://127.0.0.1:%d/api", Map.of());
    assertEquals(Schema.create(Schema.Type.STRING), registry.schema(1));
  }

  @Test
  void anAddressThatIsNoneIsNotQuoted() {
    for (String url : List.of("registry:8081", "https://svc:s3cret@", "http://svc:s3 cret@host")) {
      Variables variables = new Variables(Map.of("HERALD_REGISTRY_URL", url));
      String line = assertThrows(Refused.class, () -> new HttpRegistry(variables)).getMessage();
      assertTrue(line.startsWith("HERALD_REGISTRY_URL: write it as https://"), line);
      assertFalse(line.contains("cret"), line);
    }
  }

  @Test
  void anAuthorityOfItsOwnIsTrusted(@TempDir Path folder) throws Exception {
    HttpsServer secured =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secured.setHttpsConfigurator(new HttpsConfigurator(context(folder)));
    String url = "https://127.0.0.1:%d/api";
    HttpRegistry stranger = registry(secured, false, url, Map.of());
    String line = assertThrows(Refused.class, stranger::greet).getMessage();
    assertTrue(line.contains("SSL_CERT_FILE"), line);
    Map<String, String> trusting =
        Map.of(
            "HERALD_REGISTRY_URL", String.format(url, secured.getAddress().getPort()),
            "SSL_CERT_FILE", folder.resolve("server.pem").toString());
    HttpRegistry registry = new HttpRegistry(new Variables(trusting));
    assertDoesNotThrow(registry::greet);
    assertEquals(Schema.create(Schema.Type.STRING), registry.schema(1));
  }

  /** A server's key, whose certificate lies in {@code server.pem}, made by the JDK's tool. */
  private static SSLContext context(Path folder) throws Exception {
    Path store = folder.resolve("store.p12");
    keytool("-genkeypair", "-keyalg", "EC", "-alias", "server", "-dname", "CN=registry", "-ext",
        "san=ip:127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString());
    keytool("-exportcert", "-rfc", "-alias", "server", "-keystore", store.toString(), "-file",
        folder.resolve("server.pem").toString());
    KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, STORE_PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", STORE_PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }
}
