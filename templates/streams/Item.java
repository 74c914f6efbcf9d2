package herald.streams;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * What one record gives to a group.
 *
 * @param row what is computed over
 * @param key the record's key as it came, where late records are put aside
 * @param value the record's value as it came, where late records are put aside
 * @param late whether all windows it belongs to are closed
 */
public record Item(GenericRecord row, byte[] key, byte[] value, boolean late) {
  private static final byte[] NONE = new byte[0];

  /** An item of which nothing but the row is needed. */
  public static Item of(GenericRecord row) {
    return new Item(row, NONE, NONE, false);
  }

  /** The same, too late. */
  public Item asLate() {
    return new Item(row, key, value, true);
  }

  /** Writes and reads items with rows of one schema. */
  public static Serde<Item> serde(Schema schema) {
    return Serdes.serdeFrom(
        (topic, item) -> item == null ? null : item.write(),
        (topic, bytes) -> bytes == null ? null : read(schema, bytes));
  }

  private byte[] write() {
    byte[] datum = Datum.encode(row);
    return ByteBuffer.allocate(8 + key.length + value.length + datum.length)
        .putInt(key.length)
        .put(key)
        .putInt(value.length)
        .put(value)
        .put(datum)
        .array();
  }

  private static Item read(Schema schema, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] key = new byte[in.getInt()];
    in.get(key);
    byte[] value = new byte[in.getInt()];
    in.get(value);
    return new Item(Datum.decode(schema, schema, bytes, in.position()), key, value, false);
  }
}
