//! Documentation of codes: lint rules and errors of the language alike.

use super::{Rule, rules};
use crate::{
    compat,
    diagnostic::{
        Code, Severity,
        codes::{self, Explained},
        nearest,
    },
};

/// A code or name that nothing has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no code or rule is called `{typed}`{}", .nearest.as_deref().map_or_else(String::new, meant))]
pub struct Unknown {
    /// What was asked for.
    pub typed: String,
    /// What may have been meant.
    pub nearest: Option<String>,
}

fn meant(name: &str) -> String {
    format!("; did you mean `{name}`?")
}

/// Documentation of a code (`H101`, `h101`, `101`) or of a rule by its name, in Markdown.
///
/// # Errors
/// [`Unknown`] when nothing has that code or name.
pub fn explain(typed: &str) -> Result<String, Unknown> {
    let typed = typed.trim();
    let code = typed
        .parse::<Code>()
        .ok()
        .or_else(|| typed.parse().ok().map(Code));
    let is_meant = |rule: &&Rule| Some(rule.code) == code || rule.name.eq_ignore_ascii_case(typed);
    if let Some(rule) = rules().iter().find(is_meant) {
        return Ok(page(rule));
    }
    let of_gate = |rule: &compat::RuleInfo| {
        rule.code.eq_ignore_ascii_case(typed) || rule.name.eq_ignore_ascii_case(typed)
    };
    if let Some(rule) = compat::rules().find(of_gate) {
        let (code, name) = (rule.code, rule.name);
        return Ok(format!(
            "{code} {name} ({})\n\n{}",
            rule.severity.as_str(),
            rule.docs()
        ));
    }
    match codes::ALL.iter().find(|error| Some(error.code) == code) {
        Some(error) => Ok(language_page(error)),
        None => Err(unknown(typed)),
    }
}

fn page(rule: &Rule) -> String {
    let Rule {
        code,
        name,
        severity,
        ..
    } = rule;
    format!("{code} {name} ({})\n\n{}", severity.as_str(), rule.docs())
}

fn language_page(error: &Explained) -> String {
    let lines: Vec<&str> = error
        .docs
        .lines()
        .map(|l| l.strip_prefix(' ').unwrap_or(l).trim_end())
        .collect();
    let text = lines.join("\n");
    format!(
        "{} ({})\n\n{}\n",
        error.code,
        Severity::Error.as_str(),
        text.trim()
    )
}

fn unknown(typed: &str) -> Unknown {
    let mut known: Vec<String> = rules().iter().map(|r| r.name.to_owned()).collect();
    known.extend(rules().iter().map(|r| r.code.to_string()));
    known.extend(compat::rules().flat_map(|r| [r.name.to_owned(), r.code.to_owned()]));
    known.extend(codes::ALL.iter().map(|e| e.code.to_string()));
    let nearest = nearest(typed, known.iter().map(String::as_str)).map(str::to_owned);
    Unknown {
        typed: typed.to_owned(),
        nearest,
    }
}

/// The comment at the head of a Rust file.
pub(crate) fn head(file: &str) -> String {
    file.lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::{explain, head};

    #[test]
    fn a_head_ends_where_code_begins() {
        assert_eq!(head("//! # A\n//!\n//! b\n\nuse x;\n//! c\n"), "# A\n\nb\n");
    }

    #[test]
    fn finds_codes_and_names_of_rules_and_of_the_language() {
        for typed in ["H101", "h101", "101", "event-without-producer"] {
            let text = explain(typed).unwrap();
            assert!(
                text.starts_with("H101 event-without-producer (warning)\n\n# What it does"),
                "{text}"
            );
        }
        assert!(
            explain("H001")
                .unwrap()
                .starts_with("H001 (error)\n\nThe text is not YAML.")
        );
    }

    #[test]
    fn says_what_may_have_been_meant() {
        let name = explain("event-without-produser").unwrap_err();
        assert_eq!(name.nearest.as_deref(), Some("event-without-producer"));
        let text = explain("H999").unwrap_err().to_string();
        assert!(
            text.starts_with("no code or rule is called `H999`"),
            "{text}"
        );
    }
}
