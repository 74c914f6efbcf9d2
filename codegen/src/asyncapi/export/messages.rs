//! Events and commands → messages.

use serde_json::{Map, Value, json};

use super::{CONTENT_TYPE, bindings, headers, own_headers, reference, written};
use crate::{
    ident,
    model::{Message, Model},
    schema,
};

/// What AsyncAPI calls an Avro schema.
const SCHEMA_FORMAT: &str = "application/vnd.apache.avro;version=1.9.0";

/// The message object of an event or command.
pub(super) fn message(model: &Model, name: &str) -> Option<Value> {
    let message = model.message(name)?;
    let event = model.events.get(name);
    let mut object = Map::new();
    object.insert("name".into(), name.into());
    object.insert("title".into(), title(name).into());
    if let Some(doc) = &message.doc {
        object.insert("description".into(), doc.as_str().into());
    }
    object.insert("contentType".into(), CONTENT_TYPE.into());
    let mut tags: Vec<Value> = Vec::new();
    for tag in event.into_iter().flat_map(|e| &e.tags) {
        tags.push(json!({ "name": tag }));
    }
    if !tags.is_empty() {
        object.insert("tags".into(), tags.into());
    }
    let mut schema = schema::of_message(model, message);
    simple_aliases(&mut schema);
    let payload = json!({ "schemaFormat": SCHEMA_FORMAT, "schema": schema });
    object.insert("payload".into(), payload);
    if let Some(own) = own_headers::of_message(model, message) {
        object.insert("headers".into(), own);
    }
    let cloud_events = reference(&["components", "messageTraits", headers::TRAIT]);
    object.insert("traits".into(), json!([cloud_events]));
    let bindings = match event {
        Some(_) => bindings::event(model, message.key.as_deref()),
        None => bindings::command(&message.full_name()),
    };
    object.insert("bindings".into(), bindings);
    let examples = examples(message);
    if !examples.is_empty() {
        object.insert("examples".into(), examples.into());
    }
    if let Some(key) = &message.key {
        object.insert("x-herald-key".into(), key.as_str().into());
    }
    let mut more = written::message(model, message);
    if let Some(stream) = model.streams.values().find(|s| s.emits == name) {
        more.insert("stream".into(), stream.name.as_str().into());
    }
    object.insert("x-herald-message".into(), more.into());
    Some(Value::Object(object))
}

/// AsyncAPI's schema of Avro takes no namespace in an alias, so those with one stand beside.
fn simple_aliases(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(simple_aliases),
        Value::Object(map) => {
            let names = map.get("aliases").and_then(Value::as_array);
            let names = names.into_iter().flatten().filter_map(Value::as_str);
            if names.into_iter().any(|name| name.contains('.'))
                && let Some(names) = map.shift_remove("aliases")
            {
                map.insert(super::ALIASES.into(), names);
            }
            let inner = map.iter_mut().filter(|(key, _)| *key != "default");
            inner.for_each(|(_, value)| simple_aliases(value));
        }
        _ => {}
    }
}

/// `OrderPlaced` is `Order placed`.
fn title(name: &str) -> String {
    let words = ident::kebab(name).replace('-', " ");
    let mut chars = words.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

fn examples(message: &Message) -> Vec<Value> {
    let several = message.examples.len() > 1;
    let examples = message.examples.iter().zip(1..);
    let examples = examples.filter_map(|((_, text), number)| {
        let payload: Value = serde_json::from_str(text).ok()?;
        let number = if several {
            format!("-{number}")
        } else {
            String::new()
        };
        let name = format!("{}{number}", message.kebab);
        Some(json!({ "name": name, "payload": payload }))
    });
    examples.collect()
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn titles_are_words() {
        assert_eq!(title("OrderPlaced"), "Order placed");
        assert_eq!(title("HTTPCall"), "Http call");
    }
}
