package herald;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;

/**
 * Answers requests, one JSON object a line, until the input ends.
 *
 * <p>{"writer", "reader"?, "hex"?} is answered by {"canonical", "fingerprint", "compatible"} and, if
 * bytes are given, {"hex", "json"}: the datum as the reader's schema has it, encoded again. What
 * fails is answered by {"error"}. {"writer", "reader", "data": [hex]} is answered by {"data": [...]},
 * for each datum its {"hex", "json"} or {"error"}, whatever the checker says.
 */
public final class Referee {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(MAPPER.writeValueAsString(answer(line)));
      out.flush();
    }
  }

  private static ObjectNode answer(String line) {
    ObjectNode answer = MAPPER.createObjectNode();
    try {
      JsonNode request = MAPPER.readTree(line);
      Schema writer = new Schema.Parser().parse(request.get("writer").toString());
      Schema reader =
          request.has("reader") ? new Schema.Parser().parse(request.get("reader").toString()) : writer;
      if (request.has("data")) {
        ArrayNode data = answer.putArray("data");
        for (JsonNode hex : request.get("data")) {
          data.add(read(writer, reader, hex.asText()));
        }
        return answer;
      }
      answer.put("canonical", SchemaNormalization.toParsingForm(writer));
      long fingerprint = SchemaNormalization.parsingFingerprint64(writer);
      answer.put("fingerprint", String.format("%016x", fingerprint));
      if (request.has("reader")) {
        answer.put("compatible", compatible(reader, writer));
      }
      if (request.has("hex")) {
        byte[] bytes = HexFormat.of().parseHex(request.get("hex").asText());
        transcode(writer, reader, bytes, answer);
      }
    } catch (Exception | StackOverflowError error) {
      answer.put("error", error.toString());
    }
    return answer;
  }

  private static ObjectNode read(Schema writer, Schema reader, String hex) {
    ObjectNode answer = MAPPER.createObjectNode();
    try {
      transcode(writer, reader, HexFormat.of().parseHex(hex), answer);
    } catch (Exception | StackOverflowError error) {
      answer.removeAll().put("error", error.toString());
    }
    return answer;
  }

  private static boolean compatible(Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    return result.getType() == SchemaCompatibilityType.COMPATIBLE;
  }

  private static void transcode(Schema writer, Schema reader, byte[] bytes, ObjectNode answer)
      throws Exception {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
    Object datum = new GenericDatumReader<Object>(writer, reader).read(null, decoder);
    if (!decoder.isEnd()) {
      throw new IllegalArgumentException("bytes follow the datum");
    }
    var binary = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(binary, null);
    var datumWriter = new GenericDatumWriter<Object>(reader);
    datumWriter.write(datum, encoder);
    encoder.flush();
    answer.put("hex", HexFormat.of().formatHex(binary.toByteArray()));
    var json = new ByteArrayOutputStream();
    JsonEncoder jsonEncoder = EncoderFactory.get().jsonEncoder(reader, json);
    datumWriter.write(datum, jsonEncoder);
    jsonEncoder.flush();
    answer.put("json", json.toString(StandardCharsets.UTF_8));
  }

  private Referee() {}
}
