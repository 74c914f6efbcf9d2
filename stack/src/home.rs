//! Where everything of the stack lives: one folder, ignored by git.

use std::env;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Error;

/// Names the environment of the catalog, as services read it.
const ENVIRONMENT: &str = "HERALD_ENVIRONMENT";

/// The folder of one stack: `state.json`, `data/`, `conf/`, `log/` and `dist/` (what was downloaded).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    dir: PathBuf,
    dist: PathBuf,
    environment: Option<String>,
}

impl Home {
    /// `$HERALD_STACK_DIR`, else `.stack` beside the workspace's `Cargo.toml`, at or above the current folder.
    pub fn find() -> Result<Self, Error> {
        if let Some(dir) = env::var_os("HERALD_STACK_DIR") {
            return Self::at(dir);
        }
        let here = env::current_dir().map_err(Error::io("find", "."))?;
        here.ancestors()
            .find(|folder| is_workspace(folder))
            .map_or_else(
                || Err(Error::NoHome(here.clone())),
                |root| Self::at(root.join(".stack")),
            )
    }

    /// The workspace whose generated files are run: at or above this folder, else the current one.
    pub(crate) fn workspace(&self) -> Result<PathBuf, Error> {
        let here = env::current_dir().map_err(Error::io("find", "."))?;
        let mut folders = self.dir.ancestors().chain(here.ancestors());
        folders
            .find(|folder| is_workspace(folder))
            .map(Path::to_owned)
            .ok_or_else(|| Error::NoHome(here.clone()))
    }

    /// A stack in a folder of its own, in the environment of the catalog that `$HERALD_ENVIRONMENT` names.
    pub fn at(dir: impl Into<PathBuf>) -> Result<Self, Error> {
        let dir = dir.into();
        let dir = std::path::absolute(&dir).map_err(Error::io("find", &dir))?;
        Ok(Self {
            dist: dir.join("dist"),
            environment: env::var(ENVIRONMENT).ok(),
            dir,
        })
    }

    /// The same stack with the downloads of another one.
    #[must_use]
    pub fn with_downloads_of(mut self, other: &Self) -> Self {
        self.dist.clone_from(&other.dist);
        self
    }

    /// The same stack in that environment of the catalog.
    #[must_use]
    pub fn in_environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Tells a program that runs the catalog in which of its environments it is.
    pub(crate) fn tell_environment(&self, command: &mut Command) {
        if let Some(name) = &self.environment {
            command.env(ENVIRONMENT, name);
        }
    }

    /// The stacks in folders of this one, by name: demos and tests start theirs there.
    pub fn inner(&self) -> Result<Vec<Self>, Error> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(Error::io("read", &self.dir))?,
        };
        let mut inner = Vec::new();
        for entry in entries {
            let home = Self {
                dir: entry.map_err(Error::io("read", &self.dir))?.path(),
                ..self.clone()
            };
            inner.extend(home.state_file().is_file().then_some(home));
        }
        inner.sort_by(|a, b| a.dir.cmp(&b.dir));
        Ok(inner)
    }

    /// The folder itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Data of one server; survives `down`.
    pub fn data(&self, server: &str) -> PathBuf {
        self.dir.join("data").join(server)
    }

    /// Output of one server since its last start.
    pub fn log(&self, server: &str) -> PathBuf {
        self.dir.join("log").join(format!("{server}.log"))
    }

    pub(crate) fn conf(&self, server: &str) -> PathBuf {
        self.dir.join("conf").join(server)
    }

    pub(crate) fn dist(&self, component: &str) -> PathBuf {
        self.dist.join(component)
    }

    pub(crate) fn state_file(&self) -> PathBuf {
        self.dir.join("state.json")
    }

    /// Held while the set of running servers changes, so that two commands do not start one server twice.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.dir.join("lock");
        create_dir(&self.dir)?;
        let file = File::create(&path).map_err(Error::io("create", &path))?;
        file.lock().map_err(Error::io("lock", &path))?;
        Ok(file)
    }
}

fn is_workspace(folder: &Path) -> bool {
    fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
}

pub(crate) fn create_dir(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::io("create", path))
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(parent) = path.parent() {
        create_dir(parent)?;
    }
    fs::write(path, text).map_err(Error::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_of_this_crate_is_found_from_its_own_folder() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert!(is_workspace(root));
        assert!(!is_workspace(Path::new(env!("CARGO_MANIFEST_DIR"))));
    }

    #[test]
    fn a_relative_folder_becomes_absolute_and_downloads_can_be_shared() {
        let main = Home::at("some/where").unwrap();
        assert!(main.dir().is_absolute());
        let test = Home::at("some/test").unwrap().with_downloads_of(&main);
        assert_eq!(test.dist("kafka"), main.dist("kafka"));
        assert_ne!(test.data("kafka"), main.data("kafka"));
    }
}
