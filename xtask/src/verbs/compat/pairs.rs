//! `cargo xtask compat --pairs FILE`: a line of JSON for each pair of schemas.

use std::{fs, io, path::Path};

use herald_avro::pairs;
use rayon::prelude::*;

use crate::exit::Exit;

/// Lines judged at once, so that output begins before the last one is read.
const CHUNK: usize = 256;

/// Judges every pair, on all processors, and prints in the order of the file.
pub(super) fn run(path: &Path) -> Exit {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return Exit::failed(&format!("{}: {error}", path.display())),
    };
    match judge(&text, &mut io::stdout().lock()) {
        Ok(exit) => exit,
        // The reader has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => Exit::failed(&error),
    }
}

fn judge(text: &str, out: &mut impl io::Write) -> io::Result<Exit> {
    let lines: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .collect();
    let mut exit = Exit::Done;
    for chunk in lines.chunks(CHUNK) {
        let judged: Vec<_> = chunk
            .par_iter()
            .map(|(at, line)| (at, pairs::judge(line)))
            .collect();
        for (at, answer) in judged {
            match answer {
                Ok(line) => writeln!(out, "{line}")?,
                Err(error) => exit = Exit::failed(&format!("line {}: {error}", at + 1)),
            }
        }
    }
    out.flush()?;
    Ok(exit)
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::exit::Exit;

    #[test]
    fn answers_come_in_the_order_of_the_file() {
        let line = |id: usize| {
            format!(r#"{{"id":"{id}","old":"int","new":"long","samples":[{{"hex":"02"}}]}}"#)
        };
        let text: String = (0..600).map(|id| line(id) + "\n").collect();
        let mut out = Vec::new();
        assert_eq!(judge(&text, &mut out).unwrap(), Exit::Done);
        let ids: Vec<String> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|l| {
                serde_json::from_str::<serde_json::Value>(l).unwrap()["id"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(ids, (0..600).map(|id| id.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_that_is_no_pair_fails_and_the_others_are_judged() {
        let mut out = Vec::new();
        let text = "{}\n{\"id\":1,\"old\":\"int\",\"new\":\"int\",\"samples\":[]}\n";
        assert_eq!(judge(text, &mut out).unwrap(), Exit::Failed);
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 1);
    }
}
