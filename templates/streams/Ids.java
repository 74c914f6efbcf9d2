package herald.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

/** Ids of emitted messages: the same whenever and wherever they are computed (RFC 9562, 5.5). */
public final class Ids {
  private static final UUID URL = UUID.fromString("6ba7b811-9dad-11d1-80b4-00c04fd430c8");
  private final UUID namespace;

  /** Ids of a stream. */
  public Ids(String stream) {
    this.namespace =
        of(URL, ("urn:herald:stream:" + stream).getBytes(StandardCharsets.UTF_8));
  }

  /** The id of a group's result. */
  public String group(byte[] key, long start, long end, long revision) {
    ByteBuffer name = ByteBuffer.allocate(24 + key.length);
    name.putLong(start).putLong(end).putLong(revision).put(key);
    return of(namespace, name.array()).toString();
  }

  /** The id of what messages give; {@code index} tells several results of one record apart. */
  public String mapped(List<Message> messages, int index) {
    int size = 4;
    List<byte[]> parts =
        messages.stream()
            .flatMap(m -> java.util.stream.Stream.of(m.source(), m.id()))
            .map(part -> part.getBytes(StandardCharsets.UTF_8))
            .toList();
    for (byte[] part : parts) {
      size += 4 + part.length;
    }
    ByteBuffer name = ByteBuffer.allocate(size);
    for (byte[] part : parts) {
      name.putInt(part.length).put(part);
    }
    name.putInt(index);
    return of(namespace, name.array()).toString();
  }

  private static UUID of(UUID namespace, byte[] name) {
    MessageDigest sha1;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    ByteBuffer space = ByteBuffer.allocate(16);
    space.putLong(namespace.getMostSignificantBits());
    space.putLong(namespace.getLeastSignificantBits());
    sha1.update(space.array());
    ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name));
    long high = (hash.getLong() & ~0xf000L) | 0x5000L;
    long low = (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low);
  }
}
