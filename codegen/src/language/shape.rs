//! What a value may be.

/// A kind of document.
#[derive(Debug)]
pub struct Kind {
    /// The first key of the document.
    pub word: &'static str,
    /// What it declares.
    pub doc: &'static str,
    /// How its name is written.
    pub name: Names,
    /// Its other keys.
    pub keys: &'static [Key],
}

/// A key of a mapping.
#[derive(Debug)]
pub struct Key {
    /// Name.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
}

impl Key {
    /// A key that may be left out.
    pub const fn new(name: &'static str, shape: Shape, doc: &'static str) -> Self {
        Self {
            name,
            doc,
            shape,
            required: false,
        }
    }

    /// A key that must be there.
    pub const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Self {
        Self {
            name,
            doc,
            shape,
            required: true,
        }
    }
}

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Avro's names: ASCII letters, digits, `_`, no digit first.
    Avro,
    /// Letters, digits, `-`, `_`, `.`: services, domains, topics, environments.
    Dotted,
    /// Names of message headers on the wire: letters, digits, `-`, `_`, `.`, `:`, `/`.
    Header,
    /// Anything.
    Free,
}

/// What a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ref {
    /// An event.
    Event,
    /// A command.
    Command,
    /// A service.
    Service,
    /// A topic that is declared or that an event has of its own.
    Topic,
    /// An event or a command.
    Message,
    /// A stream.
    Stream,
    /// A service, or the streams together: what runs as a program.
    Program,
}

impl Ref {
    /// With an article.
    pub fn what(self) -> &'static str {
        match self {
            Ref::Event => "an event",
            Ref::Command => "a command",
            Ref::Service | Ref::Program => "a service",
            Ref::Topic => "a topic",
            Ref::Stream => "a stream",
            Ref::Message => "an event or a command",
        }
    }
}

/// What a value may be.
#[derive(Debug)]
pub enum Shape {
    /// Any text.
    Text,
    /// A name.
    Name(Names),
    /// The name of something declared elsewhere.
    Of(Ref),
    /// A whole number in a range, both ends included.
    Whole(u64, u64),
    /// `true` or `false`.
    Flag,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A duration such as `200ms`, `30s`, `15m`, `12h`, `7d`.
    Duration,
    /// A duration or `forever`.
    Retention,
    /// Two durations, `200ms..30s`.
    Backoff,
    /// A type expression.
    Type,
    /// Any value: a default.
    Json,
    /// A list.
    List(&'static Shape),
    /// One item or a list of them.
    OneOrMore(&'static Shape),
    /// A mapping from names of one's choice.
    Map(Names, &'static Shape),
    /// A mapping from names of things declared elsewhere.
    MapOf(Ref, &'static Shape),
    /// A mapping with known keys.
    Object(&'static [Key]),
    /// Text of one shape, or a mapping or list of another.
    Either(&'static Shape, &'static Shape),
}
