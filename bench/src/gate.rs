//! The compatibility gate on 1,000 events with 10 released versions each, one of them changed.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::catalog::{self, Size};
use crate::process;

/// Best of this many runs: the machine is shared.
const RUNS: usize = 5;
/// Released versions of each event.
const VERSIONS: usize = 10;
/// Longest that a pull request may wait, in seconds.
const BOUND: f64 = 0.5;

const SIZE: Size = Size {
    events: 1_000,
    services: 100,
};

/// Measures and prints; true when the bound is met.
pub(crate) fn run(xtask: &Path, work: &Path) -> Result<bool, Box<dyn Error>> {
    let folder = work.join("gate");
    // What an earlier run left would count as released.
    let _ = fs::remove_dir_all(&folder);
    for version in 1..=VERSIONS {
        write(&folder, version)?;
        let mut release = Command::new(xtask);
        release.arg("release").arg("--catalog").arg(&folder);
        process::run(release.stderr(Stdio::null()))?;
    }
    // One event of one file goes on.
    let file = folder.join("domain0/events.yaml");
    let text = fs::read_to_string(&file)?;
    let next = fields(VERSIONS + 1);
    let text =
        text.replacen(&at(VERSIONS), &at(VERSIONS + 1), 1)
            .replacen(&fields(VERSIONS), &next, 1);
    fs::write(&file, text)?;
    let mut best = f64::MAX;
    for _ in 0..RUNS {
        let mut compat = Command::new(xtask);
        compat.arg("compat").arg("--catalog").arg(&folder);
        best = best.min(process::run(&mut compat)?.wall.as_secs_f64());
    }
    let met = best <= BOUND;
    println!(
        "\ncompat, {} events of {VERSIONS} released versions, one changed, best of {RUNS}\n{:<44} {best:>9.2} s    at most {BOUND:>6.1}  {}",
        SIZE.events,
        "the whole program",
        if met { "met" } else { "MISSED" }
    );
    Ok(met)
}

/// The catalog with every event at a version, each of which added a field.
fn write(folder: &Path, version: usize) -> Result<(), Box<dyn Error>> {
    catalog::write(folder, SIZE)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path().join("events.yaml");
        if path.is_file() {
            let text = fs::read_to_string(&path)?;
            let text = text.replace(&at(1), &at(version));
            fs::write(
                &path,
                text.replace("  note: ", &format!("{}  note: ", fields(version))),
            )?;
        }
    }
    Ok(())
}

fn at(version: usize) -> String {
    format!("version: {version}\n")
}

/// The fields that versions up to this one added.
fn fields(version: usize) -> String {
    let field =
        |v: usize| format!("  extra{v}: {{ type: \"string?\", added: {v}, doc: One more. }}\n");
    (2..=version).map(field).collect()
}
