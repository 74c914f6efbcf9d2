package herald.streams;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Values of fields, and exact arithmetic: whole numbers of 64 bits are checked, decimals have at
 * most 38 digits. What has no room throws {@link ArithmeticException}; the record is a dead letter
 * then.
 */
public final class Values {
  private static final BigInteger LIMIT = BigInteger.TEN.pow(38);

  private Values() {}

  /** A text, a uuid, or the symbol of an enum. */
  public static String text(GenericRecord record, String field) {
    return textOf(record.get(field));
  }

  /** A whole number, a date, a time or a timestamp. */
  public static Long number(GenericRecord record, String field) {
    return numberOf(record.get(field));
  }

  /** A floating-point number. */
  public static Double real(GenericRecord record, String field) {
    return realOf(record.get(field));
  }

  /** A flag. */
  public static Boolean flag(GenericRecord record, String field) {
    return (Boolean) record.get(field);
  }

  /** A decimal with so many digits after the point. */
  public static BigDecimal decimal(GenericRecord record, String field, int scale) {
    return decimalOf(record.get(field), scale);
  }

  /** Anything else: a record, a list, a map, bytes. */
  public static Object any(GenericRecord record, String field) {
    return record.get(field);
  }

  /** A record. */
  public static GenericRecord record(GenericRecord record, String field) {
    return (GenericRecord) record.get(field);
  }

  /** Whether a value is one of some; null is none of them. */
  public static boolean in(Object value, Object... items) {
    for (Object item : items) {
      if (value != null && same(value, item)) {
        return true;
      }
    }
    return false;
  }

  public static String textOf(Object value) {
    return value == null ? null : value.toString();
  }

  public static Long numberOf(Object value) {
    return value == null ? null : ((Number) value).longValue();
  }

  public static Double realOf(Object value) {
    return value == null ? null : ((Number) value).doubleValue();
  }

  public static BigDecimal decimalOf(Object value, int scale) {
    if (value == null) {
      return null;
    }
    byte[] bytes;
    if (value instanceof GenericData.Fixed fixed) {
      bytes = fixed.bytes();
    } else {
      ByteBuffer buffer = ((ByteBuffer) value).duplicate();
      bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
    }
    BigInteger unscaled = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    return new BigDecimal(unscaled, scale);
  }

  /** A value as an Avro record holds it. */
  public static Object avro(Object value, org.apache.avro.Schema schema) {
    if (value == null) {
      return null;
    }
    switch (schema.getType()) {
      case UNION:
        for (org.apache.avro.Schema branch : schema.getTypes()) {
          if (branch.getType() != org.apache.avro.Schema.Type.NULL) {
            return avro(value, branch);
          }
        }
        return value;
      case BYTES:
        return value instanceof BigDecimal decimal
            ? ByteBuffer.wrap(decimal.unscaledValue().toByteArray())
            : value;
      case INT:
        return ((Number) value).intValue();
      case FLOAT:
        return ((Number) value).floatValue();
      case ENUM:
        return value instanceof String symbol
            ? new GenericData.EnumSymbol(schema, symbol)
            : value;
      default:
        return value;
    }
  }

  /** Puts a value into a field. */
  public static void put(GenericRecord record, String field, Object value) {
    record.put(field, avro(value, record.getSchema().getField(field).schema()));
  }

  private static BigDecimal within(BigDecimal value) {
    if (value.unscaledValue().abs().compareTo(LIMIT) >= 0) {
      throw new ArithmeticException("a decimal has at most 38 digits");
    }
    return value;
  }

  public static long add(long a, long b) {
    return Math.addExact(a, b);
  }

  public static long subtract(long a, long b) {
    return Math.subtractExact(a, b);
  }

  public static long multiply(long a, long b) {
    return Math.multiplyExact(a, b);
  }

  public static long negate(long a) {
    return Math.negateExact(a);
  }

  public static double add(double a, double b) {
    return a + b;
  }

  public static double subtract(double a, double b) {
    return a - b;
  }

  public static double multiply(double a, double b) {
    return a * b;
  }

  public static double negate(double a) {
    return -a;
  }

  public static BigDecimal add(BigDecimal a, BigDecimal b) {
    return within(a.add(b));
  }

  public static BigDecimal subtract(BigDecimal a, BigDecimal b) {
    return within(a.subtract(b));
  }

  public static BigDecimal multiply(BigDecimal a, BigDecimal b) {
    return within(a.multiply(b));
  }

  public static BigDecimal negate(BigDecimal a) {
    return a.negate();
  }

  /** A number as a decimal with so many digits after the point, none of them lost. */
  public static BigDecimal scaled(long value, int scale) {
    return within(BigDecimal.valueOf(value).setScale(scale));
  }

  public static BigDecimal scaled(BigDecimal value, int scale) {
    return within(value.setScale(scale));
  }

  /** The mean with so many digits after the point, half to even; null of no values. */
  public static BigDecimal average(BigDecimal sum, long count, int scale) {
    return count <= 0 ? null : sum.divide(BigDecimal.valueOf(count), scale, RoundingMode.HALF_EVEN);
  }

  /** What a function makes of a value; null stays null. */
  public static <A, B> B map(A value, Function<A, B> function) {
    return value == null ? null : function.apply(value);
  }

  /** A value, or what stands for null. */
  public static <T> T orValue(T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  /** Whether two values are the same; null is the same as null alone. */
  public static boolean same(Object a, Object b) {
    if (a == null || b == null) {
      return a == b;
    }
    if (a instanceof Double x && b instanceof Double y) {
      return x.doubleValue() == y.doubleValue();
    }
    return a.equals(b);
  }

  /** The order of two numbers. */
  public static int order(BigDecimal a, BigDecimal b) {
    return a.compareTo(b);
  }

  /** The order of two texts, by code points as their UTF-8 bytes have it. */
  public static int order(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean lifted = Character.isSurrogate(x) != Character.isSurrogate(y);
        return lifted ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  private static <T> boolean less(T a, T b) {
    if (a instanceof String x) {
      return order(x, (String) b) < 0;
    }
    if (a instanceof Double x) {
      return x < (Double) b;
    }
    @SuppressWarnings("unchecked")
    Comparable<T> comparable = (Comparable<T>) a;
    return comparable.compareTo(b) < 0;
  }

  /** The less of two where there are two, the first where they are alike or have no order. */
  public static <T> T least(T was, T value) {
    if (was == null || value == null) {
      return was == null ? value : was;
    }
    return less(value, was) ? value : was;
  }

  /** The greater of two where there are two, the first where they are alike or have no order. */
  public static <T> T greatest(T was, T value) {
    if (was == null || value == null) {
      return was == null ? value : was;
    }
    return less(was, value) ? value : was;
  }

  /** Characters of a text, bytes, items of a list, entries of a map. */
  public static long size(Object value) {
    if (value instanceof ByteBuffer bytes) {
      return bytes.remaining();
    }
    if (value instanceof Collection<?> items) {
      return items.size();
    }
    if (value instanceof Map<?, ?> entries) {
      return entries.size();
    }
    String text = value.toString();
    return text.codePointCount(0, text.length());
  }

  /** The value of a key; null where the map has no such key. */
  public static Object lookup(Object map, String key) {
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
      if (entry.getKey().toString().equals(key)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** The items of a list. */
  public static List<?> items(Object list) {
    return (List<?>) list;
  }
}
