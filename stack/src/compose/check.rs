//! What Compose itself says of the file: read by the library that `docker compose config` is made of,
//! which asks for no Docker.

use std::process::Command;

use crate::install::{Installer, apt, fill, holds, run};
use crate::report::Reporter;
use crate::tool::Tool;
use crate::{Error, Home, compose, home};

/// Its loader: the schema, interpolation, intervals and sizes. Whether a config is declared that a
/// service names is ours to see: both come from one table.
const PACKAGE: &str = "github.com/compose-spec/compose-go/v2/cmd@v2.16.2";
const NAME: &str = "compose";

/// Has the generated file loaded as `docker compose config` would; the loader is fetched once.
///
/// # Errors
/// If it cannot be fetched; with its words, if it does not take the file.
pub fn check_compose(home: &Home, report: &dyn Reporter) -> Result<(), Error> {
    let folder = home.dist(NAME);
    if !holds(&folder, PACKAGE) {
        if !Tool::Go.is_there() {
            apt::install(home, &[Tool::Go], report)?;
        }
        let installer = Installer {
            home,
            component: NAME,
            report,
        };
        fill(&folder, PACKAGE, |folder| {
            installer.go_install(PACKAGE, folder)
        })?;
    }
    let file = home.conf("compose.yaml");
    home::write(&file, &compose())?;
    let mut command = Command::new(folder.join("cmd"));
    command.arg(file);
    let log = home.log("compose-check");
    run("reading the Compose file", command, &log, NAME, report)
}
