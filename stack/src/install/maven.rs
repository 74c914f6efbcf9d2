//! Java libraries by their coordinates.

use std::path::Path;
use std::process::Command;

use super::{Installer, require};
use crate::tool::{self, Tool};
use crate::{Error, home};

const PLUGIN: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1";

impl Installer<'_> {
    /// All libraries that a project description needs at run time, into `folder`.
    pub(crate) fn libraries(&self, pom: &str, folder: &Path) -> Result<(), Error> {
        let project = self.home.conf(self.component).join("pom.xml");
        home::write(&project, pom)?;
        let mut command = maven()?;
        command
            .arg("-f")
            .arg(project)
            .arg(format!("{PLUGIN}:copy-dependencies"));
        command
            .arg("-DincludeScope=runtime")
            .arg(format!("-DoutputDirectory={}", folder.display()));
        self.run("fetching libraries", command)
    }

    /// One archive, unpacked into `folder`.
    pub(crate) fn unpack(&self, artifact: &str, folder: &Path) -> Result<(), Error> {
        let mut command = maven()?;
        command
            .arg(format!("{PLUGIN}:unpack"))
            .arg(format!("-Dartifact={artifact}"));
        command.arg(format!("-DoutputDirectory={}", folder.display()));
        self.run("fetching the distribution", command)
    }
}

fn maven() -> Result<Command, Error> {
    let mut command = Command::new(require(Tool::Maven, tool::maven())?);
    // Outside the repository: a pom.xml of the current folder is not ours.
    command
        .current_dir("/")
        .arg("-B")
        .env("JAVA_HOME", super::jdk()?.home);
    Ok(command)
}
