package herald;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * Times the checker on all pairs of schemas, one a line of the file given.
 *
 * <p>Prints, for each round, a line of nanoseconds and the number of compatible pairs. The first
 * rounds are slower, until the code is compiled.
 */
public final class Checker {
  public static void main(String[] arguments) throws Exception {
    List<Schema> schemas = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      schemas.add(new Schema.Parser().parse(line));
    }
    int rounds = Integer.parseInt(arguments[1]);
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      int compatible = round(schemas);
      System.out.println((System.nanoTime() - start) + " " + compatible);
    }
  }

  private static int round(List<Schema> schemas) {
    int compatible = 0;
    for (Schema writer : schemas) {
      for (Schema reader : schemas) {
        compatible += compatible(reader, writer) ? 1 : 0;
      }
    }
    return compatible;
  }

  private static boolean compatible(Schema reader, Schema writer) {
    try {
      var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
      return result.getType() == SchemaCompatibilityType.COMPATIBLE;
    } catch (AvroRuntimeException ambiguous) {
      return false;
    }
  }

  private Checker() {}
}
