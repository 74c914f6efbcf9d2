//! Bindings of Kafka (0.5.0) and AMQP (0.3.0): what they say of topics, queues and groups.

use super::{
    context::Context,
    layers::Layers,
    native::{self, Mapping},
    payload,
    plan::{Plan, Use},
};
use crate::{source::Span, syntax::Node};

/// A protocol's binding of an object.
fn of<'t>(cx: &Context<'t>, layers: &Layers<'t>, protocol: &str) -> Layers<'t> {
    layers.inside(cx, "bindings").inside(cx, protocol)
}

/// The service that does an operation, where the document says that it is another one than its own.
pub(super) fn service<'t>(cx: &Context<'t>, operation: &Layers<'t>) -> Option<String> {
    operation.text(cx, "x-herald-service").map(str::to_owned)
}

/// The name of a topic, queue or exchange where a binding says it.
pub(super) fn carrier_name<'t>(cx: &Context<'t>, channel: &Layers<'t>) -> Option<&'t Node<'t>> {
    let topic = of(cx, channel, "kafka").get(cx, "topic");
    let amqp = of(cx, channel, "amqp");
    let named = |key: &str| amqp.inside(cx, key).get(cx, "name");
    topic.or_else(|| named("queue"))
}

/// Whether a channel is a queue; `bindings` is its `bindings` object.
pub(super) fn is_queue<'t>(cx: &Context<'t>, bindings: &Layers<'t>) -> bool {
    let amqp = bindings.inside(cx, "amqp");
    match amqp.text(cx, "is") {
        Some(is) => is == "queue",
        None => amqp.get(cx, "queue").is_some() && amqp.get(cx, "exchange").is_none(),
    }
}

/// Puts what Kafka's binding says of a topic; of several channels on one topic the first counts.
pub(super) fn topic<'t>(cx: &Context<'t>, plan: &Plan<'t>, channels: &[usize], body: &mut Mapping) {
    let layers = channels.iter().filter_map(|i| plan.channels.get(*i));
    let nodes = layers
        .flat_map(|c| of(cx, &c.layers(), "kafka").0)
        .collect();
    let kafka = Layers(nodes);
    for (key, native) in [("partitions", "partitions"), ("replicas", "replication")] {
        let Some(node) = kafka.get(cx, key) else {
            continue;
        };
        match node
            .whole()
            .filter(|n| (1..=if native == "partitions" { 100_000 } else { 100 }).contains(n))
        {
            Some(number) => body.put(native, native::plain(node.span, number)),
            None => cx.wrong(
                node.span,
                format!("`{key}` is a whole number, 1 or more"),
                "correct it",
            ),
        }
    }
    let configuration = kafka.inside(cx, "topicConfiguration");
    for entry in configuration.entries() {
        match &*entry.key {
            "retention.ms" => retention(cx, &entry.value, body),
            "cleanup.policy" => cleanup(cx, plan, channels, &entry.value, body),
            key if key.starts_with("x-") => {}
            key => {
                let message = format!("the catalog has no `{key}` of a topic");
                cx.changed(entry.key_span, message, "the broker's own setting holds");
            }
        }
    }
}

fn retention<'t>(cx: &Context<'t>, node: &Node<'t>, body: &mut Mapping) {
    let text = node.text().unwrap_or_default().replace('_', "");
    let written = match text.parse::<i64>() {
        Ok(-1) => "forever".to_owned(),
        Ok(ms) if ms >= 0 => duration(ms as u64),
        _ => {
            let message = "`retention.ms` is a number of milliseconds, or -1 for ever";
            cx.wrong(node.span, message, "correct it");
            return;
        }
    };
    body.put("retention", native::text(node.span, written));
}

/// Milliseconds in the largest unit that divides them.
pub(in super::super) fn duration(ms: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "m"),
        (1000, "s"),
    ];
    let unit = UNITS
        .iter()
        .find(|(size, _)| ms >= *size && ms.is_multiple_of(*size));
    match unit {
        Some((size, unit)) => format!("{}{unit}", ms / size),
        None => format!("{ms}ms"),
    }
}

fn cleanup<'t>(
    cx: &Context<'t>,
    plan: &Plan<'t>,
    channels: &[usize],
    node: &'t Node<'t>,
    body: &mut Mapping,
) {
    let listed = node.items().iter().filter_map(Node::text);
    let policies: Vec<&str> = node.text().into_iter().chain(listed).collect();
    let compact = policies.iter().any(|p| p.contains("compact"));
    if !compact {
        body.put("cleanup", native::text(node.span, "delete"));
        return;
    }
    let mut uses = channels.iter().flat_map(|i| plan.uses_of(*i));
    let keyed = uses.all(|(_, u)| payload::key(cx, u).is_some());
    if !keyed {
        let message = "compaction keeps the last record of each key, and no field is known as key";
        let becomes = "the topic deletes by age; name the key's field with `x-herald-key` in the \
                       message, or `key:` in the catalog";
        cx.changed(node.span, message, becomes);
        return;
    }
    if policies.iter().any(|p| p.contains("delete")) {
        let message = "a topic here either deletes or compacts";
        cx.changed(node.span, message, "it compacts");
    }
    body.put("cleanup", native::text(node.span, "compact"));
}

