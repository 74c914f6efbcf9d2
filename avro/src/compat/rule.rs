//! The rules' codes, names and texts.

use super::Severity;
use super::rules::{RULES, Rule};
use std::sync::LazyLock;

pub use super::rules::SchemaRule;

impl SchemaRule {
    /// The stable code, such as `C01`.
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    /// The name, such as `field-added-without-default`.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// How bad its findings are at worst.
    pub fn severity(self) -> Severity {
        self.entry().severity
    }

    /// What it does, why it matters and an example, in Markdown.
    pub fn documentation(self) -> &'static str {
        static TEXTS: LazyLock<Vec<String>> =
            LazyLock::new(|| RULES.iter().map(|rule| head(rule.file)).collect());
        TEXTS.get(self as usize).map_or("", String::as_str)
    }

    /// Whether it tells what was done to the schema rather than what happens to data:
    /// to be heeded only where the writer's schema is the older one.
    pub fn is_about_the_edit(self) -> bool {
        matches!(
            self,
            Self::AliasRemoved
                | Self::DefaultRemoved
                | Self::DefaultChanged
                | Self::EnumDefaultChanged
        )
    }

    fn entry(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

impl std::fmt::Display for SchemaRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// The comment at the head of a rule's file.
fn head(file: &str) -> String {
    file.lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n")
}
