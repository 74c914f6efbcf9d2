//! `cargo xtask test`: every test of the repository, step by step.

use std::time::Instant;

use crate::{child, exit::Exit};

/// Arguments of `test`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs only the steps whose name contains this.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// One step: its name and what cargo is asked to do.
struct Step {
    name: &'static str,
    cargo: &'static [&'static str],
}

/// All steps, in the order in which a failure is most telling.
const STEPS: &[Step] = &[
    Step {
        name: "unit and integration tests",
        cargo: &["test", "--quiet", "--workspace"],
    },
    Step {
        name: "generated files are current",
        cargo: &["xtask", "gen", "--check"],
    },
];

/// Runs the steps; stops at the first that fails.
pub(crate) fn run(args: &Args) -> Exit {
    let wanted = |step: &&Step| {
        args.only
            .as_ref()
            .is_none_or(|only| step.name.contains(only.as_str()))
    };
    for step in STEPS.iter().filter(wanted) {
        let start = Instant::now();
        eprintln!("== {}", step.name);
        let exit = child::cargo(step.cargo, &[]);
        if exit != Exit::Done {
            eprintln!("== {}: failed", step.name);
            return exit;
        }
        eprintln!("== {}: {:.1} s", step.name, start.elapsed().as_secs_f64());
    }
    Exit::Done
}
