//! Services: what they publish, send, consume, receive, answer and wait for.

use super::{Policy, Source, Type};

/// A service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Name as the catalog writes it, such as `payment`.
    pub name: String,
    /// Rust name of the service, `Payment`.
    pub rust: String,
    /// Rust module, `payment`.
    pub module: String,
    /// Team that owns it.
    pub owner: Option<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Where it keeps its state.
    pub store: Store,
    /// How much it matters; free text.
    pub tier: Option<String>,
    /// Events it may publish, sorted.
    pub publishes: Vec<String>,
    /// Commands it may send, sorted.
    pub sends: Vec<String>,
    /// Events it consumes, sorted by event.
    pub consumes: Vec<Consume>,
    /// Commands it receives, sorted by command: those declared `to:` it, with the entry's policy
    /// where it has one.
    pub receives: Vec<Receive>,
    /// HTTP requests, sorted by name.
    pub requests: Vec<Request>,
    /// Timers, sorted by name.
    pub timers: Vec<Timer>,
    /// Where it was declared.
    pub source: Source,
}

impl Service {
    /// Whether all it keeps comes from the log and nothing leaves it, so that it can be built anew
    /// from there: it has tables, consumes, and answers questions alone.
    pub fn is_read_model(&self) -> bool {
        let says_nothing = self.publishes.is_empty() && self.sends.is_empty();
        let hears_the_log_alone = self.receives.is_empty() && self.timers.is_empty();
        let mut requests = self.requests.iter();
        says_nothing
            && hears_the_log_alone
            && !self.consumes.is_empty()
            && self.store == Store::Postgres
            && requests.all(|request| request.method == Method::Get)
    }
}

/// Where a service keeps its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// Tables, one transaction a message.
    Postgres,
    /// Documents, one document a message.
    Mongodb,
    /// Nothing of its own.
    None,
}

impl Store {
    /// The catalog's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Store::Postgres => "postgres",
            Store::Mongodb => "mongodb",
            Store::None => "none",
        }
    }
}

/// An event that a service consumes.
#[derive(Debug, Clone)]
pub struct Consume {
    /// Event.
    pub event: String,
    /// Topic that carries it.
    pub topic: String,
    /// Consumer group: the service's name unless the entry says otherwise.
    pub group: String,
    /// How it works through them.
    pub policy: Policy,
    /// Fields it depends on; empty means all.
    pub reads: Vec<String>,
    /// How far back it must be able to read again, in milliseconds; `u64::MAX` is for ever.
    pub replay_ms: Option<u64>,
    /// Version that its deployed code reads, where it lags behind.
    pub pinned: Option<u32>,
    /// Handler method, `on_order_placed`.
    pub handler: String,
    /// Line of the entry.
    pub source: Source,
}

/// A command that a service receives.
#[derive(Debug, Clone)]
pub struct Receive {
    /// Command.
    pub command: String,
    /// Queue that carries it.
    pub queue: String,
    /// How it works through them.
    pub policy: Policy,
    /// Fields it depends on; empty means all.
    pub reads: Vec<String>,
    /// Handler method, `handle_send_email`.
    pub handler: String,
    /// Line of the entry.
    pub source: Source,
}

/// An HTTP request that a service answers.
#[derive(Debug, Clone)]
pub struct Request {
    /// Name as the catalog writes it, such as `RefundPayment`.
    pub name: String,
    /// Rust name of the struct.
    pub rust: String,
    /// Handler method, `refund_payment`.
    pub handler: String,
    /// Method.
    pub method: Method,
    /// Path with `{param}` in place of each parameter, such as `/payments/{payment_id}/refund`.
    pub path: String,
    /// Parameters of the path in their order, then those of the query in catalog order.
    pub params: Vec<Param>,
    /// Type of the body.
    pub body: Option<Type>,
    /// Type of the answer; `None` answers with no content.
    pub returns: Option<Type>,
    /// Status of a successful answer.
    pub status: u16,
    /// What names the document (MongoDB) and the lane of the request.
    pub key: Option<RequestKey>,
    /// Documentation.
    pub doc: Option<String>,
    /// Line of the entry.
    pub source: Source,
}

/// HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// All methods with the catalog's key.
    pub const ALL: [(&'static str, Method); 5] = [
        ("get", Method::Get),
        ("post", Method::Post),
        ("put", Method::Put),
        ("patch", Method::Patch),
        ("delete", Method::Delete),
    ];

    /// Upper case, as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// A parameter of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Name in the path or query.
    pub name: String,
    /// Name of the Rust field.
    pub rust: String,
    /// Where it stands.
    pub place: ParamPlace,
    /// Type: has a text form; [`Type::Optional`] only in the query.
    pub ty: Type,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamPlace {
    /// In the path.
    Path,
    /// In the query.
    Query,
}

/// What names the key of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestKey {
    /// A parameter, by its name.
    Param(String),
    /// A field of the body, by its Avro name.
    Body(String),
}

/// A timer: durable, cancellable, set in a handler's transaction.
#[derive(Debug, Clone)]
pub struct Timer {
    /// Name as the catalog writes it, such as `PaymentOverdue`.
    pub name: String,
    /// Rust name of the struct.
    pub rust: String,
    /// Handler method, `on_payment_overdue`.
    pub handler: String,
    /// How long after it was set it runs out, in milliseconds.
    pub after_ms: u64,
    /// How it is tried again when its handler fails.
    pub policy: Policy,
    /// Name of its only field, which names the key.
    pub key: String,
    /// Rust name of that field.
    pub key_rust: String,
    /// Type of that field.
    pub key_ty: Type,
    /// Documentation.
    pub doc: Option<String>,
    /// Line of the entry.
    pub source: Source,
}
