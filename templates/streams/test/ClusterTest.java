package herald.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTest {
  private static final Map<String, String> LOGIN =
      Map.of(
          "HERALD_KAFKA_BROKERS", "kafka-1:9092",
          "HERALD_KAFKA_SECURITY_PROTOCOL", "sasl_ssl",
          "HERALD_KAFKA_SASL_MECHANISM", "scram-sha-512",
          "HERALD_KAFKA_SASL_USERNAME", "svc-streams",
          "HERALD_KAFKA_SASL_PASSWORD", "s3cret");

  private static Map<String, Object> settings(Map<String, String> more) {
    return cluster(more).settings();
  }

  private static Cluster cluster(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(LOGIN);
    all.putAll(more);
    return new Cluster(new Variables(all));
  }

  private static String refusal(Map<String, String> more) {
    return assertThrows(Refused.class, () -> cluster(more)).getMessage();
  }

  /** The password that Kafka reads out of the settings. */
  private static Object password(Map<String, Object> settings) {
    Password login = (Password) settings.get(SaslConfigs.SASL_JAAS_CONFIG);
    var entries =
        JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, login))
            .configurationEntries();
    assertEquals("svc-streams", entries.get(0).getOptions().get("username"));
    return entries.get(0).getOptions().get("password");
  }

  @Test
  void kafkaReadsThePasswordAsItWasWritten() {
    for (String password : new String[] {"s3cret", "a\"b\\c;d='e' f", "\\n\n\u00e9#//*"}) {
      Map<String, String> more = Map.of("HERALD_KAFKA_SASL_PASSWORD", password);
      assertEquals(password, password(settings(more)));
    }
  }

  @Test
  void thePasswordOfAFileComesFirst(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "of the file\r\n");
    Map<String, String> more = Map.of("HERALD_KAFKA_SASL_PASSWORD_FILE", file.toString());
    assertEquals("of the file", password(settings(more)));
  }

  @Test
  void secretsAreNeverPrinted() {
    assertFalse(settings(Map.of()).toString().contains("s3cret"));
  }

  @Test
  void theAuthoritiesOfAFolderAreThoseOfItsFiles(@TempDir Path folder) throws Exception {
    String begin = "-----BEGIN CERTIFICATE-----\n";
    Files.writeString(folder.resolve("a.pem"), begin + "a");
    Files.writeString(folder.resolve("b.pem"), begin + "b");
    Files.writeString(folder.resolve("README"), "about them");
    Map<String, String> more = Map.of("HERALD_KAFKA_SSL_CA_LOCATION", folder.toString());
    Object found = settings(more).get(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG);
    assertEquals(begin + "a\n" + begin + "b", ((Password) found).value());
  }

  @Test
  void whatIsMissingOrUnknownIsNamed() {
    assertEquals("set HERALD_KAFKA_BROKERS", refusal(Map.of("HERALD_KAFKA_BROKERS", "")));
    assertEquals(
        "set HERALD_KAFKA_SASL_USERNAME", refusal(Map.of("HERALD_KAFKA_SASL_USERNAME", "")));
    assertEquals(
        "HERALD_KAFKA_SASL_MECHANISM: there are PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, and no GSSAPI",
        refusal(Map.of("HERALD_KAFKA_SASL_MECHANISM", "GSSAPI")));
    assertTrue(
        refusal(Map.of("HERALD_KAFKA_SSL_CA_LOCATION", "/nowhere.pem"))
            .startsWith("HERALD_KAFKA_SSL_CA_LOCATION: /nowhere.pem cannot be read"));
  }

  @Test
  void aRefusalIsFoundBehindWhatKafkaStreamsMakesOfIt() {
    Cluster cluster = cluster(Map.of());
    var login = new StreamsException(new SaslAuthenticationException("Authentication\nfailed"));
    String line = cluster.refusal(login).orElseThrow().getMessage();
    assertTrue(line.contains("Authentication failed; it was svc-streams"), line);
    assertTrue(line.contains("HERALD_KAFKA_SASL_PASSWORD or _PASSWORD_FILE"), line);
    var work = new StreamsException("at work", new TopicAuthorizationException("not to orders"));
    line = cluster.refusal(work).orElseThrow().getMessage();
    assertTrue(line.startsWith("Kafka does not let svc-streams do its work: not to orders"), line);
    assertTrue(cluster.refusal(new StreamsException("an outage")).isEmpty());
  }
}
