//! The kinds of documents, and the keys of those that have few.

use super::{
    message_keys::{COMMAND, EVENT, TYPE},
    service_keys::{POLICY_OVERRIDE, RETRY, SERVICE, TIMER_OVERRIDE},
    shape::{Key, Kind, Names, Ref, Shape},
    stream_keys::{STREAM, STREAM_OVERRIDE},
};

/// Every kind, in the order in which documentation lists them.
pub const KINDS: &[&Kind] = &[
    &SYSTEM,
    &DOMAIN,
    &TYPE,
    &EVENT,
    &TOPIC,
    &COMMAND,
    &SERVICE,
    &STREAM,
    &FLOW,
    &ENVIRONMENT,
    &WAIVER,
];

pub(super) const COMPATIBILITY: Shape = Shape::Choice(&[
    "BACKWARD",
    "BACKWARD_TRANSITIVE",
    "FORWARD",
    "FORWARD_TRANSITIVE",
    "FULL",
    "FULL_TRANSITIVE",
    "NONE",
]);

const PARTITIONS: Key = Key::new(
    "partitions",
    Shape::Whole(1, 100_000),
    "Number of partitions of a topic.",
);
const REPLICATION: Key = Key::new(
    "replication",
    Shape::Whole(1, 100),
    "Number of replicas of each partition.",
);
const RETENTION: Key = Key::new(
    "retention",
    Shape::Retention,
    "How long records are kept: `12h`, `7d`, or `forever`.",
);
const CLEANUP: Key = Key::new(
    "cleanup",
    Shape::Choice(&["delete", "compact"]),
    "Whether old records are deleted, or the last of each key is kept.",
);

const DEFAULTS: &[Key] = &[
    Key::new(
        "compatibility",
        COMPATIBILITY,
        "Compatibility mode of messages that choose none.",
    ),
    PARTITIONS,
    REPLICATION,
    RETENTION,
    Key::new(
        "retry",
        Shape::Object(RETRY),
        "Retry of consumers that choose none.",
    ),
    Key::new(
        "dead_letter_retention",
        Shape::Retention,
        "How long dead letters are kept; `14d` unless it is said.",
    ),
];

static SYSTEM: Kind = Kind {
    word: "system",
    doc: "The system as a whole; one per catalog.",
    name: Names::Dotted,
    keys: &[
        Key::new("doc", Shape::Text, "What the system is for."),
        Key::new(
            "defaults",
            Shape::Object(DEFAULTS),
            "What holds where nothing else is said.",
        ),
        Key::new(
            "wire",
            Shape::Choice(&["registry", "single-object"]),
            "How payloads are framed: with a schema registry's id, or as Avro Single Object Encoding.",
        ),
    ],
};

static DOMAIN: Kind = Kind {
    word: "domain",
    doc: "A group of events with an owner.",
    name: Names::Dotted,
    keys: &[
        Key::new("owner", Shape::Text, "Team that owns the domain."),
        Key::new("doc", Shape::Text, "What the domain is about."),
    ],
};

static TOPIC: Kind = Kind {
    word: "topic",
    doc: "A Kafka topic that several events share, or that differs from the defaults.",
    name: Names::Dotted,
    keys: &[
        Key::required(
            "events",
            Shape::List(&Shape::Of(Ref::Event)),
            "Events it carries; their mutual order is kept per key.",
        ),
        PARTITIONS,
        REPLICATION,
        RETENTION,
        CLEANUP,
        Key::new("doc", Shape::Text, "What the topic is for."),
    ],
};

const STEP: &[Key] = &[
    Key::new(
        "from",
        Shape::Text,
        "Who acts; unless it is said, the only one who can.",
    ),
    Key::new("event", Shape::Of(Ref::Event), "Event that is published."),
    Key::new("command", Shape::Of(Ref::Command), "Command that is sent."),
    Key::new("request", Shape::Text, "HTTP request that is made."),
    Key::new("timer", Shape::Text, "Timer that runs out."),
    Key::new(
        "step",
        Shape::Text,
        "Something outside the catalog, in words.",
    ),
    Key::new(
        "to",
        Shape::OneOrMore(&Shape::Text),
        "Who is reached; unless it is said, all who can be.",
    ),
    Key::new("note", Shape::Text, "Remark beside the arrow."),
];

