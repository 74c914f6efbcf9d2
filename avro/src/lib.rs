//! Herald: avro.
