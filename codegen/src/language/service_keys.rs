//! Keys of services and of what they do.

use super::shape::{Key, Kind, Names, Ref, Shape};

pub(super) const RETRY: &[Key] = &[
    Key::new(
        "attempts",
        Shape::Whole(1, 1000),
        "Attempts in all; 1 means no retry.",
    ),
    Key::new(
        "backoff",
        Shape::Backoff,
        "First and longest wait, `200ms..30s`; doubled each time.",
    ),
];

const CONCURRENCY: Key = Key::new(
    "concurrency",
    Shape::Whole(1, 10_000),
    "Keys worked on at once by one instance.",
);
const PREFETCH: Key = Key::new(
    "prefetch",
    Shape::Whole(1, 65_535),
    "Messages that the broker may hand over before they are settled.",
);
const RETRIES: Key = Key::new("retry", Shape::Object(RETRY), "When to try again.");
const DEAD_LETTER: Key = Key::new(
    "dead_letter",
    Shape::Flag,
    "Whether a message that fails for good is kept as a dead letter; it is, unless it is said.",
);
const AFTER_DEAD_LETTER: Key = Key::new(
    "after_dead_letter",
    Shape::Choice(&["continue", "park"]),
    "What becomes of later messages of that key: worked off, or parked in order.",
);
const ORDER: Key = Key::new(
    "order",
    Shape::Choice(&["key", "none"]),
    "Whether messages of one key are worked off in order.",
);
const INSTANCES: Key = Key::new(
    "instances",
    Shape::Whole(1, 10_000),
    "Most instances that run at once.",
);

/// Keys of an entry that an environment may override.
pub(super) const POLICY_OVERRIDE: &[Key] = &[
    RETRIES,
    CONCURRENCY,
    PREFETCH,
    DEAD_LETTER,
    AFTER_DEAD_LETTER,
    INSTANCES,
];

const READS: Key = Key::new(
    "reads",
    Shape::List(&Shape::Text),
    "Fields it depends on; all unless it is said.",
);

const CONSUME: &[Key] = &[
    READS,
    RETRIES,
    CONCURRENCY,
    PREFETCH,
    DEAD_LETTER,
    AFTER_DEAD_LETTER,
    ORDER,
    Key::new(
        "group",
        Shape::Name(Names::Dotted),
        "Consumer group; the service's name unless it is said.",
    ),
    INSTANCES,
    Key::new(
        "replay",
        Shape::Retention,
        "How far back it must be able to read again; the topic keeps records at least that long.",
    ),
    Key::new(
        "pinned",
        Shape::Whole(1, 1_000_000),
        "Version that its deployed code reads, where it lags behind; what is written stays readable for it.",
    ),
];

const RECEIVE: &[Key] = &[
    READS,
    RETRIES,
    CONCURRENCY,
    PREFETCH,
    DEAD_LETTER,
    AFTER_DEAD_LETTER,
    ORDER,
    INSTANCES,
    Key::new(
        "single_active_consumer",
        Shape::Flag,
        "Whether one instance at a time receives from the queue.",
    ),
];

const PATH: &str = "Path, with `{parameter}` in place of each parameter.";

const REQUEST: &[Key] = &[
    Key::new("get", Shape::Text, PATH),
    Key::new("post", Shape::Text, PATH),
    Key::new("put", Shape::Text, PATH),
    Key::new("patch", Shape::Text, PATH),
    Key::new("delete", Shape::Text, PATH),
    Key::new(
        "params",
        Shape::Map(Names::Avro, &Shape::Type),
        "Types of path parameters that are not those of fields of the same name.",
    ),
    Key::new(
        "query",
        Shape::Map(Names::Avro, &Shape::Type),
        "Query parameters and their types.",
    ),
    Key::new("body", Shape::Type, "Type of the body."),
    Key::new(
        "returns",
        Shape::Type,
        "Type of the answer; no content unless it is said.",
    ),
    Key::new(
        "status",
        Shape::Whole(200, 299),
        "Status of a successful answer.",
    ),
    Key::new(
        "key",
        Shape::Name(Names::Avro),
        "Path parameter or field of the body that names the document.",
    ),
    Key::new("doc", Shape::Text, "What the request does."),
];

const AFTER: Key = Key::new(
    "after",
    Shape::Duration,
    "How long after it was set it runs out.",
);

/// Keys of a timer that an environment may override.
pub(super) const TIMER_OVERRIDE: &[Key] = &[AFTER];

const TIMER: &[Key] = &[
    Key {
        required: true,
        ..AFTER
    },
    Key::required(
        "key",
        Shape::Name(Names::Avro),
        "Name of the key: a field of the service's messages.",
    ),
    Key::new(
        "type",
        Shape::Type,
        "Type of the key, where messages disagree.",
    ),
    Key::new("doc", Shape::Text, "What it means when it runs out."),
];

/// Entries with their policies, or names alone.
const CONSUMES: Shape = Shape::Either(
    &Shape::List(&Shape::Of(Ref::Event)),
    &Shape::MapOf(Ref::Event, &Shape::Object(CONSUME)),
);
const RECEIVES: Shape = Shape::Either(
    &Shape::List(&Shape::Of(Ref::Command)),
    &Shape::MapOf(Ref::Command, &Shape::Object(RECEIVE)),
);

pub(super) static SERVICE: Kind = Kind {
    word: "service",
    doc: "A service: what it publishes, sends, consumes, receives, answers and waits for.",
    name: Names::Dotted,
    keys: &[
        Key::new("owner", Shape::Text, "Team that owns it."),
        Key::new("doc", Shape::Text, "What the service does."),
        Key::new(
            "store",
            Shape::Choice(&["postgres", "mongodb", "none"]),
            "Where it keeps its state; `none` unless it is said.",
        ),
        Key::new("tier", Shape::Text, "How much it matters."),
        Key::new(
            "publishes",
            Shape::List(&Shape::Of(Ref::Event)),
            "Events it may publish.",
        ),
        Key::new(
            "sends",
            Shape::List(&Shape::Of(Ref::Command)),
            "Commands it may send.",
        ),
        Key::new(
            "consumes",
            CONSUMES,
            "Events it consumes, each with how it works through them.",
        ),
        Key::new(
            "receives",
            RECEIVES,
            "Commands it receives, each with how it works through them.",
        ),
        Key::new(
            "requests",
            Shape::Map(Names::Avro, &Shape::Object(REQUEST)),
            "HTTP requests it answers.",
        ),
        Key::new(
            "timers",
            Shape::Map(Names::Avro, &Shape::Object(TIMER)),
            "Timers it sets: durable, cancellable.",
        ),
    ],
};
