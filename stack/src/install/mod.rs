//! Bringing what is missing, by the ordinary clients of each registry.

pub(crate) mod apt;
mod go;
mod maven;
mod run;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

pub(crate) use run::{run, tail};

use crate::component::Component;
use crate::report::Reporter;
use crate::tool::{self, Jdk, Tool};
use crate::{Error, Home, home};

/// Installs for one component.
pub(crate) struct Installer<'a> {
    pub(crate) home: &'a Home,
    pub(crate) component: &'static str,
    pub(crate) report: &'a dyn Reporter,
}

/// Written last into a finished download; holds what was downloaded.
const MARKER: &str = ".complete";

impl Installer<'_> {
    /// Runs a command, its output in a log, its last line shown.
    pub(crate) fn run(&self, what: &str, command: Command) -> Result<(), Error> {
        run(
            what,
            command,
            &self.home.log(&format!("install-{}", self.component)),
            self.component,
            self.report,
        )
    }
}

/// Fills `folder` anew and marks it with `content` when that succeeded.
pub(crate) fn fill(
    folder: &Path,
    content: &str,
    work: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::io("remove", folder))?;
    }
    home::create_dir(folder)?;
    work(folder)?;
    home::write(&folder.join(MARKER), content)
}

/// The JDK to build with and run on.
pub(crate) fn jdk() -> Result<Jdk, Error> {
    tool::jdk().ok_or_else(|| missing(Tool::Jdk))
}

/// Whether `folder` was filled with exactly this.
pub(crate) fn holds(folder: &Path, content: &str) -> bool {
    fs::read_to_string(folder.join(MARKER)).is_ok_and(|found| found == content)
}

pub(crate) fn missing(tool: Tool) -> Error {
    Error::StillMissing {
        what: tool.describe(),
        packages: tool.packages().join(" "),
    }
}

/// A program that must be there by now.
pub(crate) fn require(tool: Tool, found: Option<PathBuf>) -> Result<PathBuf, Error> {
    found.ok_or_else(|| missing(tool))
}

/// System packages of all these components, in one go.
pub(crate) fn packages(
    home: &Home,
    components: &[&'static Component],
    report: &dyn Reporter,
) -> Result<(), Error> {
    let mut wanted: BTreeSet<Tool> = BTreeSet::new();
    for component in components {
        wanted.extend(component.server.tools());
        if !component.server.fetched(home) {
            wanted.extend(component.server.builders());
        }
    }
    let missing: Vec<Tool> = wanted.into_iter().filter(|tool| !tool.is_there()).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        apt::install(home, &missing, report)
    }
}

/// What no system package brings.
pub(crate) fn fetch(
    home: &Home,
    component: &'static Component,
    report: &dyn Reporter,
) -> Result<(), Error> {
    if component.server.fetched(home) {
        return Ok(());
    }
    let began = Instant::now();
    report.line(component.name, &format!("fetching {}", component.product));
    component.server.fetch(&Installer {
        home,
        component: component.name,
        report,
    })?;
    report.line(
        component.name,
        &format!("fetched in {:.0} s", began.elapsed().as_secs_f32()),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_counts_as_filled_only_with_the_same_content() {
        let dir = std::env::temp_dir().join(format!("herald-stack-fill-{}", std::process::id()));
        let home = Home::at(&dir).unwrap();
        let folder = home.dist("kafka");
        assert!(!holds(&folder, "1"));
        fill(&folder, "1", |folder| {
            home::write(&folder.join("old.jar"), "")
        })
        .unwrap();
        assert!(holds(&folder, "1") && !holds(&folder, "2"));
        let failed = fill(&folder, "2", |_| Err(missing(Tool::Go)));
        assert!(failed.is_err() && !holds(&folder, "1") && !holds(&folder, "2"));
        assert!(
            !folder.join("old.jar").exists(),
            "nothing of the earlier version stays"
        );
        fs::remove_dir_all(dir).unwrap();
    }
}
