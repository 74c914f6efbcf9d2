package herald.streams;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Records as Avro's binary encoding, without a frame: keys, rows and states of streams. */
public final class Datum {
  private Datum() {}

  /** The schema in a file beside the classes. */
  public static Schema schema(String fullName) {
    String path = "/avro/" + fullName + ".avsc";
    try (InputStream in = Datum.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("no " + path);
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A schema as JSON. */
  public static Schema parse(String json) {
    return new Schema.Parser().parse(json);
  }

  /** The encoding of a record. */
  public static byte[] encode(GenericRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The record that bytes from an offset on are, written with one schema and read with another. */
  public static GenericRecord decode(Schema writer, Schema reader, byte[] bytes, int offset) {
    var decoder =
        DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, null);
    try {
      return new GenericDatumReader<GenericRecord>(writer, reader).read(null, decoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes and reads records of one schema. */
  public static Serde<GenericRecord> serde(Schema schema) {
    return Serdes.serdeFrom(
        (topic, record) -> record == null ? null : encode(record),
        (topic, bytes) -> bytes == null ? null : decode(schema, schema, bytes, 0));
  }
}
