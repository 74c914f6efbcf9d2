package herald.streams;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.SessionWindow;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Holds the results of groups back until their windows close, as {@code suppress} does, in order of
 * their ends and keys; closes the windows of a silent partition too, and of one that is asked to,
 * which {@code suppress} cannot.
 */
public final class CloseWindows
    implements ProcessorSupplier<Windowed<GenericRecord>, GenericRecord, GenericRecord, Emission> {

  /** What a group gives in the end. */
  public interface Output {
    GenericRecord of(GenericRecord key, long start, long end, GenericRecord state);
  }

  /** Of the machine's clock. */
  private static final Duration LOOK_FOR_REQUESTS = Duration.ofMillis(500);

  private final String name;
  private final Schema key;
  private final Schema state;
  private final long waitMs;
  private final long idleMs;
  private final String sessions;
  private final Output output;
  private final Ids ids;

  /**
   * Closes windows.
   *
   * @param name the stream's name; its stores are named after it
   * @param key schema of the group's key
   * @param state schema of the group's state
   * @param waitMs how long after its end a window closes: the grace, and the gap of a session
   * @param idleMs how long a partition may be silent; 0 for ever
   * @param sessions store of the sessions, from which closed ones are taken; null for other windows
   * @param output what a group gives
   */
  public CloseWindows(
      String name,
      Schema key,
      Schema state,
      long waitMs,
      long idleMs,
      String sessions,
      Output output) {
    this.name = name;
    this.key = key;
    this.state = state;
    this.waitMs = waitMs;
    this.idleMs = idleMs;
    this.sessions = sessions;
    this.output = output;
    this.ids = new Ids(name);
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name + "-open"),
                Serdes.Bytes(),
                Serdes.ByteArray())
            .withCachingDisabled());
  }

  @Override
  public Processor<Windowed<GenericRecord>, GenericRecord, GenericRecord, Emission> get() {
    return new Closing();
  }

  private final class Closing
      extends ContextualProcessor<Windowed<GenericRecord>, GenericRecord, GenericRecord, Emission> {
    private KeyValueStore<Bytes, byte[]> open;
    private KeyValueStore<String, Long> times;
    private SessionStore<GenericRecord, ?> held;
    private long stirred;
    private boolean silent;
    private long asked;

    @Override
    public void init(ProcessorContext<GenericRecord, Emission> context) {
      super.init(context);
      open = context.getStateStore(name + "-open");
      times = context.getStateStore(name + "-times");
      held = sessions == null ? null : context.getStateStore(sessions);
      stirred = context.currentSystemTimeMs();
      asked = CloseRequests.of(name);
      context.schedule(LOOK_FOR_REQUESTS, PunctuationType.WALL_CLOCK_TIME, now -> listen());
      if (idleMs > 0) {
        context.schedule(
            Duration.ofMillis(Math.max(1, idleMs / 4)),
            PunctuationType.WALL_CLOCK_TIME,
            this::look);
      }
    }

    @Override
    public void process(Record<Windowed<GenericRecord>, GenericRecord> record) {
      stirred = context().currentSystemTimeMs();
      silent = false;
      Windowed<GenericRecord> group = record.key();
      long end = group.window().end();
      byte[] keyBytes = Datum.encode(group.key());
      Bytes place = place(end, keyBytes, group.window().start());
      if (record.value() == null) {
        open.delete(place);
        return;
      }
      long settled = Math.max(Times.get(times, Times.SETTLED), record.timestamp());
      times.put(Times.SETTLED, settled);
      long until = settled - waitMs;
      boolean over = end <= Times.get(times, Times.CLOSED) || (held != null && end <= until);
      if (!over) {
        byte[] datum = Datum.encode(record.value());
        ByteBuffer value = ByteBuffer.allocate(8 + datum.length);
        open.put(place, value.putLong(record.timestamp()).put(datum).array());
      }
      close(until);
    }

    private void look(long now) {
      if (silent || now - stirred < idleMs) {
        return;
      }
      silent = true;
      closeAll();
    }

    private void listen() {
      long now = CloseRequests.of(name);
      if (now != asked) {
        asked = now;
        closeAll();
      }
    }

    /** As if time had come to the end of the last open window. */
    private void closeAll() {
      long last = Long.MIN_VALUE;
      try (KeyValueIterator<Bytes, byte[]> all = open.reverseAll()) {
        if (all.hasNext()) {
          last = ByteBuffer.wrap(all.next().key.get()).getLong();
        }
      }
      if (last == Long.MIN_VALUE) {
        return;
      }
      times.put(Times.CLOSED, Math.max(last, Times.get(times, Times.CLOSED)));
      close(last);
    }

    private void close(long until) {
      while (true) {
        KeyValue<Bytes, byte[]> first;
        try (KeyValueIterator<Bytes, byte[]> all = open.all()) {
          if (!all.hasNext()) {
            return;
          }
          first = all.next();
        }
        ByteBuffer place = ByteBuffer.wrap(first.key.get());
        long end = place.getLong();
        if (end > until) {
          return;
        }
        byte[] keyBytes = new byte[place.remaining() - 8];
        place.get(keyBytes);
        emit(keyBytes, place.getLong(), end, first.value);
        open.delete(first.key);
      }
    }

    private void emit(byte[] keyBytes, long start, long end, byte[] value) {
      GenericRecord group = Datum.decode(key, key, keyBytes, 0);
      GenericRecord known = Datum.decode(state, state, value, 8);
      GenericRecord event = output.of(group, start, end, known);
      String id = ids.group(keyBytes, start, end, 0);
      context()
          .forward(
              new Record<>(group, new Emission(event, id), ByteBuffer.wrap(value).getLong()));
      if (held != null) {
        held.remove(new Windowed<>(group, new SessionWindow(start, end)));
      }
    }
  }

  /** In the order in which windows close: by end, then by key. */
  private static Bytes place(long end, byte[] key, long start) {
    ByteBuffer place = ByteBuffer.allocate(16 + key.length);
    return Bytes.wrap(place.putLong(end).put(key).putLong(start).array());
  }
}
