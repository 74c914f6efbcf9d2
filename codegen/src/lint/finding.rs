//! What a rule reports, in terms of the model; places in the text are looked up later.

use crate::model::{Field, Source};

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub at: Place,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// A few words beside the underlined text.
    pub label: String,
    /// Other places that matter, each with a few words.
    pub also: Vec<(Place, String)>,
    /// What to type.
    pub help: String,
    /// The event or command it is about: what a waiver names.
    pub about: Option<String>,
}

impl Finding {
    /// A finding at a place.
    pub fn new(at: Place, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            label: String::new(),
            also: Vec::new(),
            help: String::new(),
            about: None,
        }
    }

    /// Says a few words beside the underlined text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Says what to type.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Self {
        self.also.push((place, label.into()));
        self
    }

    /// Names the event or command it is about, so that a waiver can cover it.
    #[must_use]
    pub fn about(mut self, message: &str) -> Self {
        self.about = Some(message.to_owned());
        self
    }
}

/// A place in the catalog: a declaration, and words to underline inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where the item is declared.
    pub source: Source,
    /// Words below that line, each looked for after the one before; the last one found is
    /// underlined. A word with a colon at its end is a key.
    pub path: Vec<String>,
}

impl Place {
    /// The words on the line of a declaration.
    pub fn new<'w>(source: &Source, path: impl IntoIterator<Item = &'w str>) -> Self {
        let path = path.into_iter().map(str::to_owned).collect();
        Self {
            source: source.clone(),
            path,
        }
    }

    /// A field, on its line of the declaration's file.
    pub fn field(source: &Source, field: &Field) -> Self {
        Self::on_line(source, field.line, &format!("{}:", field.name))
    }

    /// A word on a line of the declaration's file.
    pub fn on_line(source: &Source, line: u32, word: &str) -> Self {
        let source = Source {
            line,
            ..source.clone()
        };
        Self::new(&source, [word])
    }
}
