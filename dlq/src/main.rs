//! `dlq list | show | redrive | discard`.
//!
//! Exit 0: done; 1: letters that were asked for are not there, or were refused; 2: it failed.

mod args;
mod verbs;

use std::process::ExitCode;

use clap::Parser;

use args::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let ended = runtime
        .map_err(|error| vec![error.to_string()])
        .and_then(|runtime| runtime.block_on(verbs::run(&cli.verb)));
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(errors) => {
            for error in errors {
                eprintln!("error: {error}");
            }
            ExitCode::from(2)
        }
    }
}
