package herald.streams;

import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Marks items all of whose windows are closed, by the rule by which the group behind it passes them
 * over: it says so to nobody but a metric.
 */
public final class LateRecords implements FixedKeyProcessorSupplier<GenericRecord, Item, Item> {
  private final String times;
  private final long sizeMs;
  private final long advanceMs;
  private final long graceMs;

  /**
   * Marks late items of hopping windows.
   *
   * @param times store of the times of this stream
   * @param sizeMs length of a window
   * @param advanceMs step from one to the next
   * @param graceMs how long after its end a window still takes records
   */
  public LateRecords(String times, long sizeMs, long advanceMs, long graceMs) {
    this.times = times;
    this.sizeMs = sizeMs;
    this.advanceMs = advanceMs;
    this.graceMs = graceMs;
  }

  @Override
  public FixedKeyProcessor<GenericRecord, Item, Item> get() {
    return new ContextualFixedKeyProcessor<>() {
      private KeyValueStore<String, Long> store;

      @Override
      public void process(FixedKeyRecord<GenericRecord, Item> record) {
        if (store == null) {
          store = context().getStateStore(times);
        }
        long observed = Math.max(Times.get(store, Times.OBSERVED), record.timestamp());
        store.put(Times.OBSERVED, observed);
        long limit = Math.max(observed - graceMs, Times.get(store, Times.CLOSED));
        long lastEnd = record.timestamp() / advanceMs * advanceMs + sizeMs;
        boolean late = lastEnd <= limit;
        context().forward(late ? record.withValue(record.value().asLate()) : record);
      }
    };
  }
}
