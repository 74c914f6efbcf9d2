//! What the documentation of a service's items says, from its catalog entry.

use crate::{
    emit::{docs, words},
    model::{AfterDeadLetter, Consume, Message, Policy, Receive, Request, Service, Store, Timer},
};

/// The service's module.
pub(super) fn service(service: &Service) -> Vec<String> {
    let first = match &service.doc {
        Some(doc) => docs::text(doc),
        None => format!("The service `{}`.", service.name),
    };
    let store = match service.store {
        Store::Postgres => "It keeps its state in PostgreSQL.",
        Store::Mongodb => "It keeps its state in MongoDB, one document a message.",
        Store::None => "It keeps no state.",
    };
    let owner = service
        .owner
        .as_ref()
        .map(|o| format!(" Owner: {}.", docs::text(o)));
    let facts = format!("{store}{}", owner.unwrap_or_default());
    vec![first, facts, entry(service)]
}

/// Where the service is declared.
pub(super) fn entry(service: &Service) -> String {
    format!(
        "Catalog entry `service: {}` in `{}`.",
        service.name, service.source.file
    )
}

/// An entry inside the service's own, `consumes: OrderPlaced`.
fn entry_of(service: &Service, key: &str, name: &str) -> String {
    let Service {
        name: of, source, ..
    } = service;
    format!(
        "Catalog entry `{key}: {name}` of `service: {of}` in `{}`.",
        source.file
    )
}

/// The handler of an event.
pub(super) fn consumes(service: &Service, consume: &Consume, message: &Message) -> Vec<String> {
    let Consume {
        event,
        topic,
        group,
        policy,
        ..
    } = consume;
    let first = match &message.doc {
        Some(doc) => docs::text(doc),
        None => format!("The event `{event}`."),
    };
    let order = if policy.order_by_key {
        "in order by key"
    } else {
        "in any order"
    };
    let from = format!(
        "From topic `{topic}` as group `{group}`, {order}, {} at once.",
        words::count(policy.concurrency, "key")
    );
    let after = match policy.after_dead_letter {
        AfterDeadLetter::Continue => "",
        AfterDeadLetter::Park => " Later events of its key wait behind it.",
    };
    let facts = [
        from,
        format!("{}{after}", retry(policy)),
        reads(&consume.reads),
        headers(message),
    ];
    vec![first, joined(&facts), entry_of(service, "consumes", event)]
}

/// The handler of a command.
pub(super) fn receives(service: &Service, receive: &Receive, message: &Message) -> Vec<String> {
    let Receive {
        command,
        queue,
        policy,
        ..
    } = receive;
    let first = match &message.doc {
        Some(doc) => docs::text(doc),
        None => format!("The command `{command}`."),
    };
    let from = format!(
        "From queue `{queue}`, {} at once, {} in advance.",
        words::count(policy.concurrency, "command"),
        policy.prefetch
    );
    let facts = [from, retry(policy), reads(&receive.reads), headers(message)];
    vec![
        first,
        joined(&facts),
        entry_of(service, "receives", command),
    ]
}

/// The handler of a timer.
pub(super) fn timer(service: &Service, timer: &Timer) -> Vec<String> {
    let first = match &timer.doc {
        Some(doc) => docs::text(doc),
        None => format!("The timer `{}` ran out.", timer.name),
    };
    let facts = format!(
        "Runs out {} after it was set, unless it is cancelled or an environment says otherwise.",
        words::duration(timer.after_ms)
    );
    vec![first, facts, entry_of(service, "timers", &timer.name)]
}

/// The handler of a request, and the request.
pub(super) fn request(service: &Service, request: &Request) -> Vec<String> {
    let first = match &request.doc {
        Some(doc) => docs::text(doc),
        None => format!("The request `{}`.", request.name),
    };
    let Request {
        method,
        path,
        status,
        ..
    } = request;
    let facts = format!("`{} {path}`, answered with {status}.", method.as_str());
    vec![first, facts, entry_of(service, "requests", &request.name)]
}

fn joined(facts: &[String]) -> String {
    let facts: Vec<&str> = facts
        .iter()
        .filter(|f| !f.is_empty())
        .map(String::as_str)
        .collect();
    facts.join(" ")
}

fn retry(policy: &Policy) -> String {
    let attempts = words::count(policy.attempts, "attempt");
    let pauses = match policy.attempts {
        0 | 1 => String::new(),
        _ => format!(
            ", {} to {} apart",
            words::duration(policy.backoff_min_ms),
            words::duration(policy.backoff_max_ms)
        ),
    };
    let end = if policy.dead_letter {
        "dead letter"
    } else {
        "dropped"
    };
    format!("Up to {attempts}{pauses}, then {end}.")
}

fn reads(fields: &[String]) -> String {
    if fields.is_empty() {
        return String::new();
    }
    let fields: Vec<String> = fields.iter().map(|f| format!("`{f}`")).collect();
    format!("Reads {}.", fields.join(", "))
}

fn headers(message: &Message) -> String {
    if message.headers.fields.is_empty() {
        return String::new();
    }
    format!("Its headers: `cx.headers::<{}>()`.", message.rust)
}
