package herald.streams;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.streams.KeyValue;

/**
 * A message, and the one it was joined with or that it was looked up in.
 *
 * @param message the message
 * @param other the other side; null where there is none
 */
public record Pair(Message message, Message other) {

  /** A message without another side. */
  public static Pair of(Message message) {
    return new Pair(message, null);
  }

  /** The event. */
  public GenericRecord event() {
    return message.event();
  }

  /** The other side's event; null where there is none. */
  public GenericRecord otherEvent() {
    return other == null ? null : other.event();
  }

  /** Events to publish, with ids that name the messages. */
  public List<KeyValue<byte[], Emission>> emissions(
      byte[] key, List<GenericRecord> events, Ids ids) {
    List<Message> messages = other == null ? List.of(message) : List.of(message, other);
    List<KeyValue<byte[], Emission>> emissions = new ArrayList<>();
    for (GenericRecord event : events) {
      String id = ids.mapped(messages, emissions.size());
      emissions.add(KeyValue.pair(key, new Emission(event, id)));
    }
    return emissions;
  }

  /** The same without the other side in its ids: a look-up is no second origin. */
  public Pair lookedUp() {
    return new Pair(message, null);
  }

  /** Items for groups; with the record as it came where late ones are put aside. */
  public List<KeyValue<GenericRecord, Item>> items(
      byte[] key, List<KeyValue<GenericRecord, GenericRecord>> rows, boolean keepsRecord) {
    List<KeyValue<GenericRecord, Item>> items = new ArrayList<>();
    for (KeyValue<GenericRecord, GenericRecord> row : rows) {
      Item item =
          keepsRecord
              ? new Item(row.value, key == null ? new byte[0] : key, message.original(), false)
              : Item.of(row.value);
      items.add(KeyValue.pair(row.key, item));
    }
    return items;
  }
}