/// The schema of the record's key.
pub(super) fn key_schema<'t>(cx: &Context<'t>, message: &Layers<'t>) -> Option<&'t Node<'t>> {
    of(cx, message, "kafka").get(cx, "key")
}

/// Says what of a message's Kafka binding is not carried over.
pub(super) fn message<'t>(cx: &Context<'t>, message: &Layers<'t>) {
    let kafka = of(cx, message, "kafka");
    if let Some(node) = kafka.get(cx, "schemaIdLocation")
        && node.text().is_some_and(|t| t != "payload")
    {
        let message = "the schema's id travels in front of the payload here";
        cx.changed(node.span, message, "it is not written to a header");
    }
    if let Some(node) = kafka.get(cx, "schemaLookupStrategy")
        && node
            .text()
            .is_some_and(|t| !t.starts_with("TopicRecordName"))
    {
        let message = "subjects are named after topic and record here";
        cx.changed(
            node.span,
            message,
            "the strategy is `TopicRecordNameStrategy`",
        );
    }
}

/// The consumer group of an operation, where it is one name.
pub(super) fn group<'t>(cx: &Context<'t>, operation: &Layers<'t>) -> Option<(String, Span)> {
    let kafka = of(cx, operation, "kafka");
    let node = kafka
        .get(cx, "groupId")
        .or_else(|| kafka.get(cx, "x-groupId"))?;
    let only = match node.get("enum").map(Node::items) {
        Some([only]) => only.text(),
        _ => None,
    };
    let named = [node.get("const"), node.get("default")];
    let named = named.into_iter().flatten().find_map(Node::text);
    let name = node.text().or(only).or(named)?;
    Some((name.to_owned(), node.span))
}

/// What the AMQP binding of a queue says of the command on it.
pub(super) fn queue<'t>(cx: &Context<'t>, plan: &Plan<'t>, message: &Use<'t>, body: &mut Mapping) {
    let Some(channel) = plan.channels.get(message.channel) else {
        return;
    };
    let at = channel.key_span;
    let alone = plan.uses_of(message.channel).count() == 1;
    let amqp = of(cx, &channel.layers(), "amqp");
    if alone {
        body.put("queue", native::text(at, &channel.name));
    } else {
        let message = format!("the queue `{}` carries several commands", channel.name);
        cx.changed(
            at,
            message,
            "each command has a queue of its own, named after it",
        );
    }
    let queue = amqp.inside(cx, "queue");
    for (key, usual) in [
        ("durable", true),
        ("exclusive", false),
        ("autoDelete", false),
    ] {
        if let Some(node) = queue.get(cx, key)
            && node.flag().is_some_and(|flag| flag != usual)
        {
            let message = format!("queues here have `{key}: {usual}`");
            cx.changed(node.span, message, "the queue is durable and replicated");
        }
    }
    if let Some(node) = amqp.inside(cx, "exchange").get(cx, "name") {
        let message = "commands have one exchange, `<system>.commands`";
        cx.changed(
            node.span,
            message,
            "the queue is bound to that, by its own name",
        );
    }
}

/// What the AMQP bindings of operations say of a command.
pub(super) fn operation<'t>(cx: &Context<'t>, operation: &Layers<'t>, body: &mut Mapping) {
    let amqp = of(cx, operation, "amqp");
    if let Some(node) = amqp.get(cx, "expiration")
        && let Some(ms) = node.whole().filter(|ms| *ms > 0 && *ms < 1 << 53)
    {
        body.put("ttl", native::text(node.span, duration(ms)));
    }
    if let Some(node) = amqp.get(cx, "ack")
        && node.flag() == Some(false)
    {
        let message = "deliveries are acknowledged here, after their work is committed";
        cx.changed(node.span, message, "`ack: false` has no effect");
    }
    if let Some(node) = amqp.get(cx, "priority")
        && node.whole().is_some_and(|p| p > 0)
    {
        let message = "a priority is chosen by whoever sends";
        let becomes = "say with `priority:` in the catalog how many levels the command has";
        cx.changed(node.span, message, becomes);
    }
    for key in ["cc", "bcc", "replyTo"] {
        if let Some(node) = amqp.get(cx, key)
            && node.text().is_some_and(|t| !t.is_empty()) | !node.items().is_empty()
        {
            let message = format!("`{key}` has no equal in the catalog");
            cx.changed(node.span, message, "it is left out");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_in_their_largest_unit() {
        assert_eq!(duration(604_800_000), "7d");
        assert_eq!(duration(60_000_000), "1000m");
        assert_eq!(duration(90_000), "90s");
        assert_eq!(duration(1), "1ms");
        assert_eq!(duration(0), "0ms");
    }
}
