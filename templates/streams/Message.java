package herald.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A decoded event with the name of the message that brought it, and the bytes it came in.
 *
 * @param source who made the message
 * @param id the message's id
 * @param event the event
 * @param original the record's value as it came
 */
public record Message(String source, String id, GenericRecord event, byte[] original) {

  /** Writes and reads messages with events of one schema, for stores and repartitioning. */
  public static Serde<Message> serde(Schema schema) {
    return Serdes.serdeFrom(
        (topic, message) -> message == null ? null : message.write(),
        (topic, bytes) -> bytes == null ? null : read(schema, bytes));
  }

  private byte[] write() {
    byte[] sourceBytes = source.getBytes(StandardCharsets.UTF_8);
    byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
    byte[] datum = Datum.encode(event);
    ByteBuffer out =
        ByteBuffer.allocate(16 + sourceBytes.length + idBytes.length + datum.length
            + original.length);
    for (byte[] part : new byte[][] {sourceBytes, idBytes, datum, original}) {
      out.putInt(part.length).put(part);
    }
    return out.array();
  }

  private static Message read(Schema schema, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[][] parts = new byte[4][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new byte[in.getInt()];
      in.get(parts[i]);
    }
    return new Message(
        new String(parts[0], StandardCharsets.UTF_8),
        new String(parts[1], StandardCharsets.UTF_8),
        Datum.decode(schema, schema, parts[2], 0),
        parts[3]);
  }
}
