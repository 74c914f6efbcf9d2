//! What the class of a stream is written from.

use crate::model::{Model, Stream};

/// What a class is written from.
pub(super) struct Shape<'m> {
    pub(super) model: &'m Model,
    pub(super) stream: &'m Stream,
    /// Message type and constant of each source's schema.
    pub(super) events: Vec<(String, String)>,
    /// The same of the other side.
    pub(super) other: Option<(String, String)>,
    pub(super) topics: Vec<&'m str>,
    pub(super) other_topic: Option<&'m str>,
    pub(super) output: String,
    pub(super) output_topic: &'m str,
    pub(super) output_key: Option<&'m str>,
}

impl<'m> Shape<'m> {
    pub(super) fn new(model: &'m Model, stream: &'m Stream) -> Self {
        let event = |name: &str| model.events.get(name);
        let full = |name: &str| {
            event(name)
                .map(|e| e.message.full_name())
                .unwrap_or_default()
        };
        let topic = |name: &str| event(name).map_or("", |e| e.topic.as_str());
        let several = stream.input.events.len() > 1;
        let events = stream.input.events.iter().enumerate();
        let events = events.map(|(at, name)| {
            let constant = if several {
                format!("EVENT_{}", at + 1)
            } else {
                "EVENT".to_owned()
            };
            (full(name), constant)
        });
        let mut topics: Vec<&str> = stream.input.events.iter().map(|e| topic(e)).collect();
        topics.dedup();
        let other = stream.input.other.as_ref();
        Self {
            model,
            stream,
            events: events.collect(),
            other: other.map(|o| (full(&o.event), "OTHER".to_owned())),
            topics,
            other_topic: other.map(|o| topic(&o.event)),
            output: full(&stream.emits),
            output_topic: topic(&stream.emits),
            output_key: event(&stream.emits).and_then(|e| e.message.key.as_deref()),
        }
    }

    /// Constant of the schema of what `event` names.
    pub(super) fn event_schema(&self) -> &str {
        if self.events.len() > 1 {
            "SOURCE"
        } else {
            "EVENT"
        }
    }
}
