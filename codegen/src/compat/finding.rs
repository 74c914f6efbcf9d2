//! What the gate reports: what changed, where on both sides, whom it hurts, and what to do.

pub use herald_avro::compat::{Severity, Witness};

use crate::{lint::Place, source::Span};

/// Which of the two catalogs a place is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// The catalog that is judged.
    Now,
    /// What it is compared with.
    Before,
}

/// Where something stands, before it is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Words of a catalog document.
    Words(Place),
    /// A part of a JSON file, by its path below the catalog and a pointer (RFC 6901).
    Json { file: String, pointer: String },
}

/// A place with a few words about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Side.
    pub when: When,
    /// A few words.
    pub text: String,
    /// Where, once looked up.
    pub span: Option<Span>,
    pub(crate) target: Target,
}

/// A service and why it is hurt, or why not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Impact {
    /// Service.
    pub service: String,
    /// Reason, a clause.
    pub why: String,
}

/// Who reads what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The new schema reads what an old one wrote.
    Backward,
    /// An old schema reads what the new one writes.
    Forward,
}

impl Direction {
    /// As machines read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Backward => "backward",
            Direction::Forward => "forward",
        }
    }
}

/// How a finding about schemas is proven.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// Who reads what.
    pub direction: Direction,
    /// Old versions it holds for, lowest first.
    pub versions: Vec<u32>,
    /// `unreadable`, `misread`, `refused` or `advice`.
    pub kind: &'static str,
    /// What the writer's schema says, in a few words.
    pub writer: Option<String>,
    /// What the reader's schema says, in a few words.
    pub reader: Option<String>,
    /// A datum that shows it.
    pub witness: Option<Witness>,
    /// Why there is none.
    pub no_witness: Option<String>,
}

/// What to write in the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The YAML, as shown.
    pub yaml: String,
    /// How to apply it without asking, where only one thing can be meant.
    pub(crate) edit: Option<super::fix::Edit>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Stable code, such as `C07`.
    pub code: String,
    /// Name of the rule in kebab case.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Event or command it is about: what a waiver names.
    pub event: Option<String>,
    /// Path inside the payload, or a setting such as `partitions`; empty for the whole.
    pub path: String,
    /// One sentence, without a full stop.
    pub message: String,
    /// Places, the first being where to look first.
    pub marks: Vec<Mark>,
    /// Services that it hurts.
    pub hurt: Vec<Impact>,
    /// Services that it does not hurt although they might seem concerned.
    pub unhurt: Vec<Impact>,
    /// What to do, in steps.
    pub help: Vec<String>,
    /// How it is proven, for findings about schemas.
    pub proof: Option<Proof>,
    /// What to write.
    pub fix: Option<Fix>,
    /// Other messages in which the same change shows.
    pub also: Vec<String>,
    /// The record in which it is, for findings about schemas: what [`Finding::also`] groups by.
    pub(crate) record: Option<String>,
}

impl Finding {
    /// A finding of a rule still to be named.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            code: String::new(),
            rule: "",
            severity: Severity::Error,
            event: None,
            path: String::new(),
            message: message.into(),
            marks: Vec::new(),
            hurt: Vec::new(),
            unhurt: Vec::new(),
            help: Vec::new(),
            proof: None,
            fix: None,
            also: Vec::new(),
            record: None,
        }
    }

    /// Names the event or command that a waiver would name, and the path.
    pub(crate) fn about(mut self, event: &str, path: &str) -> Self {
        self.event = Some(event.to_owned());
        path.clone_into(&mut self.path);
        self
    }

    /// Makes it worse or milder than its rule is as a whole.
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds a place in the catalog that is judged.
    pub(crate) fn now(self, place: Place, text: impl Into<String>) -> Self {
        self.mark(When::Now, Target::Words(place), text)
    }

    /// Adds a place in the catalog before.
    pub(crate) fn before(self, place: Place, text: impl Into<String>) -> Self {
        self.mark(When::Before, Target::Words(place), text)
    }

    /// Adds a place.
    pub(crate) fn mark(mut self, when: When, target: Target, text: impl Into<String>) -> Self {
        self.marks.push(Mark {
            when,
            text: text.into(),
            span: None,
            target,
        });
        self
    }

    /// Adds a step of what to do.
    pub(crate) fn help(mut self, step: impl Into<String>) -> Self {
        self.help.push(step.into());
        self
    }

    /// Sorts services into hurt (`Ok`) and not hurt (`Err`), each with the reason.
    pub(crate) fn impact<S: Into<String>>(
        mut self,
        services: impl IntoIterator<Item = (S, Result<String, String>)>,
    ) -> Self {
        for (service, verdict) in services {
            let service = service.into();
            match verdict {
                Ok(why) => self.hurt.push(Impact { service, why }),
                Err(why) => self.unhurt.push(Impact { service, why }),
            }
        }
        self.hurt.sort();
        self.hurt.dedup();
        self.unhurt.sort();
        self.unhurt.dedup();
        self
    }
}
