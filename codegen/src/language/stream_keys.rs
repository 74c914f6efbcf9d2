//! Keys of streams.

use super::{
    kinds::COMPATIBILITY,
    shape::{Key, Kind, Names, Ref, Shape},
};

/// Keys of a derived field that is written as a mapping.
const COLUMN: &[Key] = &[
    Key::required("expr", Shape::Text, "Expression that computes the field."),
    Key::new("doc", Shape::Text, "What the field says."),
    Key::new(
        "default",
        Shape::Json,
        "Value for readers of data that has no such field.",
    ),
    Key::new(
        "added",
        Shape::Whole(1, 1_000_000),
        "Version of the emitted event that added the field.",
    ),
    Key::new("unit", Shape::Text, "Unit of its number."),
];

/// Derived fields: an expression, or a mapping with more about the field.
const COLUMNS: Shape = Shape::Map(
    Names::Avro,
    &Shape::Either(&Shape::Text, &Shape::Object(COLUMN)),
);

const WINDOW: &[Key] = &[
    Key::new(
        "tumbling",
        Shape::Duration,
        "Length of windows that follow one another, `1m`.",
    ),
    Key::new(
        "hopping",
        Shape::Text,
        "Length of windows and the step from one to the next, `5m every 1m`.",
    ),
    Key::new(
        "session",
        Shape::Duration,
        "Longest pause inside a session, `30s`.",
    ),
    Key::new(
        "grace",
        Shape::Duration,
        "How long after its end a window still takes records; nothing unless it is said.",
    ),
    Key::new(
        "time",
        Shape::Text,
        "Timestamp of the source that is the event time, `event.placed_at`; the record's own unless it is said.",
    ),
];

const JOIN: &[Key] = &[
    Key::required("event", Shape::Of(Ref::Event), "Event on the other side."),
    Key::required(
        "on",
        Shape::Name(Names::Avro),
        "Field that both sides are keyed by.",
    ),
    Key::required(
        "within",
        Shape::Duration,
        "Longest distance in event time between the two sides.",
    ),
    Key::new(
        "grace",
        Shape::Duration,
        "How long the join waits for records that come late; nothing unless it is said.",
    ),
    Key::new(
        "kind",
        Shape::Choice(&["inner", "left"]),
        "Whether a record without a partner is dropped, or goes on alone when none can come any more; `inner` unless it is said.",
    ),
    Key::new(
        "as",
        Shape::Name(Names::Avro),
        "Name of the other side in expressions; the event's in snake case unless it is said.",
    ),
];

const TABLE: &[Key] = &[
    Key::required(
        "latest",
        Shape::Of(Ref::Event),
        "Event whose last record of each key is the row.",
    ),
    Key::required(
        "by",
        Shape::Name(Names::Avro),
        "Field that the event is keyed by.",
    ),
    Key::new(
        "kind",
        Shape::Choice(&["inner", "left"]),
        "Beside `from`: whether a record without a row is dropped, or goes on alone; `inner` unless it is said.",
    ),
    Key::new(
        "as",
        Shape::Name(Names::Avro),
        "Name of the row in expressions; the event's in snake case unless it is said.",
    ),
];

const EMIT: &[Key] = &[
    Key::required("event", Shape::Name(Names::Avro), "Name of the event."),
    Key::new(
        "version",
        Shape::Whole(1, 1_000_000),
        "Version of the payload, from 1; 1 unless it is said.",
    ),
    Key::new(
        "key",
        Shape::Name(Names::Avro),
        "Field that is the partition key; the first of `group_by`, or the source's key, unless it is said.",
    ),
    Key::new(
        "doc",
        Shape::Text,
        "What the event says; the stream's `doc` unless it is said.",
    ),
    Key::new("compatibility", COMPATIBILITY, "Compatibility mode."),
    Key::new(
        "examples",
        Shape::List(&Shape::Text),
        "JSON files with example payloads; their paths from this file.",
    ),
    Key::new("aliases", Shape::List(&Shape::Text), "Former names."),
    Key::new(
        "tags",
        Shape::List(&Shape::Text),
        "Words for the documentation's index.",
    ),
];

const IDLE: Key = Key::new(
    "idle",
    Shape::Duration,
    "How long a partition may be silent before its windows close.",
);

/// What an environment may change about a stream.
pub(super) const STREAM_OVERRIDE: &[Key] = &[IDLE];

/// A stream.
pub(super) static STREAM: Kind = Kind {
    word: "stream",
    doc: "Records that are filtered, joined, grouped and counted as they come, and what is emitted.",
    name: Names::Dotted,
    keys: &[
        Key::new("doc", Shape::Text, "What it computes, and for whom."),
        Key::new(
            "owner",
            Shape::Text,
            "Team that owns it; the domain's unless it is said.",
        ),
        Key::new(
            "domain",
            Shape::Name(Names::Dotted),
            "Domain of the emitted event; the first source's unless it is said.",
        ),
        Key::new(
            "from",
            Shape::OneOrMore(&Shape::Of(Ref::Event)),
            "Events it reads; of several, expressions may use the fields that all have.",
        ),
        Key::new(
            "join",
            Shape::Either(&Shape::Text, &Shape::Object(JOIN)),
            "A second stream, `PaymentAuthorized on order_id within 10m`; `left` in front keeps records without a partner.",
        ),
        Key::new(
            "table",
            Shape::Either(&Shape::Text, &Shape::Object(TABLE)),
            "The last record of each key, `latest PaymentDeclined by order_id`: what is read where there is no `from`, else what each record is looked up in.",
        ),
        Key::new(
            "where",
            Shape::Text,
            "Condition in CEL; what does not meet it is passed over.",
        ),
        Key::new(
            "each",
            Shape::Text,
            "A list whose items are taken one by one, `event.lines as line`.",
        ),
        Key::new(
            "group_by",
            COLUMNS,
            "Fields that tell groups apart, each with its expression.",
        ),
        Key::new(
            "window",
            Shape::Object(WINDOW),
            "Stretches of event time; without it a group goes on for ever.",
        ),
        Key::new(
            "compute",
            COLUMNS,
            "Fields computed over a group: `count()`, `sum(x)`, `min(x)`, `max(x)`, `avg(x, scale)`.",
        ),
        Key::new(
            "map",
            COLUMNS,
            "Fields of what is emitted for each record, where nothing is grouped.",
        ),
        Key::required(
            "emit",
            Shape::Either(&Shape::Name(Names::Avro), &Shape::Object(EMIT)),
            "Event that it emits; its fields are derived.",
        ),
        Key::new(
            "when",
            Shape::Choice(&["window closes", "on update"]),
            "Whether a group is emitted once, when its window closes, or at every change.",
        ),
        Key::new(
            "late",
            Shape::Name(Names::Dotted),
            "Topic for records that come after their window closed; they are counted in any case.",
        ),
        IDLE,
        Key::new(
            "dedup",
            Shape::Duration,
            "How far back in event time a repeated message is recognised; as long as its window may be open unless it is said.",
        ),
    ],
};
