package herald.streams;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Records that cannot be decoded or computed with are put aside, and the stream goes on. Where the
 * registry, the broker or the disk fails, the record waits.
 */
public final class DeadLetters implements ProcessingExceptionHandler {
  /** Setting: the name of the stream. */
  public static final String STREAM = "herald.stream";

  /** Setting: the topic of the sources, for records of internal topics. */
  public static final String SOURCE = "herald.source";

  private String stream;
  private String source;

  @Override
  public void configure(Map<String, ?> settings) {
    stream = String.valueOf(settings.get(STREAM));
    source = String.valueOf(settings.get(SOURCE));
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
    if (exception instanceof Outage || exception instanceof KafkaException) {
      return Response.fail();
    }
    String from = context.topic() == null || context.topic().endsWith("-repartition")
        ? source
        : context.topic();
    Headers headers = new RecordHeaders(context.headers().toArray());
    put(headers, "herald-reason",
        exception instanceof ArithmeticException ? "rejected" : "undecodable");
    put(headers, "herald-service", "streams");
    put(headers, "herald-group", stream);
    put(headers, "herald-source", from);
    put(headers, "herald-attempts", "1");
    put(headers, "herald-first-error", String.valueOf(exception.getMessage()));
    put(headers, "herald-last-error", String.valueOf(exception.getMessage()));
    put(headers, "herald-partition", Integer.toString(context.partition()));
    put(headers, "herald-offset", Long.toString(context.offset()));
    return Response.resume(
        List.of(
            new ProducerRecord<>(
                from + '.' + stream + ".dlt",
                null,
                context.timestamp() < 0 ? null : context.timestamp(),
                context.sourceRawKey(),
                context.sourceRawValue(),
                headers)));
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
