//! `cargo xtask changelog [FROM [TO]]`: what changed for readers of events, in Markdown.

use std::path::{Path, PathBuf};

use herald_codegen::{
    Failure,
    compat::{Side, changelog},
    read,
};

use crate::{catalog, exit::Exit, git};

/// Arguments of `changelog`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Revision to begin at [default: the last tag, or the first commit with a catalog].
    from: Option<String>,
    /// Revision to end at [default: the catalog as it lies there].
    to: Option<String>,
    /// Folder of the catalog [default: the repository's `catalog`].
    #[arg(long, value_name = "DIR")]
    catalog: Option<PathBuf>,
}

/// Prints Markdown.
pub(crate) fn run(args: &Args) -> Exit {
    changelog(args).map_or_else(
        |exit| exit,
        |text| {
            print!("{text}");
            Exit::Done
        },
    )
}

fn changelog(args: &Args) -> Result<String, Exit> {
    let folder = args.catalog.clone();
    let folder = folder.unwrap_or_else(|| catalog::root().join("catalog"));
    let from = match &args.from {
        Some(rev) => rev.clone(),
        None => git::last_tag(&folder).map_err(|error| Exit::failed(&error))?,
    };
    let before = at(&folder, &from)?;
    let (now, to) = match &args.to {
        Some(rev) => (at(&folder, rev)?, rev.as_str()),
        None => (side(read::read(&folder))?, "now"),
    };
    Ok(changelog::markdown(&before, &now, &from, to))
}

/// The changelog for the documentation site: since a revision that was asked for, or since the last
/// tag where the catalog lies in a repository that has one.
pub(super) fn for_docs(folder: &Path, since: Option<&str>) -> Result<Option<String>, Exit> {
    let from = match since {
        Some(rev) => rev.to_owned(),
        None => match git::latest_tag(folder) {
            Some(tag) => tag,
            None => return Ok(None),
        },
    };
    let before = at(folder, &from)?;
    // What is wrong with the catalog now is said where it is read for the pages.
    let (sources, unread) = read::read(folder);
    let now = Side::new(sources, unread).ok();
    Ok(now.map(|now| changelog::markdown(&before, &now, &from, "now")))
}

fn at(folder: &Path, rev: &str) -> Result<Side, Exit> {
    let files = git::files(folder, rev, read::is_read).map_err(|error| Exit::failed(&error))?;
    if files.is_empty() {
        return Err(Exit::failed(&format!("{rev} has no catalog there")));
    }
    side(read::from_bytes(files))
}

type Read = (
    herald_codegen::source::Sources,
    Vec<herald_codegen::diagnostic::Diagnostic>,
);

fn side((sources, unread): Read) -> Result<Side, Exit> {
    Side::new(sources, unread).map_err(|failure| match failure {
        Failure::Catalog(report) => {
            super::compat::diagnostics(&report);
            Exit::Failed
        }
        other => Exit::failed(&other),
    })
}
