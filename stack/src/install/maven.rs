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
        let mut command = self.maven()?;
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
        let mut command = self.maven()?;
        command
            .arg(format!("{PLUGIN}:unpack"))
            // Else the plug-in takes an earlier unpacking, into whatever folder, for this one.
            .arg("-Dmdep.overWriteReleases=true")
            .arg(format!("-Dartifact={artifact}"));
        command.arg(format!("-DoutputDirectory={}", folder.display()));
        self.run("fetching the distribution", command)
    }

    /// Builds a project in its own folder; its tests are run elsewhere.
    pub(crate) fn package(&self, project: &Path) -> Result<(), Error> {
        let mut command = self.maven()?;
        command
            .arg("-f")
            .arg(project.join("pom.xml"))
            .args(["package", "-Dmaven.test.skip=true"]);
        self.run("building", command)
    }

    fn maven(&self) -> Result<Command, Error> {
        let mut command = Command::new(require(Tool::Maven, tool::maven())?);
        // A folder of our own: a pom.xml of the current one is not meant, and plug-ins leave notes here.
        let here = self.home.conf("maven");
        home::create_dir(&here)?;
        command
            .current_dir(here)
            .arg("-B")
            .env("JAVA_HOME", super::jdk()?.home);
        Ok(command)
    }
}
