package herald.streams;

import org.apache.avro.generic.GenericRecord;

/**
 * An event to publish.
 *
 * @param event the event
 * @param id the message's id
 */
public record Emission(GenericRecord event, String id) {}
