//! The command line of the repository: `cargo xtask <verb>`.
//!
//! One file a verb: it parses arguments, calls one function, prints, and says the exit code.
//! Results go to stdout, diagnostics to stderr.

mod catalog;
mod child;
mod exit;
mod git;
mod verbs;

use clap::Parser;
use exit::Exit;

/// Herald: one catalog, every side of every event.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    verb: verbs::Verb,
}

fn main() -> std::process::ExitCode {
    let exit = match Cli::try_parse() {
        Ok(cli) => cli.verb.run(),
        Err(error) => {
            // Help and version are results; anything else is wrong use.
            let wrong = error.use_stderr();
            if error.print().is_err() || wrong {
                Exit::Failed
            } else {
                Exit::Done
            }
        }
    };
    exit.into()
}
