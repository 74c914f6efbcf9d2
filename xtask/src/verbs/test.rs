//! `cargo xtask test`: every test of the repository, step by step.

use std::time::Instant;

use crate::exit::Exit;

mod browser;
mod steps;

use steps::{STEPS, Step};

/// Arguments of `test`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs only the steps whose name contains this.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Leaves the steps out that install, start and stop the real servers.
    #[arg(long)]
    no_servers: bool,
}

/// How a step went.
pub(crate) enum Outcome {
    /// Everything it looks at holds.
    Passed,
    /// Something does not.
    Failed(Exit),
    /// This machine cannot run it, for this reason.
    NotRun(&'static str),
}

impl From<Exit> for Outcome {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::Passed,
            _ => Self::Failed(exit),
        }
    }
}

/// Runs the steps and says how each went; the rest still runs when one fails.
pub(crate) fn run(args: &Args) -> Exit {
    let wanted = |step: &&Step| {
        args.only
            .as_ref()
            .is_none_or(|only| step.name.contains(only.as_str()))
    };
    let (mut lines, mut passed, mut failed) = (Vec::new(), 0, 0);
    let mut worst = Exit::Done;
    for step in STEPS.iter().filter(wanted) {
        eprintln!("\n== {}", step.name);
        let start = Instant::now();
        let outcome = if step.servers && args.no_servers {
            Outcome::NotRun("it starts real servers")
        } else {
            (step.run)()
        };
        let word = match outcome {
            Outcome::Passed => {
                passed += 1;
                "passed".to_owned()
            }
            Outcome::Failed(exit) => {
                failed += 1;
                worst = exit;
                "FAILED".to_owned()
            }
            Outcome::NotRun(why) => format!("NOT RUN: {why}"),
        };
        let seconds = start.elapsed().as_secs_f64();
        lines.push(format!("{seconds:>7.1} s  {}: {word}", step.name));
    }
    println!("\n{}\n{passed} passed, {failed} failed", lines.join("\n"));
    if passed + failed == 0 {
        return Exit::failed(&"no step of that name; see `cargo xtask test --help`");
    }
    worst
}

/// Runs parts of a step until one fails.
fn all(parts: &[&dyn Fn() -> Exit]) -> Outcome {
    let failed = parts
        .iter()
        .map(|part| part())
        .find(|exit| *exit != Exit::Done);
    failed.unwrap_or(Exit::Done).into()
}
