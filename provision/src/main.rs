//! `provision plan | apply`: prints what differs, and removes it.
//!
//! Exit 0: nothing to do, or all done; 1: differences are there, or left; 2: it failed.

mod args;

use std::{io::Write, process::ExitCode};

use clap::Parser;
use herald_codegen::{Failure, diagnostic::Color};
use provision::{Plan, Servers, desired::Desired};

use args::{Cli, Format, Options, Verb};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let wrong = error.use_stderr();
            return if error.print().is_err() || wrong {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match run(&cli.verb) {
        Ok(code) => code,
        Err(errors) => {
            for error in errors {
                eprintln!("error: {error}");
            }
            ExitCode::from(2)
        }
    }
}

fn run(verb: &Verb) -> Result<ExitCode, Vec<String>> {
    let options = verb.options();
    let desired = desired(options)?;
    let servers = options.servers(&desired).map_err(|errors| words(&errors))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| vec![error.to_string()])?;
    runtime.block_on(async {
        let plan = Plan::new(&desired, &servers)
            .await
            .map_err(|errors| words(&errors))?;
        print(options, &plan, &desired, &servers);
        match verb {
            Verb::Plan(_) if plan.is_empty() => Ok(ExitCode::SUCCESS),
            Verb::Plan(_) => Ok(ExitCode::from(1)),
            Verb::Apply { destructive, .. } => {
                let names = destructive.iter().cloned().collect();
                let applied = plan.apply(&desired, &servers, &names).await;
                eprintln!("{} done, {} left", applied.done, applied.left);
                match (applied.errors.as_slice(), applied.left) {
                    ([], 0) => Ok(ExitCode::SUCCESS),
                    ([], _) => Ok(ExitCode::from(1)),
                    (errors, _) => Err(words(errors)),
                }
            }
        }
    })
}

fn desired(options: &Options) -> Result<Desired, Vec<String>> {
    let loaded = herald_codegen::load(&options.catalog(), args::settings());
    let loaded = loaded.map_err(|failure| match failure {
        Failure::Catalog(report) => vec![report.text(Color::No)],
        other => vec![other.to_string()],
    })?;
    Desired::new(&loaded.model, &options.env).map_err(|error| vec![error.to_string()])
}

fn words(errors: &[provision::Error]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

/// The plan on stdout, remarks on stderr.
fn print(options: &Options, plan: &Plan, desired: &Desired, servers: &Servers) {
    let text = match options.format {
        Format::Json => plan.json_lines(),
        Format::Text => plan.text(),
    };
    // A reader that went away wants no more lines.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    if options.format == Format::Text && plan.is_empty() {
        eprintln!("everything is as declared");
    }
    let acls: Vec<String> = desired
        .access
        .iter()
        .flat_map(provision::desired::Access::kafka_acls)
        .collect();
    if servers.kafka.is_some() && !acls.is_empty() {
        eprintln!(
            "Kafka's ACLs are neither compared nor set: its client library has no call for them."
        );
        eprintln!("What the catalog declares, for `kafka-acls --add`:");
        for acl in acls {
            eprintln!("  {acl}");
        }
    }
}
