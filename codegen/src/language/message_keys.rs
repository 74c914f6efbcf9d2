//! Keys of types, events, commands and their fields.

use super::{
    kinds::COMPATIBILITY,
    shape::{Key, Kind, Names, Ref, Shape},
};

const DEPRECATED: Key = Key::new(
    "deprecated",
    Shape::Text,
    "Why it should not be used any more.",
);
const PATTERN: Key = Key::new(
    "pattern",
    Shape::Text,
    "Regular expression that its text matches.",
);
const UNIT: Key = Key::new("unit", Shape::Text, "Unit of its number.");
const PII: Key = Key::new("pii", Shape::Flag, "Whether it holds personal data.");

const FIELD: &[Key] = &[
    Key::new("type", Shape::Type, "Type of the field."),
    Key::new(
        "symbols",
        SYMBOLS,
        "Symbols of an enum of the field's own, named after its owner and the field.",
    ),
    Key::new("doc", Shape::Text, "What the field says."),
    Key::new(
        "default",
        Shape::Json,
        "Value for readers of data that has no such field.",
    ),
    Key::new(
        "aliases",
        Shape::List(&Shape::Name(Names::Avro)),
        "Former names.",
    ),
    Key::new(
        "added",
        Shape::Whole(1, VERSIONS),
        "Version that added the field.",
    ),
    DEPRECATED,
    PATTERN,
    UNIT,
    PII,
];

const HEADER: &[Key] = &[
    Key::new(
        "type",
        Shape::Type,
        "Type of the header, one that has a text form.",
    ),
    Key::new(
        "symbols",
        SYMBOLS,
        "Symbols of an enum of the header's own, named after the message's headers and the header.",
    ),
    Key::new("doc", Shape::Text, "What the header says."),
    Key::new(
        "default",
        Shape::Json,
        "Value for readers of a message that has no such header.",
    ),
    DEPRECATED,
    PATTERN,
    UNIT,
    PII,
];

const HEADERS: Key = Key::new(
    "headers",
    Shape::Map(
        Names::Header,
        &Shape::Either(&Shape::Type, &Shape::Object(HEADER)),
    ),
    "Headers of its own beside the envelope's, by their names on the wire. Each travels as the text of its type: text, a flag, a number, a uuid, a date or time, a decimal or an enum; `T?` may be left out.",
);

const VERSIONS: u64 = 1_000_000;

/// Symbols as a list, or as a mapping from symbol to what it means.
const SYMBOLS: Shape = Shape::Either(
    &Shape::List(&Shape::Name(Names::Avro)),
    &Shape::Map(Names::Avro, &Shape::Text),
);

const FIELDS: Shape = Shape::Map(
    Names::Avro,
    &Shape::Either(&Shape::Type, &Shape::Object(FIELD)),
);

const VERSION: Key = Key::new(
    "version",
    Shape::Whole(1, VERSIONS),
    "Version of the payload, from 1; 1 unless it is said.",
);

const SCHEMA: Key = Key::new(
    "schema",
    Shape::Either(&Shape::Text, &Shape::Json),
    "The payload as an Avro schema, in place of `fields`: the path of an `.avsc` file from this file, or the schema itself.",
);

const RECORD: Key = Key::new(
    "record",
    Shape::Name(Names::Avro),
    "Name of the record in `schema`, where it is not the message's own.",
);

const EXAMPLES: Key = Key::new(
    "examples",
    Shape::List(&Shape::Either(&Shape::Text, &Shape::Json)),
    "Example payloads: JSON files by their paths from this file, or the payloads themselves.",
);

const ALIASES: Key = Key::new("aliases", Shape::List(&Shape::Text), "Former names.");

pub(super) static TYPE: Kind = Kind {
    word: "type",
    doc: "A shared type: a record, an enum, a union or a fixed number of bytes.",
    name: Names::Avro,
    keys: &[
        Key::new(
            "fields",
            FIELDS,
            "Fields of a record, in the order of the wire.",
        ),
        Key::new(
            "symbols",
            SYMBOLS,
            "Symbols of an enum, in the order of the wire.",
        ),
        Key::new(
            "default",
            Shape::Text,
            "Symbol that readers put for one they do not know.",
        ),
        Key::new("fixed", Shape::Whole(1, 1_048_576), "Number of bytes."),
        Key::new("union", Shape::List(&Shape::Type), "Branches of a union."),
        Key::new("doc", Shape::Text, "What the type is."),
        ALIASES,
        VERSION,
    ],
};

pub(super) static EVENT: Kind = Kind {
    word: "event",
    doc: "A fact, carried by Kafka.",
    name: Names::Avro,
    keys: &[
        VERSION,
        Key::required(
            "domain",
            Shape::Name(Names::Dotted),
            "Domain it belongs to; part of its namespace.",
        ),
        Key::new(
            "owner",
            Shape::Text,
            "Team that owns it; the domain's unless it is said.",
        ),
        Key::new("doc", Shape::Text, "What happened."),
        Key::new(
            "key",
            Shape::Name(Names::Avro),
            "Field that is the partition key: events of one key keep their order.",
        ),
        Key::new(
            "fields",
            FIELDS,
            "Fields of the payload, in the order of the wire.",
        ),
        SCHEMA,
        RECORD,
        HEADERS,
        Key::new("compatibility", COMPATIBILITY, "Compatibility mode."),
        EXAMPLES,
        DEPRECATED,
        ALIASES,
        Key::new(
            "tags",
            Shape::List(&Shape::Text),
            "Words for the documentation's index.",
        ),
    ],
};

pub(super) static COMMAND: Kind = Kind {
    word: "command",
    doc: "An instruction to exactly one service, carried by RabbitMQ.",
    name: Names::Avro,
    keys: &[
        VERSION,
        Key::required("to", Shape::Of(Ref::Service), "Service that receives it."),
        Key::new(
            "domain",
            Shape::Name(Names::Dotted),
            "Domain of its namespace; the receiving service's name unless it is said.",
        ),
        Key::new(
            "fields",
            FIELDS,
            "Fields of the payload, in the order of the wire.",
        ),
        SCHEMA,
        RECORD,
        Key::new("doc", Shape::Text, "What shall be done."),
        Key::new(
            "key",
            Shape::Name(Names::Avro),
            "Field whose commands keep their order; names the document of a MongoDB service.",
        ),
        HEADERS,
        Key::new("compatibility", COMPATIBILITY, "Compatibility mode."),
        EXAMPLES,
        ALIASES,
        Key::new(
            "priority",
            Shape::Whole(2, 10),
            "Number of priority levels; a queue per level.",
        ),
        Key::new("ttl", Shape::Duration, "How long it is worth following."),
        Key::new(
            "queue",
            Shape::Name(Names::Dotted),
            "Queue that carries it; `<service>.<command>` unless it is said.",
        ),
    ],
};
