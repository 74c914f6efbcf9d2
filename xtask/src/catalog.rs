//! What verbs on a catalog share: where it lies, where output goes, how findings are printed.

use std::{
    io::{IsTerminal, Write},
    path::{Component, Path, PathBuf},
};

use clap::{Args, ValueEnum};
use herald_codegen::{Failure, Report, asyncapi::MissingRefs, diagnostic::Color, model::Settings};

use crate::exit::Exit;

/// Where the catalog is, and how findings are printed.
#[derive(Args)]
pub(crate) struct CatalogArgs {
    /// Folder of the catalog, or one AsyncAPI 3 document [default: the repository's `catalog`].
    #[arg(long, value_name = "PATH")]
    catalog: Option<PathBuf>,
    /// Goes on where an AsyncAPI document refers to what is not there, with a warning.
    #[arg(long)]
    allow_missing_refs: bool,
    /// How findings are printed: as text on stderr, or as JSON lines on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

/// Where output goes.
#[derive(Args)]
pub(crate) struct OutArgs {
    /// Folder of the generated crate [default: the repository's `generated`].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Path of the runtime crate [default: the repository's `runtime`, as a relative path].
    #[arg(long, value_name = "PATH")]
    runtime: Option<PathBuf>,
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

impl CatalogArgs {
    /// Folder of the catalog.
    pub(crate) fn folder(&self) -> PathBuf {
        self.catalog
            .clone()
            .unwrap_or_else(|| root().join("catalog"))
    }

    /// What becomes of references that find nothing.
    pub(crate) fn missing_refs(&self) -> MissingRefs {
        if self.allow_missing_refs {
            MissingRefs::Allowed
        } else {
            MissingRefs::Refused
        }
    }

    /// Prints findings.
    pub(crate) fn print(&self, report: &Report) {
        print(report, self.format);
    }

    /// Prints why nothing came of it; a wrong catalog is a finding, the rest a failure.
    pub(crate) fn fail(&self, failure: &Failure) -> Exit {
        match failure {
            Failure::Catalog(report) => {
                self.print(report);
                Exit::Findings
            }
            other => Exit::failed(other),
        }
    }
}

/// Prints findings.
pub(crate) fn print(report: &Report, format: Format) {
    if format == Format::Json {
        // A reader that went away wants no more lines.
        let _ = std::io::stdout()
            .lock()
            .write_all(report.json_lines().as_bytes());
        return;
    }
    let color = if std::io::stderr().is_terminal() {
        Color::Yes
    } else {
        Color::No
    };
    eprint!("{}", report.text(color));
}

impl OutArgs {
    /// Folder of the generated crate.
    pub(crate) fn folder(&self) -> PathBuf {
        self.out.clone().unwrap_or_else(|| root().join("generated"))
    }

    /// How the generated crate refers to its surroundings.
    pub(crate) fn settings(&self, catalog: &CatalogArgs) -> Settings {
        let out = absolute(&self.folder());
        let runtime = match &self.runtime {
            Some(path) if path.is_absolute() => path.clone(),
            Some(path) => relative(&out, &absolute(path)),
            None => relative(&out, &root().join("runtime")),
        };
        Settings {
            runtime: slashes(&runtime),
            standalone: out != absolute(&root().join("generated")),
            today: None,
            missing_refs: catalog.missing_refs(),
        }
    }
}

fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(clean.pop()),
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}

/// The way from a folder to a path; both absolute.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| Component::ParentDir);
    up.chain(to[common..].iter().copied()).collect()
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::relative;

    #[test]
    fn the_way_goes_up_and_down() {
        let way = |a: &str, b: &str| relative(Path::new(a), Path::new(b));
        assert_eq!(
            way("/a/generated", "/a/runtime"),
            PathBuf::from("../runtime")
        );
        assert_eq!(way("/a/b/c", "/d"), PathBuf::from("../../../d"));
    }
}
