//! Two schema files against each other, without a catalog around them.

use herald_avro::{
    compat::{self as avro, judge},
    schema::{Schema, SchemaError, parse},
};

use super::{
    Finding, Outcome, Rollout, advice,
    finding::{Direction, Target, When},
    history::directions,
    place, schemas,
};
use crate::{model::Compatibility, source::Sources};

/// A schema file.
#[derive(Debug, Clone, Copy)]
pub struct SchemaFile<'a> {
    /// Path, as shown.
    pub path: &'a str,
    /// Contents.
    pub text: &'a str,
}

/// Why two files could not be compared.
#[derive(Debug, thiserror::Error)]
#[error("{path} is not an Avro schema: {}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct NoSchema {
    /// File.
    pub path: String,
    /// Everything that is wrong with it.
    pub errors: Vec<SchemaError>,
}

/// Compares two files in a mode; the texts of the new and of the old come with it, for excerpts.
///
/// # Errors
/// [`NoSchema`] for a file that holds none.
pub fn compare(
    old: SchemaFile<'_>,
    new: SchemaFile<'_>,
    mode: Compatibility,
) -> Result<(Outcome, Sources, Sources), NoSchema> {
    let (writer, reader) = (schema(old)?, schema(new)?);
    let mut findings = Vec::new();
    for &direction in directions(mode) {
        let judged = match direction {
            Direction::Backward => judge(&writer, &reader).findings,
            Direction::Forward => {
                let mut findings = judge(&reader, &writer).findings;
                findings.retain(|f| !f.rule.is_about_the_edit());
                findings
            }
        };
        findings.extend(judged.into_iter().map(|f| finding(f, direction, old, new)));
    }
    let source = |file: SchemaFile<'_>| Sources::outside([(file.path, file.text)]);
    let (now, before) = (source(new), source(old));
    let mut finder = place::Finder::new(&now, Some(&before));
    for finding in &mut findings {
        finding.marks.iter_mut().for_each(|mark| finder.find(mark));
    }
    findings.sort_by(|a, b| (a.severity, &a.path, &a.code).cmp(&(b.severity, &b.path, &b.code)));
    let outcome = Outcome {
        findings,
        rollout: Rollout::default(),
        waived: 0,
        messages: 1,
    };
    Ok((outcome, now, before))
}

fn schema(file: SchemaFile<'_>) -> Result<Schema, NoSchema> {
    parse(file.text).map_err(|errors| NoSchema {
        path: file.path.to_owned(),
        errors,
    })
}

fn finding(
    judged: avro::Finding,
    direction: Direction,
    old: SchemaFile<'_>,
    new: SchemaFile<'_>,
) -> Finding {
    let (now, before) = ((When::Now, new), (When::Before, old));
    let (words, reader, writer) = match direction {
        Direction::Backward => ("new reads old", now, before),
        Direction::Forward => ("old reads new", before, now),
    };
    let mut out = Finding::new(format!("{words}: {}", judged.message));
    out.severity = judged.severity;
    judged.rule.code().clone_into(&mut out.code);
    out.rule = judged.rule.name();
    out.path.clone_from(&judged.path);
    let field = judged.field.as_ref();
    let record = field.map_or("", |f| f.record.as_str());
    let sides = [
        (
            reader,
            field.and_then(|f| f.reader_field.as_deref()),
            &judged.reader,
        ),
        (
            writer,
            field.and_then(|f| f.writer_field.as_deref()),
            &judged.writer,
        ),
    ];
    for ((when, file), name, words) in sides {
        let json = serde_json::from_str(file.text).unwrap_or_default();
        let target = Target::Json {
            file: file.path.to_owned(),
            pointer: place::pointer(&json, record, name),
        };
        out = out.mark(when, target, words.as_deref().unwrap_or(schemas::NO_SUCH));
    }
    out.marks.sort_by_key(|m| m.when);
    out.help
        .extend(advice::of(judged.rule, direction).map(str::to_owned));
    out.proof = Some(schemas::proof(judged, direction, Vec::new()));
    out
}
