//! Places within values.

/// A path that grows and shrinks with a walk.
#[derive(Debug, Default)]
pub(super) struct Path {
    parts: Vec<String>,
}

/// From a value to a part of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    Field(&'a str),
    Items,
    Values,
    Branch(&'a str),
}

impl Path {
    pub(super) fn push(&mut self, step: Step<'_>) {
        let dot = if self.parts.is_empty() { "" } else { "." };
        self.parts.push(match step {
            Step::Field(name) => format!("{dot}{name}"),
            Step::Items => "[]".to_owned(),
            Step::Values => "{}".to_owned(),
            Step::Branch(name) => format!("<{name}>"),
        });
    }

    pub(super) fn pop(&mut self) {
        self.parts.pop();
    }

    /// The path of a part.
    pub(super) fn join(&mut self, step: Step<'_>) -> String {
        self.push(step);
        let path = self.to_string();
        self.pop();
        path
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.parts.iter().try_for_each(|part| f.write_str(part))
    }
}
