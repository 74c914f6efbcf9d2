//! Whom a finding hurts and whom it does not, each with the reason.

use herald_avro::compat::{self as avro, Kind};

use super::{
    finding::{Direction, Finding},
    paths,
    scene::{Reader, Scene},
};

/// Sorts the readers of the message that a finding about its payload is about.
pub(crate) fn of_schema(
    scene: &Scene<'_>,
    finding: Finding,
    judged: &avro::Finding,
    direction: Direction,
) -> Finding {
    let Some(event) = finding.event.clone() else {
        return finding;
    };
    let path = paths::plain(&judged.path);
    let readers = scene.readers(&event);
    let verdicts = readers.iter().map(|reader| {
        let verdict = match direction {
            Direction::Backward => verdict(reader.now, &path, judged, "its new code"),
            Direction::Forward => {
                // Without the catalog before, what is declared now stands for it.
                let reads = match scene.before() {
                    Some(_) => reader.before,
                    None => reader.now,
                };
                verdict(reads, &path, judged, "its deployed code")
            }
        };
        (reader.service, verdict)
    });
    finding.impact(verdicts.collect::<Vec<_>>())
}

fn verdict(
    reads: Option<&[String]>,
    path: &str,
    judged: &avro::Finding,
    code: &str,
) -> Result<String, String> {
    let Some(reads) = reads else {
        return Err(format!("{code} does not read the message"));
    };
    match judged.kind {
        Kind::Unreadable => Ok(format!(
            "{code} decodes the whole record before it looks at what it reads"
        )),
        Kind::Refused => Ok(format!(
            "{code} decodes it only by luck: the specification refuses it"
        )),
        Kind::Misread => concerned(reads, path, code),
        Kind::Advice => Err(match concerned(reads, path, code) {
            Err(reads_others) => reads_others,
            Ok(_) => format!("{code} decodes it as before"),
        }),
    }
}

/// Whether somebody with these `reads` looks at a path.
pub(crate) fn concerned(reads: &[String], path: &str, code: &str) -> Result<String, String> {
    if reads.is_empty() {
        return Ok(format!("{code} reads every field: it declares no `reads`"));
    }
    let read = reads.iter().find(|read| paths::concerns(read, path));
    match read {
        Some(read) => Ok(format!("{code} reads `{read}`")),
        None => Err(format!(
            "{code} reads {} only",
            reads
                .iter()
                .map(|r| format!("`{r}`"))
                .collect::<Vec<_>>()
                .join(", ")
        )),
    }
}

/// Every reader of a message that has code from before, hurt for one reason.
pub(crate) fn deployed<'a>(
    scene: &Scene<'a>,
    event: &str,
    why: &str,
) -> Vec<(&'a str, Result<String, String>)> {
    let readers = scene.readers(event);
    readers
        .iter()
        .map(|reader| (reader.service, still(reader, why)))
        .collect()
}

/// Every reader of a message, hurt for one reason.
pub(crate) fn all<'a>(
    scene: &Scene<'a>,
    event: &str,
    why: &str,
) -> Vec<(&'a str, Result<String, String>)> {
    let readers = scene.readers(event).into_iter();
    readers.map(|r| (r.service, Ok(why.to_owned()))).collect()
}

/// Readers of a message by whether they read a path.
pub(crate) fn readers_of<'a>(
    scene: &Scene<'a>,
    event: &str,
    path: &str,
) -> Vec<(&'a str, Result<String, String>)> {
    let readers = scene.readers(event).into_iter();
    let verdict = |reader: Reader<'a>| {
        let reads = reader.now.or(reader.before).unwrap_or_default();
        (reader.service, concerned(reads, path, "it"))
    };
    readers.map(verdict).collect()
}

/// The other readers of a message, not hurt for one reason.
pub(crate) fn others<'a>(
    scene: &Scene<'a>,
    event: &str,
    service: &str,
    why: &str,
) -> Vec<(&'a str, Result<String, String>)> {
    let readers = scene.readers(event).into_iter();
    let others = readers.filter(|r| r.service != service);
    others.map(|r| (r.service, Err(why.to_owned()))).collect()
}

fn still(reader: &Reader<'_>, why: &str) -> Result<String, String> {
    match reader.before {
        Some(_) => Ok(why.to_owned()),
        None => Err("it begins to read the message with this change".to_owned()),
    }
}
