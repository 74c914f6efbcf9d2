package herald.streams;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** The text of a key field, as every producer of the system writes it. */
final class KeyText {
  private KeyText() {}

  static String of(GenericRecord record, String field) {
    Object value = record.get(field);
    return value == null ? null : of(record.getSchema().getField(field).schema(), value);
  }

  /** The text of a value of this schema. */
  static String of(Schema schema, Object value) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return Values.decimalOf(value, decimal.getScale()).toPlainString();
    }
    String name = schema.getProp("logicalType");
    if (name == null || !(value instanceof Number number)) {
      return value.toString();
    }
    long whole = number.longValue();
    return trimmed(
        switch (name) {
          case "date" -> LocalDate.ofEpochDay(whole).toString();
          case "time-millis" -> time(Math.multiplyExact(whole, 1_000_000L));
          case "time-micros" -> time(Math.multiplyExact(whole, 1_000L));
          case "timestamp-millis" -> instant(whole, 1_000).toString();
          case "timestamp-micros" -> instant(whole, 1_000_000).toString();
          case "timestamp-nanos" -> instant(whole, 1_000_000_000).toString();
          case "local-timestamp-millis" -> local(whole, 1_000);
          case "local-timestamp-micros" -> local(whole, 1_000_000);
          case "local-timestamp-nanos" -> local(whole, 1_000_000_000);
          default -> value.toString();
        });
  }

  /** Without zeros at the end of the fraction. */
  private static String trimmed(String text) {
    int point = text.lastIndexOf('.');
    if (point < 0) {
      return text;
    }
    String zone = text.endsWith("Z") ? "Z" : "";
    String digits = text.substring(0, text.length() - zone.length()).replaceAll("0+$", "");
    return (digits.endsWith(".") ? digits.substring(0, point) : digits) + zone;
  }

  private static String time(long nanos) {
    LocalTime time = LocalTime.ofNanoOfDay(nanos);
    return time.getSecond() == 0 && time.getNano() == 0 ? time + ":00" : time.toString();
  }

  private static Instant instant(long value, long perSecond) {
    long nanos = Math.floorMod(value, perSecond) * (1_000_000_000 / perSecond);
    return Instant.EPOCH.plus(Math.floorDiv(value, perSecond), ChronoUnit.SECONDS)
        .plusNanos(nanos);
  }

  private static String local(long value, long perSecond) {
    String text =
        LocalDateTime.ofInstant(instant(value, perSecond), ZoneOffset.UTC).toString();
    return text.length() == "2026-01-01T00:00".length() ? text + ":00" : text;
  }
}
