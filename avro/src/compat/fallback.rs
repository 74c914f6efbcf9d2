//! Brings the findings in line with the verdict: what resolution refuses has a finding
//! that says why, what it reads has none that says otherwise.

use super::draft::{Draft, Leaf};
use super::{Kind, SchemaRule, Severity};
use crate::resolve::{Exploration, Mismatch, Rule};
use crate::schema::Schema;

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
    let unsaid = exploration
        .reasons
        .iter()
        .chain(exploration.fatal.as_deref());
    for mismatch in unsaid {
        if !drafts.iter().any(|draft| says(draft, mismatch)) {
            let draft = draft(writer, mismatch, exploration.fatal.is_some());
            drafts.push(draft);
        }
    }
}

/// Whether a finding tells of the mismatch, at its place or further in.
fn says(draft: &Draft, mismatch: &Mismatch) -> bool {
    let finding = &draft.finding;
    let (ours, theirs) = (plain(&finding.path), plain(&mismatch.path));
    let within = ours.strip_prefix(&theirs).is_some_and(|rest| {
        theirs.is_empty() || rest.is_empty() || rest.starts_with(['.', '[', '{'])
    });
    let blocking = matches!(finding.kind, Kind::Unreadable | Kind::Refused);
    // The root and a branch fail for what lies inside them; aliases clash anywhere.
    let loose = matches!(mismatch.rule, Rule::Branch | Rule::Type);
    let same = match mismatch.rule {
        Rule::Alias | Rule::Default => finding.rule == rule(mismatch.rule),
        _ => within && (loose || ours == theirs),
    };
    blocking && same
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
