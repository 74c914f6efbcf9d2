package herald.streams;

import java.net.URI;

/**
 * A host and a port, written {@code HOST:PORT}.
 *
 * @param host the host; an IPv6 address stands in brackets
 * @param port the port
 */
record Address(String host, int port) {

  static Address of(Variables variables, String name, String otherwise) {
    String text = variables.optional(name, otherwise);
    try {
      URI uri = URI.create("http://" + text);
      if (uri.getHost() != null && uri.getPort() > 0 && uri.getUserInfo() == null) {
        return new Address(uri.getHost(), uri.getPort());
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new Refused(name + ": write " + text + " as HOST:PORT");
  }

  @Override
  public String toString() {
    return host + ':' + port;
  }
}
