//! Replies to where the request says: the catalog has one topic or queue for all of them, so that
//! what was agreed on about the address is said where the messages are described.

use super::plan::{Plan, Use};
use crate::syntax::Node;

/// A reply with an address in its request.
pub(super) struct Reply<'t> {
    /// Messages that ask for it.
    pub(super) requests: Vec<usize>,
    /// Messages that it may be; none where nothing says what it is.
    pub(super) replies: Vec<usize>,
    /// The Operation Reply Address Object.
    pub(super) address: &'t Node<'t>,
}

impl<'t> Reply<'t> {
    /// Where the request has it.
    pub(super) fn location(&self) -> Option<&'t str> {
        self.address.get("location")?.text()
    }

    /// What is said about it, with a stop.
    fn described(&self) -> String {
        let text = self.address.get("description").and_then(Node::text);
        match text.map(str::trim).filter(|t| !t.is_empty()) {
            Some(text) if text.ends_with(['.', '!', '?']) => format!(" {text}"),
            Some(text) => format!(" {text}."),
            None => String::new(),
        }
    }

    fn place(&self) -> String {
        self.location()
            .map_or_else(|| "in itself".to_owned(), |l| format!("at `{l}`"))
    }
}

/// Paragraphs about the addresses of replies, for a message that is one or asks for one.
pub(super) fn words(plan: &Plan<'_>, message: &Use<'_>) -> Vec<String> {
    let is_this = |uses: &[usize]| names(plan, uses).contains(&message.name.as_str());
    let mut words = Vec::new();
    for reply in &plan.replies {
        let described = reply.described();
        if is_this(&reply.requests) {
            let place = reply.place();
            let text = format!("A request says {place} where its reply goes.{described}");
            words.push(if reply.replies.is_empty() {
                text
            } else {
                let replies = listed(&names(plan, &reply.replies));
                let carriers = carriers(plan, &reply.replies);
                format!("{text} The reply is {replies}, {carriers} for all who ask.")
            });
        }
        if is_this(&reply.replies) {
            let requests = listed(&names(plan, &reply.requests));
            let place = reply.place();
            words.push(format!(
                "A reply to {requests}, which says {place} where the reply goes.{described} All \
                 replies are {}; a requester knows its own by the correlation id.",
                carriers(plan, &reply.replies)
            ));
        }
    }
    words.dedup();
    words
}

/// What messages are called, each once.
fn names<'p>(plan: &'p Plan<'_>, uses: &[usize]) -> Vec<&'p str> {
    let uses = uses.iter().filter_map(|i| plan.uses.get(*i));
    let mut names: Vec<&str> = Vec::new();
    for message in uses {
        if !names.contains(&message.name.as_str()) {
            names.push(&message.name);
        }
    }
    names
}

/// Where messages are: on topics and in queues.
fn carriers(plan: &Plan<'_>, uses: &[usize]) -> String {
    let mut found: Vec<String> = Vec::new();
    let channels = uses.iter().filter_map(|i| plan.uses.get(*i));
    for channel in channels.filter_map(|u| plan.channels.get(u.channel)) {
        let carrier = match &channel.receiver {
            Some(service) => format!("commands for `{service}`"),
            None => format!("on the topic `{}`", channel.name),
        };
        if !found.contains(&carrier) {
            found.push(carrier);
        }
    }
    found.join(" or ")
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    quoted.join(" or ")
}
