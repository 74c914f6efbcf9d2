//! Brings the findings in line with the verdict: what resolution refuses has a finding
//! that says why, what it reads has none that says otherwise.

use super::draft::{Draft, Leaf};
use super::{Kind, SchemaRule, Severity};
use crate::resolve::{Exploration, Mismatch, Rule};
use crate::schema::Schema;
use std::collections::HashSet;

/// Settles what the walk found.
pub(super) fn settle(writer: &Schema, exploration: &Exploration<'_>, drafts: &mut Vec<Draft>) {
    if exploration.reasons.is_empty() {
        for draft in drafts {
            if draft.finding.kind == Kind::Refused {
                draft.finding.kind = Kind::Advice;
                draft.finding.severity = Severity::Warning;
            }
        }
        return;
    }
    let said = Said::of(drafts);
    let all = exploration
        .reasons
        .iter()
        .chain(exploration.fatal.as_deref());
    let unsaid = all.filter(|mismatch| !said.tells(mismatch));
    let is_fatal = exploration.fatal.is_some();
    drafts.extend(unsaid.map(|mismatch| draft(writer, mismatch, is_fatal)));
}

/// What the findings tell of.
struct Said {
    rules: HashSet<SchemaRule>,
    /// Their paths, without the branches of unions.
    paths: HashSet<String>,
    /// The paths of everything around them.
    around: HashSet<String>,
}

impl Said {
    fn of(drafts: &[Draft]) -> Self {
        let mut said = Self {
            rules: HashSet::new(),
            paths: HashSet::new(),
            around: HashSet::new(),
        };
        let blocking = drafts.iter().map(|draft| &draft.finding);
        let blocking = blocking.filter(|f| matches!(f.kind, Kind::Unreadable | Kind::Refused));
        for finding in blocking {
            let path = plain(&finding.path);
            said.around.insert(String::new());
            let ends = path
                .char_indices()
                .filter(|(_, c)| matches!(c, '.' | '[' | '{'));
            said.around
                .extend(ends.map(|(end, _)| path[..end].to_owned()));
            said.rules.insert(finding.rule);
            said.paths.insert(path);
        }
        said
    }

    /// Whether a finding tells of the mismatch, at its place or, where it may be due to
    /// a part, further in. Aliases and defaults are told of wherever they stand.
    fn tells(&self, mismatch: &Mismatch) -> bool {
        let path = plain(&mismatch.path);
        match mismatch.rule {
            Rule::Alias | Rule::Default | Rule::Depth => self.rules.contains(&rule(mismatch.rule)),
            Rule::Branch | Rule::Type => self.paths.contains(&path) || self.around.contains(&path),
            _ => self.paths.contains(&path),
        }
    }
}

/// A path without the branches of unions.
fn plain(path: &str) -> String {
    let mut inside = false;
    let path: String = path
        .chars()
        .filter(|letter| match letter {
            '<' => {
                inside = true;
                false
            }
            '>' => {
                inside = false;
                false
            }
            _ => !inside,
        })
        .collect();
    path.trim_start_matches('.').to_owned()
}

fn draft(writer: &Schema, mismatch: &Mismatch, is_fatal: bool) -> Draft {
    let luck = if is_fatal {
        ""
    } else {
        "; the specification refuses it, though data would decode by luck"
    };
    let message = format!("{}{luck}", mismatch.message);
    let kind = if is_fatal {
        Kind::Unreadable
    } else {
        Kind::Refused
    };
    let mut draft = Draft::new(rule(mismatch.rule), plain(&mismatch.path), message)
        .kind(kind)
        .severity(Severity::Error)
        .sides(Some(mismatch.writer.clone()), Some(mismatch.reader.clone()))
        .leaf(Leaf::Blank);
    if is_fatal {
        draft.end = Some((writer.root(), None));
    }
    draft
}

fn rule(rule: Rule) -> SchemaRule {
    match rule {
        Rule::Type => SchemaRule::TypeChanged,
        Rule::Name => SchemaRule::RecordRenamed,
        Rule::FixedSize => SchemaRule::FixedSizeChanged,
        Rule::Symbols => SchemaRule::EnumSymbolRemoved,
        Rule::MissingDefault => SchemaRule::FieldAddedWithoutDefault,
        Rule::Branch => SchemaRule::UnionBranchRemoved,
        Rule::Alias => SchemaRule::AliasAmbiguous,
        Rule::Default => SchemaRule::DefaultInvalid,
        Rule::Depth => SchemaRule::NestingTooDeep,
    }
}
