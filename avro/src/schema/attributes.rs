//! What a schema says beside what Avro reserves.

use serde_json::{Map, Value};
use std::ops::Deref;
use std::sync::LazyLock;

/// Attributes that Avro does not reserve, in order. Most types and fields have none, and
/// then this is one word long.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(Option<Box<Map<String, Value>>>);

impl From<Map<String, Value>> for Attributes {
    fn from(map: Map<String, Value>) -> Self {
        Self((!map.is_empty()).then(|| Box::new(map)))
    }
}

impl Deref for Attributes {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        self.0.as_deref().unwrap_or(&NONE)
    }
}
