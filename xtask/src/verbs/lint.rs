//! `cargo xtask lint`: what is suspicious about a catalog.

use herald_codegen::model::Settings;

use crate::{catalog::CatalogArgs, exit::Exit};

/// Arguments of `lint`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    catalog: CatalogArgs,
}

/// Reports; ends 1 when there is something to report.
pub(crate) fn run(args: &Args) -> Exit {
    let settings = Settings {
        today: Some(jiff::Timestamp::now().strftime("%F").to_string()),
        missing_refs: args.catalog.missing_refs(),
        ..Settings::default()
    };
    match herald_codegen::load(&args.catalog.folder(), settings) {
        Ok(loaded) if loaded.report.is_empty() => Exit::Done,
        Ok(loaded) => {
            args.catalog.print(&loaded.report);
            Exit::Findings
        }
        Err(failure) => args.catalog.fail(&failure),
    }
}
