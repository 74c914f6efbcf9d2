//! What services and streams send and receive → operations.

use serde_json::{Map, Value, json};

use super::{Scope, bindings, channel_of, reference};

/// Yields the operations of a scope, each with its key `<service>.<verb>.<message>`.
pub(super) fn operations(scope: &Scope<'_>, each: &mut dyn FnMut(String, Value)) {
    let model = scope.model;
    let mut add = |who: &str, verb: &str, send: bool, message: &str, bindings: Option<Value>| {
        if let Some(operation) = operation(scope, who, send, message, bindings) {
            each(format!("{who}.{verb}.{message}"), operation);
        }
    };
    for service in model
        .services()
        .values()
        .filter(|s| scope.speaks_of(&s.name))
    {
        let name = &service.name;
        for event in &service.publishes {
            add(name, "publishes", true, event, None);
        }
        for command in &service.sends {
            let queue = model.commands.get(command);
            let queue = queue.and_then(|c| model.queues().get(&c.queue));
            add(name, "sends", true, command, queue.map(bindings::send));
        }
        for consume in &service.consumes {
            let binding = bindings::consume(consume);
            add(name, "consumes", false, &consume.event, Some(binding));
        }
        for receive in &service.receives {
            add(
                name,
                "receives",
                false,
                &receive.command,
                Some(bindings::receive()),
            );
        }
    }
    for stream in model.streams.values().filter(|s| scope.speaks_of(&s.name)) {
        for event in stream.reads() {
            add(&stream.name, "consumes", false, event, None);
        }
        add(&stream.name, "publishes", true, &stream.emits, None);
    }
}

fn operation(
    scope: &Scope<'_>,
    who: &str,
    send: bool,
    message: &str,
    bindings: Option<Value>,
) -> Option<Value> {
    let channel = channel_of(scope.model, message)?;
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
    if scope.model.services().contains_key(who) {
        operation.insert("x-herald-service".into(), who.into());
    } else {
        operation.insert("x-herald-stream".into(), who.into());
    }
    Some(Value::Object(operation))
}
