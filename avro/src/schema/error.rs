//! What is wrong with a schema.

/// One error in a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", at(path))]
pub struct SchemaError {
    /// Where, as a JSON pointer (RFC 6901) into the schema; empty for the whole.
    pub path: String,
    /// What is wrong, in one sentence.
    pub message: String,
}

fn at(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("{path}: ")
    }
}