static FLOW: Kind = Kind {
    word: "flow",
    doc: "Ordered steps, for a sequence diagram.",
    name: Names::Free,
    keys: &[
        Key::new("doc", Shape::Text, "What happens."),
        Key::required(
            "steps",
            Shape::List(&Shape::Either(&Shape::Text, &Shape::Object(STEP))),
            "Steps in order: names of requests, events, commands and timers, or mappings.",
        ),
    ],
};

const TOPIC_OVERRIDE: &[Key] = &[PARTITIONS, REPLICATION, RETENTION, CLEANUP];

const COMMAND_OVERRIDE: &[Key] = &[
    Key::new(
        "ttl",
        Shape::Duration,
        "How long the command is worth following.",
    ),
    Key::new(
        "priority",
        Shape::Whole(2, 10),
        "Number of priority levels.",
    ),
];

const SERVICE_OVERRIDE: &[Key] = &[
    Key::new(
        "consumes",
        Shape::MapOf(Ref::Event, &Shape::Object(POLICY_OVERRIDE)),
        "By event.",
    ),
    Key::new(
        "receives",
        Shape::MapOf(Ref::Command, &Shape::Object(POLICY_OVERRIDE)),
        "By command.",
    ),
    Key::new(
        "timers",
        Shape::Map(Names::Avro, &Shape::Object(TIMER_OVERRIDE)),
        "By timer.",
    ),
];

static ENVIRONMENT: Kind = Kind {
    word: "environment",
    doc: "A place where the system runs, and what differs there.",
    name: Names::Dotted,
    keys: &[
        Key::new("doc", Shape::Text, "What the environment is for."),
        Key::new(
            "defaults",
            Shape::Object(DEFAULTS),
            "Overrides of the system's defaults.",
        ),
        Key::new(
            "topics",
            Shape::MapOf(Ref::Topic, &Shape::Object(TOPIC_OVERRIDE)),
            "Overrides by topic.",
        ),
        Key::new(
            "events",
            Shape::MapOf(Ref::Event, &Shape::Object(TOPIC_OVERRIDE)),
            "Overrides of the topic that an event has of its own.",
        ),
        Key::new(
            "commands",
            Shape::MapOf(Ref::Command, &Shape::Object(COMMAND_OVERRIDE)),
            "Overrides by command.",
        ),
        Key::new(
            "services",
            Shape::MapOf(Ref::Service, &Shape::Object(SERVICE_OVERRIDE)),
            "Overrides by service.",
        ),
        Key::new(
            "timers",
            Shape::MapOf(
                Ref::Service,
                &Shape::Map(Names::Avro, &Shape::Object(TIMER_OVERRIDE)),
            ),
            "Overrides of timers, by service and timer.",
        ),
        Key::new(
            "streams",
            Shape::MapOf(Ref::Stream, &Shape::Object(STREAM_OVERRIDE)),
            "Overrides by stream.",
        ),
        Key::new(
            "brokers",
            Shape::Map(Names::Dotted, &Shape::OneOrMore(&Shape::Text)),
            "Addresses, such as `kafka: [a:9092, b:9092]`.",
        ),
        Key::new(
            "principals",
            Shape::MapOf(Ref::Program, &Shape::Text),
            "User name at the brokers, by service; `streams` is the application that runs all streams.",
        ),
    ],
};

static WAIVER: Kind = Kind {
    word: "waiver",
    doc: "A compatibility finding that is accepted until a day.",
    name: Names::Free,
    keys: &[
        Key::required(
            "event",
            Shape::Of(Ref::Message),
            "Event or command it is about.",
        ),
        Key::required("rule", Shape::Text, "Rule that is waived."),
        Key::new("path", Shape::Text, "Field it is about."),
        Key::required("reason", Shape::Text, "Why it is accepted."),
        Key::required("owner", Shape::Text, "Who answers for it."),
        Key::required(
            "until",
            Shape::Text,
            "Last day on which it holds, `2027-01-31`.",
        ),
    ],
};
