//! Data that prove findings: made from the way to the place, then read to see.

mod blank;

use super::draft::Draft;
use super::{Finding, Kind, Witness};
use crate::json::{value_to_json, value_to_plain};
use crate::resolve::{Exploration, Plan, plan};
use crate::schema::Schema;
use crate::value::Value;
use blank::Blanks;

/// So many witnesses are made for one judgement, and with so many bytes and values in
/// all: what is found beyond is the like.
const MAX_WITNESSES: usize = 1000;
const MAX_WEIGHT: usize = 64 << 10;

/// Turns drafts into findings, with a witness where there is one.
pub(super) fn attach(
    writer: &Schema,
    reader: &Schema,
    exploration: &Exploration<'_>,
    drafts: Vec<Draft>,
) -> Vec<Finding> {
    if drafts
        .iter()
        .all(|draft| draft.finding.kind == Kind::Advice)
    {
        return drafts.into_iter().map(|draft| draft.finding).collect();
    }
    let graph = exploration.graph.as_ref();
    let mut maker = Maker {
        writer,
        reader,
        blanks: Blanks::of(writer, graph),
        plan: graph.filter(|_| exploration.fatal.is_none()).map(plan),
        is_readable: exploration.reasons.is_empty(),
        left: MAX_WITNESSES,
        weight_left: MAX_WEIGHT,
    };
    // In one piece: there may be ten thousands, and growing would hold them twice.
    let mut findings = Vec::with_capacity(drafts.len());
    findings.extend(drafts.into_iter().filter_map(|draft| maker.finish(draft)));
    findings
}

fn wants_witness(finding: &Finding) -> bool {
    matches!(finding.kind, Kind::Unreadable | Kind::Misread)
}

struct Maker<'a> {
    writer: &'a Schema,
    reader: &'a Schema,
    blanks: Blanks<'a>,
    /// `None` where reading fails before the first value.
    plan: Option<Plan>,
    is_readable: bool,
    left: usize,
    weight_left: usize,
}

impl Maker<'_> {
    /// Nothing if the finding is about values that do not exist.
    fn finish(&mut self, draft: Draft) -> Option<Finding> {
        let Draft {
            mut finding,
            hops,
            end,
            leaf,
        } = draft;
        let has_room = self.left > 0 && wants_witness(&finding);
        let datum = end
            .filter(|_| has_room)
            .map(|end| self.blanks.lead(&hops, end, &leaf));
        match (finding.kind, datum) {
            (Kind::Advice, _) => {}
            (Kind::Refused, _) => {
                if self.blanks.is_endless(self.writer.root()) {
                    finding.kind = Kind::Unreadable;
                    finding.no_witness = Some(NO_DATUM.to_owned());
                }
            }
            (_, Some(Err(Missing::Endless))) => {
                if self.is_readable {
                    return None;
                }
                finding.no_witness = Some(NO_DATUM.to_owned());
            }
            (_, Some(Err(Missing::TooLarge))) => {
                finding.no_witness =
                    Some("the smallest such datum is larger than 64 kB".to_owned());
            }
            // What nothing comes to is no finding.
            (Kind::Unreadable, None) if self.is_readable => return None,
            (_, None) if !has_room => finding.no_witness = Some(NO_ROOM.to_owned()),
            (_, None) => {
                finding.no_witness = Some("the schemas nest too deep to make one".to_owned());
            }
            (_, Some(Ok(datum))) => self.prove(&mut finding, &datum),
        }
        Some(finding)
    }

    /// Reads the datum, and keeps it if it shows what is claimed.
    fn prove(&mut self, finding: &mut Finding, datum: &Value) {
        let bytes = datum.to_bytes();
        let weight = bytes.len() + values(datum);
        if self.weight_left < weight {
            self.left = 0;
            finding.no_witness = Some(NO_ROOM.to_owned());
            return;
        }
        self.left -= 1;
        self.weight_left -= weight;
        let mut out = Vec::new();
        let read = self
            .plan
            .as_ref()
            .is_some_and(|plan| plan.transcode(&bytes, &mut out).is_ok());
        match (finding.kind, read) {
            (Kind::Unreadable, false) => {
                finding.witness = Some(self.witness(datum, &bytes, None));
            }
            (Kind::Unreadable, true) => {
                finding.kind = Kind::Refused;
                finding.no_witness = Some("the datum decodes all the same".to_owned());
            }
            (_, true) => match Value::decode(self.reader, &out) {
                Ok(value) => {
                    let reads_as = value_to_plain(self.reader, &value);
                    finding.witness = Some(self.witness(datum, &bytes, Some(reads_as)));
                }
                Err(error) => finding.no_witness = Some(error.to_string()),
            },
            (_, false) => {
                let reason = "no datum that gets there can be read: see the errors";
                finding.no_witness = Some(reason.to_owned());
            }
        }
    }

    fn witness(&self, datum: &Value, bytes: &[u8], reads_as: Option<serde_json::Value>) -> Witness {
        Witness {
            json: value_to_json(self.writer, datum),
            hex: hex(bytes),
            means: reads_as
                .is_some()
                .then(|| value_to_plain(self.writer, datum)),
            reads_as,
        }
    }
}

const NO_DATUM: &str = "the writer has no finite datum that gets there";

const NO_ROOM: &str = "other findings have taken up the room for witnesses";

/// Why there is no datum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Endless,
    TooLarge,
}

/// How many values a datum is made of.
fn values(datum: &Value) -> usize {
    1 + match datum {
        Value::Array(items) | Value::Record(items) => items.iter().map(values).sum(),
        Value::Map(entries) => entries.iter().map(|(_, value)| values(value)).sum(),
        Value::Union(_, value) => values(value),
        _ => 0,
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    bytes
        .iter()
        .flat_map(|byte| {
            [
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]
        })
        .collect()
}
