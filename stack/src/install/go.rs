//! Programs written in Go, by module path and version.

use std::env::consts::ARCH;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Installer, require};
use crate::Error;
use crate::tool::{self, Tool};

/// From here on the Go command fetches the toolchain a module asks for by itself.
const SELF_UPDATING: (u32, u32) = (1, 21);
/// For an older Go (Debian 12 has 1.19): the toolchain, which is a module like any other.
const TOOLCHAIN: &str = "v0.0.1-go1.24.3";

impl Installer<'_> {
    /// `go install` of one program into `folder`.
    pub(crate) fn go_install(&self, package: &str, folder: &Path) -> Result<(), Error> {
        let go = require(Tool::Go, tool::go())?;
        let go = if version(&go).is_some_and(|found| found < SELF_UPDATING) {
            self.newer_go(&go)?
        } else {
            go
        };
        let mut command = Command::new(go);
        // `-v` names each package as it is compiled: the sign of life of a build of a minute.
        command
            .args(["install", "-v", package])
            .current_dir("/")
            .env("GOBIN", folder)
            .env("CGO_ENABLED", "0")
            // Debian's Go stays at its own version unless told otherwise.
            .env("GOTOOLCHAIN", "auto");
        self.run("compiling", command)
    }

    /// The toolchain out of the module cache, made executable there as the Go command itself does.
    fn newer_go(&self, go: &Path) -> Result<PathBuf, Error> {
        let arch = if ARCH == "aarch64" { "arm64" } else { "amd64" };
        let module = format!("golang.org/toolchain@{TOOLCHAIN}.linux-{arch}");
        let mut command = Command::new(go);
        command.args(["mod", "download", &module]).current_dir("/");
        self.run("fetching a newer Go", command)?;
        let cache = output(go, &["env", "GOMODCACHE"]).unwrap_or_default();
        let root = Path::new(&cache).join(&module);
        for folder in ["bin", &format!("pkg/tool/linux_{arch}")] {
            make_executable(&root.join(folder))?;
        }
        Ok(root.join("bin/go"))
    }
}

fn make_executable(folder: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let path = entry.map_err(Error::io("read", folder))?.path();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
            .map_err(Error::io("make executable", path))?;
    }
    Ok(())
}

fn version(go: &Path) -> Option<(u32, u32)> {
    parse(&output(go, &["env", "GOVERSION"])?)
}

fn output(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir("/")
        .output()
        .ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// "go1.24.3" → (1, 24).
fn parse(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text
        .strip_prefix("go")?
        .split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(parse("go1.19.8"), Some((1, 19)));
        assert_eq!(parse("go1.26rc1"), Some((1, 26)));
        assert!(parse("go1.9").unwrap() < SELF_UPDATING);
        assert_eq!(parse("devel +abc"), None);
    }
}
