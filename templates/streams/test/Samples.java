package herald.streams;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** One record of any schema, always the same. */
final class Samples {
  /** The time of every sample, in milliseconds. */
  static final long TIME = 1_800_000_000_000L;

  private static final long MICROS = 1_000;
  private static final long NANOS = 1_000_000;

  private Samples() {}

  static GenericRecord of(Schema schema) {
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), value(field.schema()));
    }
    return record;
  }

  private static Object value(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> of(schema);
      case UNION -> value(schema.getTypes().get(schema.getTypes().size() - 1));
      case ENUM -> new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get(0));
      case ARRAY -> List.of(value(schema.getElementType()));
      case MAP -> Map.of("key", value(schema.getValueType()));
      case FIXED -> new GenericData.Fixed(schema, new byte[schema.getFixedSize()]);
      case BYTES -> ByteBuffer.wrap(new byte[] {100});
      case STRING ->
          "uuid".equals(schema.getProp("logicalType"))
              ? "00000000-0000-4000-8000-000000000001"
              : "text";
      case INT -> 1;
      case LONG -> whole(String.valueOf(schema.getProp("logicalType")));
      case FLOAT -> 1.0f;
      case DOUBLE -> 1.0;
      case BOOLEAN -> true;
      case NULL -> null;
    };
  }

  private static long whole(String logical) {
    if (logical.endsWith("timestamp-millis")) {
      return TIME;
    }
    if (logical.endsWith("timestamp-micros")) {
      return TIME * MICROS;
    }
    return logical.endsWith("timestamp-nanos") ? TIME * NANOS : 1;
  }
}
