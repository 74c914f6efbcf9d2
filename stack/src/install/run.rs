//! A command with its output in a log and its last line shown to the person who waits.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, PipeReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::report::Reporter;
use crate::{Error, home};

const TAIL_LINES: usize = 15;

/// Runs to the end; an error holds the last lines of the output.
pub(crate) fn run(
    what: &str,
    mut command: Command,
    log: &Path,
    who: &str,
    report: &dyn Reporter,
) -> Result<(), Error> {
    if let Some(parent) = log.parent() {
        home::create_dir(parent)?;
    }
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |source| Error::Spawn { program, source };
    let (reader, writer) = io::pipe().map_err(Error::io("open a pipe for", log))?;
    let second = writer
        .try_clone()
        .map_err(Error::io("open a pipe for", log))?;
    let spawned = command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(second)
        .spawn();
    // The command holds the writing ends; while it does, the reader sees no end.
    drop(command);
    let mut child = match spawned {
        Ok(child) => child,
        Err(source) => return Err(failed(source)),
    };
    copy(reader, log, |line| {
        report.busy(who, &format!("{what}: {line}"));
    })?;
    let status = child.wait().map_err(failed)?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Command {
        what: what.to_owned(),
        status: status.to_string(),
        log: log.to_owned(),
        tail: tail(log),
    })
}

/// Every line to the log and to `show`, until the writers are gone.
fn copy(reader: PipeReader, log: &Path, show: impl Fn(&str)) -> Result<(), Error> {
    let mut file = File::create(log).map_err(Error::io("create", log))?;
    for line in BufReader::new(reader).split(b'\n') {
        let mut line = line.map_err(Error::io("read the output for", log))?;
        show(String::from_utf8_lossy(&line).trim());
        line.push(b'\n');
        file.write_all(&line).map_err(Error::io("write", log))?;
    }
    Ok(())
}

/// The last lines of a log.
pub(crate) fn tail(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.lines().collect();
    let from = lines.len().saturating_sub(TAIL_LINES);
    lines[from..]
        .iter()
        .map(|line| format!("    {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);

    impl Reporter for Heard {
        fn line(&self, _: &str, _: &str) {}
        fn busy(&self, _: &str, text: &str) {
            self.0.lock().unwrap().push(text.to_owned());
        }
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_goes_to_the_log_and_to_the_reporter_and_failure_shows_its_end() {
        let log =
            std::env::temp_dir().join(format!("herald-stack-run-{}/x.log", std::process::id()));
        let heard = Heard::default();
        run("say", shell("echo one; echo two >&2"), &log, "me", &heard).unwrap();
        assert_eq!(*heard.0.lock().unwrap(), ["say: one", "say: two"]);
        let error = run("fail", shell("seq 100; exit 3"), &log, "me", &heard)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("exit status: 3") && error.contains("    100"),
            "{error}"
        );
        assert!(!error.contains("    85\n"), "only the last lines: {error}");
        let error = run("miss", Command::new("/no/such"), &log, "me", &heard).unwrap_err();
        assert!(matches!(error, Error::Spawn { .. }));
        fs::remove_dir_all(log.parent().unwrap()).unwrap();
    }
}
