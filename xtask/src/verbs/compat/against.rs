//! What the catalog is compared with, read from where it lies.

use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};

use herald_codegen::{
    compat::{Past, Side, Versions},
    read,
    source::Sources,
};

use super::failed;
use crate::{child, exit::Exit, git};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Against {
    /// The catalog's own frozen versions.
    Released,
    /// The catalog at a revision of its repository.
    Git(String),
    /// The versions in a schema registry.
    Registry(String),
    /// Another catalog.
    Folder(PathBuf),
}

impl Against {
    /// Words for it.
    pub(super) fn words(&self) -> String {
        match self {
            Against::Released => "the released versions".to_owned(),
            Against::Git(rev) => format!("git:{rev}"),
            Against::Folder(folder) => folder.display().to_string(),
            Against::Registry(_) => "the registry".to_owned(),
        }
    }
}

impl FromStr for Against {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "released" => Ok(Against::Released),
            Some(("git", "")) => Err("name a revision, such as git:main".to_owned()),
            Some(("git", rev)) => Ok(Against::Git(rev.to_owned())),
            Some(("registry", url)) if url.starts_with("http") => {
                Ok(Against::Registry(url.to_owned()))
            }
            Some(("registry", _)) => {
                Err("name a URL, such as registry:http://127.0.0.1:8081".to_owned())
            }
            _ => Ok(Against::Folder(PathBuf::from(text))),
        }
    }
}

/// What was read.
pub(super) enum Before {
    /// The catalog's own frozen versions.
    Frozen,
    /// Another catalog.
    Catalog(Box<Side>),
    /// Versions alone.
    Versions(Versions),
}

impl Before {
    /// Reads it; `catalog` is the folder of the catalog that is judged.
    pub(super) fn read(against: &Against, catalog: &Path) -> Result<Self, Exit> {
        match against {
            Against::Released => Ok(Before::Frozen),
            Against::Git(rev) => at_revision(catalog, rev),
            Against::Folder(folder) => {
                let (sources, unread) = read::read(folder);
                side(Side::new(sources, unread))
            }
            Against::Registry(url) => registry(url),
        }
    }

    /// For the gate.
    pub(super) fn past(&self) -> Past<'_> {
        match self {
            Before::Frozen => Past::Frozen,
            Before::Catalog(side) => Past::Catalog(side),
            Before::Versions(versions) => Past::Versions(versions),
        }
    }

    /// Texts for excerpts, where they are others than the catalog's.
    pub(super) fn sources(&self) -> Option<&Sources> {
        match self {
            Before::Frozen => None,
            Before::Catalog(side) => Some(&side.sources),
            Before::Versions(versions) => Some(versions.sources()),
        }
    }
}

/// What it is compared with could not be read: that is no finding about the catalog.
fn side(read: Result<Side, herald_codegen::Failure>) -> Result<Before, Exit> {
    read.map(|side| Before::Catalog(Box::new(side)))
        .map_err(|failure| {
            failed(&failure);
            Exit::failed(&"what the catalog is compared with cannot be read")
        })
}

fn at_revision(catalog: &Path, rev: &str) -> Result<Before, Exit> {
    let files = git::files(catalog, rev, read::is_read).map_err(|error| Exit::failed(&error))?;
    if files.is_empty() {
        eprintln!("{rev} has no catalog there: everything is new");
        let none = Versions::new([]).map_err(|failure| failed(&failure))?;
        return Ok(Before::Versions(none));
    }
    let (sources, unread) = read::from_bytes(files);
    side(Side::new(sources, unread))
}

/// Versions of a registry, written to a folder by the `provision` program.
fn registry(url: &str) -> Result<Before, Exit> {
    let folder = std::env::temp_dir().join(format!("herald-registry-{}", std::process::id()));
    let out = folder.display().to_string();
    let args = ["export", "--out", &out].map(str::to_owned);
    // The address may hold a password, which everybody sees in a list of processes.
    let exported = child::run("provision", &args, &[("HERALD_REGISTRY_URL", url)]);
    let versions = (exported == Exit::Done).then(|| {
        let (sources, _) = read::read(&folder);
        let files = sources
            .iter()
            .map(|(_, f)| (f.path.clone(), f.text.clone()));
        Versions::new(files.collect::<Vec<_>>())
    });
    // Left behind in the temporary folder, it harms nobody.
    let _ = fs::remove_dir_all(&folder);
    match versions {
        None => Err(Exit::Failed),
        Some(versions) => versions
            .map(Before::Versions)
            .map_err(|failure| failed(&failure)),
    }
}
