//! What an input is run through, and what it reached.

use super::inputs::Input;
use herald_avro::compat::{SchemaRule, is_readable, judge};
use herald_avro::resolve::{resolve, resolve_lazily};
use herald_avro::schema::{Schema, SchemaError, parse};
use herald_avro::value::Value;
use std::collections::BTreeSet;

/// Rules, errors and outcomes that an input came to.
#[derive(Debug, Default)]
pub(crate) struct Reached(pub(crate) BTreeSet<String>);

impl Reached {
    /// Whether all of these were reached.
    pub(crate) fn all(&self, these: &[&str]) -> bool {
        these.iter().all(|one| self.0.contains(*one))
    }

    fn add(&mut self, what: impl Into<String>) {
        self.0.insert(what.into());
    }

    /// The name of an error's variant.
    fn error(&mut self, stage: &str, error: &impl std::fmt::Debug) {
        let text = format!("{error:?}");
        let name = text.split([' ', '(', '{']).next().unwrap_or_default();
        self.add(format!("{stage}: {name}"));
    }
}

/// Kinds of errors of the parser, by words of their messages.
const MESSAGES: [&str; 12] = [
    "not JSON",
    "exists already",
    "no default",
    "no type of the name",
    "needs a `type`",
    "needs `fields`",
    "is no schema",
    "has a branch",
    "no order",
    "is none of the symbols",
    "array of strings",
    "only letters, digits and _",
];

/// Everything that inputs are expected to reach.
pub(crate) fn everything() -> Vec<String> {
    // Schemas that nest too deep are among the extremes.
    let rules = SchemaRule::ALL
        .iter()
        .filter(|rule| **rule != SchemaRule::NestingTooDeep);
    let rules = rules.map(|rule| rule.code().to_owned());
    let messages = MESSAGES.iter().map(|words| format!("schema: {words}"));
    let errors = [
        "UnexpectedEnd",
        "TrailingBytes",
        "InvalidBoolean",
        "VarintTooLong",
        "NegativeLength",
        "InvalidUtf8",
        "IndexOutOfRange",
        "CountTooLarge",
    ];
    let decode = errors.iter().map(|name| format!("decode: {name}"));
    let transcode = [
        "Unreadable",
        "UnknownSymbol",
        "UnexpectedEnd",
        "TrailingBytes",
    ];
    let transcode = transcode.iter().map(|name| format!("transcode: {name}"));
    let outcomes = ["readable", "unreadable", "decoded", "transcoded"];
    let outcomes = outcomes.into_iter().map(str::to_owned);
    rules
        .chain(messages)
        .chain(decode)
        .chain(transcode)
        .chain(outcomes)
        .collect()
}

/// Parses, judges and decodes.
pub(crate) fn run(input: &Input) -> Reached {
    let mut reached = Reached::default();
    let old = schema(&input.old, &mut reached);
    let new = schema(&input.new, &mut reached);
    let Some(old) = old else { return reached };
    let new = new.unwrap_or_else(|| old.clone());
    for (writer, reader) in [(&old, &new), (&new, &old)] {
        judgement(writer, reader, &mut reached);
    }
    match Value::decode(&old, &input.bytes) {
        Ok(_) => reached.add("decoded"),
        Err(error) => reached.error("decode", &error),
    }
    if let Ok(plan) = resolve_lazily(&old, &new) {
        let mut out = Vec::new();
        match plan.transcode(&input.bytes, &mut out) {
            Ok(()) => reached.add("transcoded"),
            Err(error) => reached.error("transcode", &error),
        }
    }
    reached
}

fn schema(text: &str, reached: &mut Reached) -> Option<Schema> {
    let kind = |error: &SchemaError| {
        let known = MESSAGES
            .iter()
            .find(|words| error.message.contains(**words));
        format!("schema: {}", known.unwrap_or(&"other"))
    };
    match parse(text) {
        Ok(schema) => Some(schema),
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a reason");
            for error in &errors {
                reached.add(kind(error));
            }
            None
        }
    }
}

fn judgement(writer: &Schema, reader: &Schema, reached: &mut Reached) {
    let judgement = judge(writer, reader);
    assert_eq!(judgement.readable, is_readable(writer, reader));
    assert_eq!(judgement.readable, resolve(writer, reader).is_ok());
    reached.add(if judgement.readable {
        "readable"
    } else {
        "unreadable"
    });
    for finding in &judgement.findings {
        reached.add(finding.rule.code());
        reached.add(format!("{} {}", finding.rule.code(), finding.kind.as_str()));
    }
    let paths = |at: usize| (&judgement.findings[at].path, judgement.findings[at].rule);
    let sorted = (1..judgement.findings.len()).all(|at| paths(at - 1) <= paths(at));
    assert!(sorted, "findings are not in order");
}
