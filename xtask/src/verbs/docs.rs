//! `cargo xtask docs`: the documentation site.

mod serve;

use std::path::PathBuf;

use herald_codegen::{
    Failure, Report,
    files::Files,
    model::Settings,
    persist,
    site::{self, Input},
};

use super::{changelog, r#gen::summary};
use crate::{
    catalog::{CatalogArgs, Format, root},
    exit::Exit,
};

/// Arguments of `docs`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    catalog: CatalogArgs,
    /// Folder of the site [default: the repository's `target/site`].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Tells what changed since this revision [default: the last tag, where there is one].
    #[arg(long, value_name = "REVISION")]
    since: Option<String>,
    /// Serves the site on this machine instead of writing it, and loads pages anew when the catalog
    /// changes.
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "8099")]
    serve: Option<u16>,
}

/// Writes or serves the site.
pub(crate) fn run(args: &Args) -> Exit {
    let changelog = match changelog::for_docs(&args.catalog.folder(), args.since.as_deref()) {
        Ok(changelog) => changelog,
        Err(exit) => return exit,
    };
    if let Some(port) = args.serve {
        return serve::serve(port, &args.catalog, changelog.as_deref());
    }
    write(args, changelog.as_deref()).unwrap_or_else(|failure| args.catalog.fail(&failure))
}

fn write(args: &Args, changelog: Option<&str>) -> Result<Exit, Failure> {
    let (files, report) = files(&args.catalog, changelog)?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| root().join("target/site"));
    let changes = persist::persist_as(&persist::SITE, &files, &out)?;
    args.catalog.print(&report);
    if args.catalog.format == Format::Text {
        println!("{}", summary(&changes));
        println!("open {}", out.join("index.html").display());
    }
    Ok(Exit::Done)
}

/// Every file of the site of a catalog.
fn files(catalog: &CatalogArgs, changelog: Option<&str>) -> Result<(Files, Report), Failure> {
    let settings = Settings {
        missing_refs: catalog.missing_refs(),
        ..Settings::default()
    };
    let loaded = herald_codegen::load(&catalog.folder(), settings)?;
    let files = site::build(&Input {
        model: &loaded.model,
        changelog,
    })?;
    Ok((files, loaded.report))
}
