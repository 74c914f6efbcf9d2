//! The peer of the embedded engine of streams: the same count on Kafka's `TopologyTestDriver`, in a
//! loop inside Java, so that its start is not measured.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use crate::process;

/// What one round came to.
pub(crate) struct Round {
    /// Records a second.
    pub(crate) rate: f64,
    /// Records in windows that closed.
    pub(crate) counted: i64,
}

/// Builds the peer and lets it count records of these keys and times, several rounds in one process.
///
/// # Errors
/// Where Java or Maven is missing, or the peer fails.
pub(crate) fn run(
    project: &Path,
    work: &Path,
    records: impl Iterator<Item = (i16, i64)>,
    rounds: u32,
) -> Result<Vec<Round>, Box<dyn Error>> {
    let folder = work.join("java-streams");
    process::run(
        Command::new("mvn")
            .args(["-q", "-B", "-f"])
            .arg(project.join("pom.xml"))
            .arg(format!("-Dbuild.folder={}", folder.display()))
            .arg("package"),
    )
    .map_err(|error| format!("the peer wants a JDK and Maven: {error}"))?;
    let input = folder.join("records.bin");
    write(&input, records)?;
    let class_path = format!("{0}/classes:{0}/lib/*", folder.display());
    let output = Command::new("java")
        .args(["-cp", &class_path, "herald.bench.TumblingCount"])
        .arg(&input)
        .arg(rounds.to_string())
        .output()?;
    fs::remove_file(&input)?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let text = String::from_utf8(output.stdout)?;
    text.lines().map(round).collect()
}

fn write(path: &Path, records: impl Iterator<Item = (i16, i64)>) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for (key, time) in records {
        file.write_all(&key.to_be_bytes())?;
        file.write_all(&time.to_be_bytes())?;
    }
    file.flush()
}

fn round(line: &str) -> Result<Round, Box<dyn Error>> {
    let (rate, counted) = line.split_once(' ').ok_or_else(|| line.to_owned())?;
    Ok(Round {
        rate: rate.parse()?,
        counted: counted.parse()?,
    })
}
