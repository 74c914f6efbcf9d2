//! What rules find in AsyncAPI documents, told to those who write such documents: a rule speaks once
//! for each document, and says what to write there.

use std::collections::{BTreeMap, HashSet};

use crate::{
    diagnostic::{Code, Diagnostic},
    source::FileId,
};

/// Rules about who is on the other side of a message: a document speaks of one application, and
/// says nothing of the others.
const OTHER_SIDE: std::ops::RangeInclusive<u16> = 101..=103;

/// What to write in a document, by the code of the rule.
const IN_A_DOCUMENT: &[(u16, &str)] = &[
    (
        105,
        "write `contact: { name: … }` under `info`: the team that answers for it",
    ),
    (106, "write a `description` of one sentence"),
    (
        113,
        "name the field that is the key by `x-herald-key` in each message",
    ),
];

/// Findings as they are told, in the order they came.
pub(super) fn told(found: Vec<Diagnostic>, imported: &HashSet<FileId>) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = Vec::with_capacity(found.len());
    let mut first: BTreeMap<(FileId, Code), (usize, usize)> = BTreeMap::new();
    for mut finding in found {
        let file = finding.at.as_ref().map(|label| label.span.file);
        let Some(file) = file.filter(|file| imported.contains(file)) else {
            told.push(finding);
            continue;
        };
        if OTHER_SIDE.contains(&finding.code.0) {
            continue;
        }
        let of_code = IN_A_DOCUMENT
            .iter()
            .find(|(code, _)| *code == finding.code.0);
        let Some((_, help)) = of_code else {
            told.push(finding);
            continue;
        };
        if let Some((_, more)) = first.get_mut(&(file, finding.code)) {
            *more += 1;
            continue;
        }
        first.insert((file, finding.code), (told.len(), 0));
        finding.help = Some((*help).to_owned());
        told.push(finding);
    }
    for (at, more) in first.into_values().filter(|(_, more)| *more > 0) {
        if let Some(finding) = told.get_mut(at) {
            finding.message = format!("{}; so it is with {more} more", finding.message);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::told;
    use crate::{
        diagnostic::{Code, Diagnostic},
        source::{FileId, Span},
    };

    #[test]
    fn a_rule_speaks_once_for_a_document() {
        let found = |code, file, text: &str| {
            let mut found = Diagnostic::new(Code(code), text, Span::start_of(FileId(file)), "");
            found.help = Some("add `doc:`".to_owned());
            found
        };
        let all = vec![
            found(101, 0, "nobody publishes it"),
            found(106, 0, "the type `A` has no documentation"),
            found(106, 0, "the type `B` has no documentation"),
            found(131, 0, "one name"),
            found(106, 1, "the type `C` has no documentation"),
            found(101, 1, "nobody publishes it"),
        ];
        let told = told(all, &HashSet::from([FileId(0)]));
        let texts: Vec<&str> = told.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(
            texts,
            [
                "the type `A` has no documentation; so it is with 1 more",
                "one name",
                "the type `C` has no documentation",
                "nobody publishes it",
            ]
        );
        let help = told.first().and_then(|d| d.help.as_deref());
        assert_eq!(help, Some("write a `description` of one sentence"));
        assert_eq!(told[2].help.as_deref(), Some("add `doc:`"));
    }
}
