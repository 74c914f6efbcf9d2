package herald.streams;

import org.apache.avro.Schema;

/** Which schema an id names. */
public interface Registry {
  /** The schema of an id. */
  Schema schema(int id);

  /** The id of a schema, registered under a subject. */
  int id(String subject, Schema schema);
}
