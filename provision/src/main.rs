//! `provision plan | apply`: prints what differs, and removes it.
//!
//! Exit 0: nothing to do, or all done; 1: differences are there, or left; 2: it failed.

mod args;

use std::{fs, io::Write, process::ExitCode};

use clap::Parser;
use herald_codegen::{Failure, diagnostic::Color};
use provision::{
    Error, Plan,
    desired::Desired,
    registry::{Registry, export},
};

use args::{Cli, Export, Format, Options, Verb};

fn main() -> ExitCode {
    let cli = Cli::parse();
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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| vec![error.to_string()])?;
    match verb {
        Verb::Export(options) => runtime.block_on(write(options)),
        Verb::Plan(options) => runtime.block_on(plan(options, None)),
        Verb::Apply {
            options,
            destructive,
        } => runtime.block_on(plan(options, Some(destructive))),
    }
}

/// The plan, and what comes of it where it is applied.
async fn plan(options: &Options, apply: Option<&Vec<String>>) -> Result<ExitCode, Vec<String>> {
    let desired = desired(options)?;
    let servers = options
        .servers(&desired)
        .map_err(|errors| unnamed(&errors))?;
    let plan = Plan::new(&desired, &servers)
        .await
        .map_err(|errors| words(&errors))?;
    print(options, &plan);
    let Some(destructive) = apply else {
        let differs = u8::from(!plan.is_empty());
        return Ok(ExitCode::from(differs));
    };
    let names = destructive.iter().cloned().collect();
    let applied = plan.apply(&desired, &servers, &names).await;
    eprintln!("{} done, {} left", applied.done, applied.left);
    match (applied.errors.as_slice(), applied.left) {
        ([], 0) => Ok(ExitCode::SUCCESS),
        ([], _) => Ok(ExitCode::from(1)),
        (errors, _) => Err(words(errors)),
    }
}

/// What is wrong with the addresses, and how those of this machine's servers are named.
fn unnamed(errors: &[Error]) -> Vec<String> {
    let mut words = words(errors);
    let is_missing = |error: &Error| matches!(error, Error::NoAddress { .. });
    if errors.iter().any(is_missing)
        && let Some(last) = words.last_mut()
    {
        last.push_str(
            "\n  = help: `eval \"$(cargo xtask status --export)\"` names those that `cargo xtask up` started",
        );
    }
    words
}

/// The registry's schemas as files.
async fn write(options: &Export) -> Result<ExitCode, Vec<String>> {
    let registry = Registry::new(&options.settings()).map_err(|error| words(&[error]))?;
    let subjects = registry.all().await.map_err(|error| words(&[error]))?;
    for (path, text) in export::files(&subjects) {
        let path = options.out.join(path);
        let folder = path.parent().unwrap_or(&options.out);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
        written.map_err(|error| vec![format!("{}: {error}", path.display())])?;
    }
    Ok(ExitCode::SUCCESS)
}

fn desired(options: &Options) -> Result<Desired, Vec<String>> {
    let loaded = herald_codegen::load(&options.catalog(), args::settings());
    let loaded = loaded.map_err(|failure| match failure {
        Failure::Catalog(report) => vec![report.text(Color::No)],
        other => vec![other.to_string()],
    })?;
    Desired::new(&loaded.model, &options.env).map_err(|error| vec![error.to_string()])
}

fn words(errors: &[Error]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

/// The plan on stdout, remarks on stderr.
fn print(options: &Options, plan: &Plan) {
    let text = match options.format {
        Format::Json => plan.json_lines(),
        Format::Text => plan.text(),
    };
    // A reader that went away wants no more lines.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    if options.format == Format::Text && plan.is_empty() {
        eprintln!("everything is as declared");
    }
    for remark in &plan.remarks {
        eprintln!("note: {remark}");
    }
}
