//! Codes of language errors, each documented by its doc comment. Codes of lint rules begin at H101
//! and live with their rules in [`crate::lint`].

use std::fmt;

/// The number of a code: `Code(12)` reads `H012`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "H{:03}", self.0)
    }
}

impl std::str::FromStr for Code {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim().strip_prefix(['H', 'h']);
        let number = digits.and_then(|d| d.parse().ok());
        number
            .map(Code)
            .ok_or_else(|| format!("`{text}` is not a code such as H012"))
    }
}

/// A language error and its documentation.
#[derive(Debug, Clone, Copy)]
pub struct Explained {
    /// Code.
    pub code: Code,
    /// Documentation in Markdown.
    pub docs: &'static str,
}

/// Those that never stop anything.
pub const WARNINGS: [Code; 3] = [ASYNCAPI_CHANGED, ASYNCAPI_TRANSPORT, ASYNCAPI_NAME];

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $number:literal;)*) => {
        $($(#[doc = $doc])* pub const $name: Code = Code($number);)*

        /// Every language error, in order of code.
        pub const ALL: &[Explained] = &[
            $(Explained { code: $name, docs: concat!($($doc, "\n"),*) }),*
        ];
    };
}

codes! {
    /// The text is not YAML.
    ///
    /// Nothing in the file can be read until it is, so nothing else is reported about it. Common
    /// causes are tabs in the indentation, a bracket or quote that does not close, and `[T]?`
    /// without quotes.
    ///
    /// ```text
    /// fields: { lines: [OrderLine]? }       # write "[OrderLine]?"
    /// ```
    BAD_YAML = 1;
    /// A file is not UTF-8 text.
    ///
    /// Names and documentation go into code and schemas, which are UTF-8. Save the file as UTF-8.
    NOT_UTF8 = 2;
    /// The catalog folder has no catalog files.
    ///
    /// A catalog is at least one file ending in `.yaml` or `.yml` with a `system:` document. Often
    /// the path given with `--catalog` is wrong.
    EMPTY = 3;
    /// A file or folder of the catalog cannot be read.
    ///
    /// The message says what the operating system answered.
    UNREADABLE = 4;
    /// Mappings or lists are nested too deeply.
    ///
    /// No part of the language is nested more than a few levels; the bound keeps a damaged file
    /// from using up memory.
    TOO_DEEP = 5;
    /// A key stands twice in one mapping.
    ///
    /// YAML readers disagree about which of the two counts, so neither does.
    DUPLICATE_KEY = 6;
    /// Anchors, aliases, merge keys and tags are not part of the language.
    ///
    /// A catalog is searched by people: what an entry says stands in the entry. What many entries
    /// share belongs into `defaults` or into a shared `type`.
    NO_ANCHORS = 7;
    /// A document does not begin with a kind.
    ///
    /// The first key of a document says what it declares: `system`, `domain`, `type`, `event`,
    /// `topic`, `command`, `service`, `stream`, `flow`, `environment` or `waiver`.
    ///
    /// ```text
    /// evnt: OrderPlaced       # event
    /// ```
    UNKNOWN_KIND = 8;
    /// A key that the language does not know at this place.
    ///
    /// Keys are checked everywhere, so that a misspelt `retension` is not a silent default.
    UNKNOWN_KEY = 10;
    /// A value of the wrong type.
    ///
    /// The message says what is expected: a whole number, a flag, text, a list, a mapping, one of
    /// some words, or a duration such as `200ms`, `15m`, `7d`.
    WRONG_TYPE = 11;
    /// A key that must be there is missing.
    MISSING_KEY = 12;
    /// A name that nothing in the catalog has.
    ///
    /// References are by name: of events, commands, services, types, topics, fields. The help line
    /// gives the nearest name there is.
    DANGLING = 13;
    /// A name that cannot be used.
    ///
    /// Names of types, events, commands, fields and symbols are Avro names: a letter or `_`, then
    /// letters, digits and `_`, all ASCII. Names of services, domains, topics and environments may
    /// hold `-` and `.` too.
    BAD_NAME = 14;
    /// Two documents declare the same thing.
    DUPLICATE = 15;
    /// A catalog has exactly one `system:` document.
    ///
    /// Its name begins every namespace; its defaults hold for everything.
    ONE_SYSTEM = 16;
    /// A type that cannot be read.
    ///
    /// Types are Avro's primitives (`string`, `int`, `long`, …), its logical types (`uuid`,
    /// `timestamp-millis`, `decimal(12, 2)`, …), `fixed(N)`, `T?`, `[T]`, `map<T>`, `A | B`, and
    /// names of `type` documents.
    BAD_TYPE = 17;
    /// A type or a text was cut in two by YAML.
    ///
    /// Inside `{ }` and `[ ]` YAML ends plain text at a comma, so `decimal(12, 2)`, and prose with a
    /// comma, must be quoted there:
    ///
    /// ```yaml
    /// type: Price
    /// fields: { amount: { type: "decimal(12, 2)", doc: "Net, in the order's currency." } }
    /// ```
    QUOTE = 18;
    /// A record that contains itself always, so that no value of it can end.
    ///
    /// Recursion needs a way out: `T?`, `[T]`, `map<T>`, or a union with another branch.
    ENDLESS_TYPE = 19;
    /// A decimal whose digits make no sense.
    ///
    /// `decimal(precision, scale)`: precision is 1 to 38 digits in all, scale the digits after the
    /// point, at most the precision.
    BAD_DECIMAL = 20;
    /// A default that is not a value of the field's type.
    BAD_DEFAULT = 21;
    /// A union that Avro does not allow.
    ///
    /// A union has two or more branches, no union inside, and no two branches that look the same
    /// on the wire: two arrays, two maps, or two of the same primitive type.
    BAD_UNION = 22;
    /// An environment overrides what no environment can change.
    ///
    /// Payloads, names and owners are the same everywhere. What can differ are the numbers of
    /// topics, queues, policies and timers.
    BAD_OVERRIDE = 23;
    /// A `.avsc` file that cannot be used.
    ///
    /// It must hold one valid Avro schema, a record, and lie in the catalog folder; its path is
    /// taken from the document that names it.
    BAD_SCHEMA_FILE = 24;
    /// An example that is not a value of its event.
    ///
    /// Examples are shown in the documentation and sent by people who copy them, so each is
    /// checked against the payload.
    BAD_EXAMPLE = 25;
    /// A command that is not received where it says.
    ///
    /// `to:` names the one service that receives a command; another service cannot list it under
    /// `receives`.
    NOT_RECEIVER = 26;
    /// An HTTP request that contradicts itself.
    ///
    /// A request has exactly one of `get`, `post`, `put`, `patch`, `delete`, with a path that
    /// begins with `/` and whose `{parameters}` are each named once.
    BAD_REQUEST = 27;
    /// Two requests of one service answer the same method and path.
    SAME_ROUTE = 28;
    /// The type of a parameter, or of a timer's key, cannot be told.
    ///
    /// It is that of the field of the same name in the service's messages; where they disagree the
    /// request says it with `params`. A path parameter must have a text form: text, a number, a
    /// uuid, a date, an enum.
    UNCLEAR_TYPE = 29;
    /// An event in more than one topic.
    TWO_TOPICS = 30;
    /// A released version was changed.
    ///
    /// Others hold data and code of a released version. Undo the change, or raise `version`.
    RELEASED_CHANGED = 31;
    /// Data of a released version cannot be read by the current one.
    ///
    /// Records are kept and read again. Give new fields a default, keep what consumers read, and
    /// name former names in `aliases`.
    RELEASED_UNREADABLE = 32;
    /// A file in `released/` that does not belong there.
    ///
    /// Files there are `<Full.Name>/v<N>.avsc`, written by `cargo xtask release`.
    BAD_RELEASED = 33;
    /// A version that contradicts the rest.
    ///
    /// Versions count from 1; a field cannot be `added` in a version that is still to come, and a
    /// message's version is not below one that was released.
    BAD_VERSION = 34;
    /// A pair of keys that exclude each other, or of which one is needed.
    ///
    /// A payload is given by `fields` or by `schema`; a type by exactly one of `fields`,
    /// `symbols`, `fixed`, `union`.
    ONE_OF = 35;
    /// An enum that Avro does not allow.
    ///
    /// Symbols are names, each once; `default` is one of them.
    BAD_ENUM = 36;
    /// A date or a pattern that cannot be read.
    BAD_TEXT = 37;
    /// A backoff whose shortest wait is longer than its longest.
    BAD_BACKOFF = 38;
    /// An expression that cannot be read.
    ///
    /// Expressions of streams are a subset of CEL, the Common Expression Language: literals,
    /// fields, `+ - *`, comparisons, `in`, `&& || !`, `? :`, `has()`, `size()`, `startsWith()`,
    /// `endsWith()`, `contains()`, `orValue()`, `decimal("…")`, `timestamp("…")`, and map look-ups.
    /// What computes over a group (`count`, `sum`, `min`, `max`, `avg`) stands alone under
    /// `compute`.
    BAD_EXPRESSION = 39;
    /// An expression whose parts do not fit together.
    ///
    /// Types are checked when the catalog is read, against the schemas. Whole numbers have 64 bits
    /// and become decimals beside a decimal; `+`, `-` and `*` of decimals are exact, and a result
    /// of more than 38 digits is refused here. A value that may be null is tested first, or gets
    /// `.orValue(…)`.
    WRONG_OPERANDS = 40;
    /// A stream whose parts do not fit together.
    ///
    /// A stream either maps each record (`map`) or groups them (`group_by`, `compute`). `grace`,
    /// `late` and `when: window closes` belong to a `window`, which is exactly one of `tumbling`,
    /// `hopping` and `session`.
    BAD_STREAM = 41;
    /// A join whose sides do not meet.
    ///
    /// Both sides are read partition by partition, so both must be keyed by the field that they
    /// are joined on, have the same type of key, and lie in topics with the same number of
    /// partitions.
    BAD_JOIN = 42;
    /// Streams that read what they themselves emit.
    ///
    /// A record would go round for ever. Split the stream, or read what comes before it.
    STREAM_CYCLE = 43;
    /// A header that a message cannot have.
    ///
    /// `headers:` of an event or a command declares what travels beside its payload and its envelope,
    /// by the names on the wire. A header is text there, so its type is one with a text form:
    /// `string`, `boolean`, a number, `uuid`, a date or time, `decimal`, an enum, each with `?` where
    /// it may be left out. Records, lists, maps, bytes and unions belong into the payload.
    ///
    /// ```yaml
    /// event: OrderPlaced
    /// domain: ordering
    /// doc: A customer's order was accepted.
    /// headers:
    ///   tenant: { type: string, doc: Whose order it is. }
    ///   x-priority: { symbols: [LOW, HIGH], default: LOW, doc: How urgent it is. }
    ///   x-campaign: string?
    /// ```
    ///
    /// Names of the envelope (`ce_…`, `content-type`, `traceparent`, `tracestate`), of Herald
    /// (`herald-…`) and of RabbitMQ (`x-death`, `x-delivery-count`, `x-first-death-…`,
    /// `x-last-death-…`) are taken.
    BAD_HEADER = 44;
    /// An AsyncAPI document that cannot be read.
    ///
    /// Documents of AsyncAPI 3 are sources like any other: their channels, operations, messages and
    /// schemas become topics, services, events and types. What is found here contradicts the
    /// specification: a list where a mapping belongs, an operation without a channel, an Avro
    /// schema that is none.
    ASYNCAPI = 51;
    /// A version of AsyncAPI that is not read.
    ///
    /// Version 2 said `publish` and `subscribe` from the point of view of whoever reads the
    /// document, so that it cannot be understood without knowing what its author meant. AsyncAPI's
    /// own converter asks for that and writes version 3:
    ///
    /// ```text
    /// npx @asyncapi/cli convert old.yaml --target-version 3.0.0 --output new.yaml
    /// ```
    ASYNCAPI_VERSION = 52;
    /// A reference of an AsyncAPI document that finds nothing.
    ///
    /// A `$ref` is `#/components/schemas/Order` in the same file, or `common.yaml#/Order` in a file
    /// at a relative path. The generator does not use the network, so that its output depends on
    /// nothing but the catalog: download what a URL names, put it beside the document and refer to
    /// the file. With `--allow-missing-refs` such a reference is a warning, and what it stands for
    /// is left open.
    ASYNCAPI_REF = 53;
    /// What an AsyncAPI document says and the catalog cannot say in the same way.
    ///
    /// The message says what becomes of it. Nothing is left out in silence: a constraint that Avro
    /// does not know stands in the field's documentation, a value of any kind travels as JSON
    /// text, and so on. `cargo xtask import` writes the result as catalog files to go on with.
    ASYNCAPI_CHANGED = 54;
    /// A transport that Herald does not have.
    ///
    /// Events travel by Kafka and commands by RabbitMQ. Messages of other transports are read, and
    /// what they carry becomes types and codecs; their channels become topics.
    ASYNCAPI_TRANSPORT = 55;
    /// A name of an AsyncAPI document that has to be written differently.
    ///
    /// Names in Avro are ASCII letters, digits and `_`; types in Rust are written like `OrderPlaced`;
    /// names of topics hold letters, digits, `.`, `_` and `-`. Two things need two names.
    ASYNCAPI_NAME = 56;
}
