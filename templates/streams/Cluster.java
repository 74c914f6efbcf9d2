package herald.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** The Kafka cluster: where it is, how its clients log in, and what its refusals mean. */
final class Cluster {
  static final String PROTOCOL = "HERALD_KAFKA_SECURITY_PROTOCOL";
  static final String MECHANISM = "HERALD_KAFKA_SASL_MECHANISM";
  static final String USER = "HERALD_KAFKA_SASL_USERNAME";
  static final String PASSWORD = "HERALD_KAFKA_SASL_PASSWORD";
  static final String AUTHORITIES = "HERALD_KAFKA_SSL_CA_LOCATION";
  private static final List<String> PROTOCOLS =
      List.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");
  private static final List<String> MECHANISMS =
      List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");
  private static final int ANSWER_WITHIN_MS = 5_000;

  private final Map<String, Object> settings = new HashMap<>();
  private final String user;

  /** The cluster that the variables name; nothing is asked yet. */
  Cluster(Variables variables) {
    settings.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, variables.required("HERALD_KAFKA_BROKERS"));
    String protocol = oneOf(PROTOCOLS, variables, PROTOCOL, "PLAINTEXT");
    settings.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol);
    String authorities = variables.optional(AUTHORITIES, null);
    if (authorities != null) {
      settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
      settings.put(
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          new Password(certificates(Path.of(authorities))));
    }
    user = protocol.startsWith("SASL_") ? logIn(variables) : null;
  }

  /** What every client of the cluster begins with. */
  Map<String, Object> settings() {
    return settings;
  }

  /** A client for questions about the cluster. */
  Admin admin() {
    Map<String, Object> hurried = new HashMap<>(settings);
    hurried.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_WITHIN_MS);
    hurried.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_WITHIN_MS);
    return Admin.create(hurried);
  }

  /** Refuses to go on where the cluster does not let its clients in; one that is down may come back. */
  void greet() throws InterruptedException {
    try (Admin admin = admin()) {
      admin.describeCluster().nodes().get();
    } catch (ExecutionException e) {
      Optional<Refused> refused = refusal(e);
      if (refused.isPresent()) {
        throw refused.get();
      }
      System.err.println("Kafka does not answer: " + e.getCause().getMessage());
    }
  }

  /** What the cluster does not let this application do, if this is the reason. */
  Optional<Refused> refusal(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthenticationException) {
        String help = cause instanceof SslAuthenticationException ? tlsHelp() : loginHelp();
        return Optional.of(
            new Refused("Kafka does not let this application in: " + root(cause) + "; " + help));
      }
      if (cause instanceof AuthorizationException) {
        return Optional.of(
            new Refused(
                "Kafka does not let "
                    + (user == null ? "this application" : user)
                    + " do its work: "
                    + line(cause)
                    + "; its rules follow from the catalog where an environment says"
                    + " `principals: { streams: USER }`, and are made by `apply`"));
      }
    }
    return Optional.empty();
  }

  private static String tlsHelp() {
    return AUTHORITIES
        + " names the file of the authorities that sign the brokers' certificates, and "
        + PROTOCOL
        + " says whether they speak TLS";
  }

  private String loginHelp() {
    return "it was "
        + user
        + " who logged in: "
        + String.join(", ", USER, PASSWORD)
        + " or _PASSWORD_FILE, and "
        + MECHANISM
        + " say who does, and how";
  }

  private static String root(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return line(root);
  }

  private static String line(Throwable error) {
    return String.valueOf(error.getMessage()).replaceAll("\\s*\\R\\s*", " ");
  }

  private String logIn(Variables variables) {
    String mechanism = oneOf(MECHANISMS, variables, MECHANISM, null);
    String name = variables.required(USER);
    String password = variables.password(PASSWORD + "_FILE");
    if (password == null) {
      password = variables.required(PASSWORD);
    }
    String module =
        mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
    settings.put(SaslConfigs.SASL_MECHANISM, mechanism);
    settings.put(
        SaslConfigs.SASL_JAAS_CONFIG,
        new Password(
            "org.apache.kafka.common.security."
                + module
                + " required username="
                + quoted(name)
                + " password="
                + quoted(password)
                + ';'));
    return name;
  }

  private static String oneOf(
      List<String> known, Variables variables, String name, String otherwise) {
    String value = otherwise == null ? variables.required(name) : variables.optional(name, otherwise);
    String upper = value.toUpperCase(Locale.ROOT);
    if (!known.contains(upper)) {
      throw new Refused(name + ": there are " + String.join(", ", known) + ", and no " + value);
    }
    return upper;
  }

  /** As the parser of login settings reads it back. */
  private static String quoted(String text) {
    String escaped =
        text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r");
    return '"' + escaped + '"';
  }

  /** Certificates of a file, or of the files in a folder. */
  private static String certificates(Path path) {
    if (!Files.isDirectory(path)) {
      return Variables.text(AUTHORITIES, path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> Variables.text(AUTHORITIES, file))
          .filter(text -> text.contains("BEGIN CERTIFICATE"))
          .collect(Collectors.joining("\n"));
    } catch (IOException | UncheckedIOException e) {
      throw new Refused(AUTHORITIES + ": the folder " + path + " cannot be read");
    }
  }
}
