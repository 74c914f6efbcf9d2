package herald.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Records as plain JSON: decimals, dates and times are texts, as the services write them. */
final class Json {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  static ObjectNode of(GenericRecord record) {
    ObjectNode object = NODES.objectNode();
    for (Schema.Field field : record.getSchema().getFields()) {
      object.set(field.name(), value(field.schema(), record.get(field.pos())));
    }
    return object;
  }

  private static JsonNode value(Schema declared, Object value) {
    Schema schema = declared;
    if (declared.getType() == Schema.Type.UNION) {
      schema = declared.getTypes().get(GenericData.get().resolveUnion(declared, value));
    }
    if (value == null) {
      return NODES.nullNode();
    }
    if (schema.getProp("logicalType") != null) {
      return NODES.textNode(KeyText.of(schema, value));
    }
    return switch (schema.getType()) {
      case RECORD -> of((GenericRecord) value);
      case ARRAY -> items(schema.getElementType(), (Collection<?>) value);
      case MAP -> entries(schema.getValueType(), (Map<?, ?>) value);
      case BOOLEAN -> NODES.booleanNode((Boolean) value);
      case INT, LONG -> NODES.numberNode(((Number) value).longValue());
      case FLOAT, DOUBLE -> NODES.numberNode(((Number) value).doubleValue());
      case BYTES -> NODES.textNode(coded(((ByteBuffer) value).duplicate()));
      default -> NODES.textNode(value.toString());
    };
  }

  private static JsonNode items(Schema schema, Collection<?> values) {
    ArrayNode array = NODES.arrayNode();
    values.forEach(value -> array.add(value(schema, value)));
    return array;
  }

  private static JsonNode entries(Schema schema, Map<?, ?> values) {
    ObjectNode object = NODES.objectNode();
    values.forEach((key, value) -> object.set(key.toString(), value(schema, value)));
    return object;
  }

  private static String coded(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
