//! Debian packages, without the servers they would start by themselves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use rustix::process::geteuid;

use super::{missing as still_missing, run};
use crate::report::Reporter;
use crate::tool::{Tool, which};
use crate::{Error, Home, home};

/// Asked by Debian's package scripts before they start a service; 101 forbids it.
const POLICY: &str = "/usr/sbin/policy-rc.d";
const POLICY_TEXT: &str =
    "#!/bin/sh\n# For the time of one installation: no service starts by itself.\nexit 101\n";

/// Installs the packages of these tools.
pub(crate) fn install(home: &Home, tools: &[Tool], report: &dyn Reporter) -> Result<(), Error> {
    let what = tools
        .iter()
        .map(|tool| tool.describe())
        .collect::<Vec<_>>()
        .join(", ");
    let packages: Vec<&str> = tools
        .iter()
        .flat_map(|tool| tool.packages())
        .copied()
        .collect();
    if which("apt-get").is_none() {
        return Err(Error::NoApt(what));
    }
    let root = Root::get().ok_or_else(|| Error::NeedsRoot {
        what: what.clone(),
        command: by_hand(&packages, which("sudo").is_some()),
    })?;
    let began = Instant::now();
    report.line(
        "apt",
        &format!("installing {} (for {what})", packages.join(" ")),
    );
    without_starting(home, &root, report, &packages)?;
    for service in tools.iter().flat_map(|tool| tool.services()) {
        root.keep_from_booting(service);
    }
    report.line(
        "apt",
        &format!("installed in {:.0} s", began.elapsed().as_secs_f32()),
    );
    tools
        .iter()
        .find(|tool| !tool.is_there())
        .map_or(Ok(()), |tool| Err(still_missing(*tool)))
}

fn without_starting(
    home: &Home,
    root: &Root,
    report: &dyn Reporter,
    packages: &[&str],
) -> Result<(), Error> {
    let _policy = Policy::forbid_starting(home, root)?;
    root.apt(home, report, "reading package lists", &["update"])?;
    root.apt(
        home,
        report,
        "installing",
        &[&["install", "-y", "--no-install-recommends"], packages].concat(),
    )
}

/// A line to paste: through `sudo` where there is one, else for a root shell.
fn by_hand(packages: &[&str], sudo: bool) -> String {
    let prefix = if sudo { "sudo " } else { "" };
    let line = format!(
        "{prefix}apt-get update && {prefix}apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    if sudo {
        line
    } else {
        format!("su -c '{line}'")
    }
}

/// A way to act as root: being it, or `sudo` that asks for no password.
struct Root {
    sudo: bool,
}

impl Root {
    fn get() -> Option<Self> {
        if geteuid().is_root() {
            return Some(Self { sudo: false });
        }
        let mut command = Command::new("sudo");
        command
            .args(["-n", "true"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
            .status()
            .is_ok_and(|status| status.success())
            .then_some(Self { sudo: true })
    }

    fn command(&self, program: &str) -> Command {
        if !self.sudo {
            return Command::new(program);
        }
        let mut command = Command::new("sudo");
        command.args(["-n", program]);
        command
    }

    fn apt(
        &self,
        home: &Home,
        report: &dyn Reporter,
        what: &str,
        arguments: &[&str],
    ) -> Result<(), Error> {
        // `env` also behind sudo, which drops variables; another apt may hold the lock for a while.
        let mut command = self.command("env");
        command.args([
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-q",
            "-o",
            "DPkg::Lock::Timeout=300",
        ]);
        command.args(arguments);
        run(what, command, &home.log("install-apt"), "apt", report)
    }

    fn quietly(&self, program: &str, arguments: &[&str]) {
        let mut command = self.command(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let _ = command.status();
    }

    /// A service that this installation brought must not appear at the next boot.
    fn keep_from_booting(&self, service: &str) {
        if Path::new("/run/systemd/system").exists() {
            self.quietly("systemctl", &["disable", "--now", service]);
        }
    }
}

/// The policy file, for as long as this lives; a machine's own policy is left alone.
struct Policy<'a> {
    ours: bool,
    root: &'a Root,
}

impl<'a> Policy<'a> {
    fn forbid_starting(home: &Home, root: &'a Root) -> Result<Self, Error> {
        if Path::new(POLICY).exists() {
            return Ok(Self { ours: false, root });
        }
        let draft: PathBuf = home.dir().join("policy-rc.d");
        home::write(&draft, POLICY_TEXT)?;
        root.quietly("install", &["-m", "755", &draft.to_string_lossy(), POLICY]);
        fs::remove_file(&draft).map_err(Error::io("remove", draft))?;
        if Path::new(POLICY).exists() {
            return Ok(Self { ours: true, root });
        }
        Err(Error::Unsuitable(format!(
            "{POLICY} could not be written, so the servers would start by themselves"
        )))
    }
}

impl Drop for Policy<'_> {
    fn drop(&mut self) {
        if self.ours {
            self.root.quietly("rm", &["-f", POLICY]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_to_type_names_every_package() {
        let packages = ["rabbitmq-server", "postgresql"];
        let text = by_hand(&packages, false);
        assert!(
            text.starts_with("su -c 'apt-get update && apt-get install")
                && text.ends_with("postgresql'"),
            "{text}"
        );
        let text = by_hand(&packages, true);
        assert!(
            text.starts_with("sudo apt-get update") && text.ends_with("rabbitmq-server postgresql"),
            "{text}"
        );
    }
}
