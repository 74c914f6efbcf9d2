//! `cargo xtask gen`: from the catalog to everything generated.

use herald_codegen::{
    Built, Failure,
    persist::{self, Changes},
};

use crate::{
    catalog::{CatalogArgs, Format, OutArgs},
    exit::Exit,
};

/// Lines of a diff that `--check` shows.
const DIFF_LINES: usize = 60;

/// Arguments of `gen`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    catalog: CatalogArgs,
    #[command(flatten)]
    out: OutArgs,
    /// Writes nothing; ends 1 and shows what differs when the output is stale.
    #[arg(long)]
    check: bool,
}

/// Generates, or checks that nothing would change.
pub(crate) fn run(args: &Args) -> Exit {
    let done = if args.check { check(args) } else { write(args) };
    done.unwrap_or_else(|failure| args.catalog.fail(&failure))
}

fn write(args: &Args) -> Result<Exit, Failure> {
    let out = args.out.folder();
    let (changes, report) = herald_codegen::generate(
        &args.catalog.folder(),
        &out,
        args.out.settings(&args.catalog),
    )?;
    args.catalog.print(&report);
    if args.catalog.format == Format::Text {
        println!("{}", summary(&changes));
    }
    Ok(Exit::Done)
}

fn check(args: &Args) -> Result<Exit, Failure> {
    let out = args.out.folder();
    let Built { files, report } =
        herald_codegen::build(&args.catalog.folder(), args.out.settings(&args.catalog))?;
    let changes = persist::compare(&files, &out)?;
    args.catalog.print(&report);
    if changes.is_empty() {
        return Ok(Exit::Done);
    }
    print!("{}", persist::diff(&files, &out, &changes, DIFF_LINES));
    eprintln!(
        "the generated files are stale ({}); run `cargo xtask gen`",
        summary(&changes)
    );
    Ok(Exit::Findings)
}

/// What became of the files, in a line.
pub(super) fn summary(changes: &Changes) -> String {
    let Changes {
        added,
        changed,
        removed,
        unchanged,
    } = changes;
    format!(
        "{} added, {} changed, {} removed, {unchanged} unchanged",
        added.len(),
        changed.len(),
        removed.len()
    )
}
