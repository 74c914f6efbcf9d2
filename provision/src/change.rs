//! A difference between what is declared and what is there.

use std::{collections::BTreeSet, fmt};

use serde_json::{Value, json};

/// What would be done about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed where it is.
    Alter,
    /// It is deleted, or made anew.
    Delete,
    /// Nothing: the change is not possible, or it would lose data.
    Refused,
}

impl Action {
    /// The sign at the beginning of a line.
    pub fn sign(self) -> char {
        match self {
            Action::Create => '+',
            Action::Alter => '~',
            Action::Delete => '-',
            Action::Refused => '!',
        }
    }

    fn word(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Alter => "alter",
            Action::Delete => "delete",
            Action::Refused => "refused",
        }
    }
}

/// A difference, with the step that removes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<S> {
    /// What would be done.
    pub action: Action,
    /// What kind of thing it is about, such as `topic`.
    pub kind: &'static str,
    /// Its name, which is also what `--allow-destructive` takes.
    pub name: String,
    /// What differs, a line each.
    pub details: Vec<String>,
    /// Why it is not done, or not without being asked for by name.
    pub why: Option<String>,
    /// What removes the difference; `None` where nothing may.
    pub step: Option<S>,
    /// Whether the step is taken only when `--allow-destructive` names it.
    pub destructive: bool,
}

impl<S> Change<S> {
    /// Something that is missing.
    pub fn create(kind: &'static str, name: impl Into<String>, step: S) -> Self {
        Self::new(Action::Create, kind, name, Some(step))
    }

    /// Something that is different, and safe to change.
    pub fn alter(kind: &'static str, name: impl Into<String>, step: S) -> Self {
        Self::new(Action::Alter, kind, name, Some(step))
    }

    /// Something of ours that is no longer declared.
    pub fn delete(kind: &'static str, name: impl Into<String>, why: &str, step: S) -> Self {
        Self {
            why: Some(why.to_owned()),
            destructive: true,
            ..Self::new(Action::Delete, kind, name, Some(step))
        }
    }

    /// Something that loses data or safety, and is done only when it is asked for by name.
    pub fn lower(
        kind: &'static str,
        name: impl Into<String>,
        why: impl Into<String>,
        step: S,
    ) -> Self {
        Self {
            why: Some(why.into()),
            destructive: true,
            ..Self::new(Action::Refused, kind, name, Some(step))
        }
    }

    /// Something that is never done.
    pub fn refuse(kind: &'static str, name: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            why: Some(why.into()),
            ..Self::new(Action::Refused, kind, name, None)
        }
    }

    fn new(action: Action, kind: &'static str, name: impl Into<String>, step: Option<S>) -> Self {
        Self {
            action,
            kind,
            name: name.into(),
            details: Vec::new(),
            why: None,
            step,
            destructive: false,
        }
    }

    /// The same with a line of what differs.
    #[must_use]
    pub fn with(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    /// The step to take, given what may be destroyed.
    pub fn allowed(&self, names: &BTreeSet<String>) -> Option<&S> {
        let step = self.step.as_ref()?;
        (!self.destructive || names.contains(&self.name)).then_some(step)
    }

    /// As a machine reads it.
    pub fn to_json(&self, target: &str) -> Value {
        json!({
            "target": target,
            "action": self.action.word(),
            "kind": self.kind,
            "name": self.name,
            "details": self.details,
            "why": self.why,
            "destructive": self.destructive,
        })
    }
}

impl<S> fmt::Display for Change<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {} {}", self.action.sign(), self.kind, self.name)?;
        for detail in &self.details {
            writeln!(f, "    {detail}")?;
        }
        if let Some(why) = &self.why {
            writeln!(f, "    {why}")?;
        }
        if self.destructive {
            writeln!(f, "    done only with --allow-destructive {}", self.name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_destroys_is_done_only_by_name() {
        let gone = Change::delete("topic", "a", "no longer declared", 1);
        assert_eq!(gone.allowed(&BTreeSet::new()), None);
        assert_eq!(gone.allowed(&["b".to_owned()].into()), None);
        assert_eq!(gone.allowed(&["a".to_owned()].into()), Some(&1));
        let never = Change::<u8>::refuse("topic", "a", "it cannot be");
        assert_eq!(never.allowed(&["a".to_owned()].into()), None);
        assert_eq!(
            Change::create("topic", "a", 2).allowed(&BTreeSet::new()),
            Some(&2)
        );
    }

    #[test]
    fn a_change_reads_like_a_diff() {
        let change = Change::alter("topic", "orders", ()).with("partitions 6 → 12");
        assert_eq!(
            change.to_string(),
            "~ topic orders\n    partitions 6 → 12\n"
        );
        let gone = Change::delete("queue", "q", "no longer declared", ());
        let text = "- queue q\n    no longer declared\n    done only with --allow-destructive q\n";
        assert_eq!(gone.to_string(), text);
    }
}
