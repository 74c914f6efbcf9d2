//! What services and streams send and receive → operations.

use serde_json::{Map, Value, json};

use super::{bindings, channel_of, reference};
use crate::model::{Model, Service, Stream};

/// Yields the operations of a service, each with its key `<service>.<verb>.<message>`.
pub(super) fn of_service(model: &Model, service: &Service, each: &mut dyn FnMut(String, Value)) {
    let name = &service.name;
    let mut add = |verb: &str, send: bool, message: &str, bindings: Option<Value>| {
        if let Some(operation) = operation(model, name, send, message, bindings) {
            each(format!("{name}.{verb}.{message}"), operation);
        }
    };
    for event in &service.publishes {
        add("publishes", true, event, None);
    }
    for command in &service.sends {
        let queue = model.commands.get(command);
        let queue = queue.and_then(|c| model.queues().get(&c.queue));
        add("sends", true, command, queue.map(bindings::send));
    }
    for consume in &service.consumes {
        let binding = bindings::consume(consume);
        add("consumes", false, &consume.event, Some(binding));
    }
    for receive in &service.receives {
        add(
            "receives",
            false,
            &receive.command,
            Some(bindings::receive()),
        );
    }
}

/// Yields the operations of a stream.
pub(super) fn of_stream(model: &Model, stream: &Stream, each: &mut dyn FnMut(String, Value)) {
    let name = &stream.name;
    let mut add = |verb: &str, send: bool, message: &str| {
        if let Some(operation) = operation(model, name, send, message, None) {
            each(format!("{name}.{verb}.{message}"), operation);
        }
    };
    for event in stream.reads() {
        add("consumes", false, event);
    }
    add("publishes", true, &stream.emits);
}

fn operation(
    model: &Model,
    who: &str,
    send: bool,
    message: &str,
    bindings: Option<Value>,
) -> Option<Value> {
    let channel = channel_of(model, message)?;
    let mut operation = Map::new();
    let action = if send { "send" } else { "receive" };
    operation.insert("action".into(), action.into());
    operation.insert("channel".into(), reference(&["channels", channel]));
    let message = reference(&["channels", channel, "messages", message]);
    operation.insert("messages".into(), json!([message]));
    operation.insert("tags".into(), json!([{ "name": who }]));
    if let Some(bindings) = bindings {
        operation.insert("bindings".into(), bindings);
    }
    if model.services().contains_key(who) {
        operation.insert("x-herald-service".into(), who.into());
    } else {
        operation.insert("x-herald-stream".into(), who.into());
    }
    Some(Value::Object(operation))
}
