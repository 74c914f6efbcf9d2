//! Other programs, run in the repository with output passed through.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{catalog::root, exit::Exit};

/// Runs cargo; its exit code decides ours.
pub(crate) fn cargo(args: &[&str], more: &[String]) -> Exit {
    status(&mut cargo_command(args, more), "cargo")
}

fn cargo_command(args: &[&str], more: &[String]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(args).args(more);
    command
}

/// Builds and runs a program of the workspace, with environment variables for what is secret. A
/// program of its own costs those nothing who do not call it: neither the time to build its
/// libraries nor, where generated code does not compile, the generator.
pub(crate) fn run(package: &str, args: &[String], secrets: &[(&str, &str)]) -> Exit {
    let run = ["run", "--quiet", "--profile", "xtask", "-p", package, "--"];
    let mut command = cargo_command(&run, args);
    status(command.envs(secrets.iter().copied()), "cargo")
}

/// Builds a program of the workspace with features, and runs it.
pub(crate) fn run_with(package: &str, features: &str, args: &[String]) -> Exit {
    let run = ["run", "--quiet", "--profile", "xtask", "-p", package];
    let command = [&run[..], &["--features", features, "--"]].concat();
    cargo(&command, args)
}

/// Runs a program that is on the path; its exit code decides ours.
pub(crate) fn program(name: &str, args: &[&str]) -> Exit {
    program_with(name, args, &[])
}

/// As [`program`], with environment variables.
pub(crate) fn program_with(name: &str, args: &[&str], variables: &[(&str, &str)]) -> Exit {
    let mut command = Command::new(name);
    status(command.args(args).envs(variables.iter().copied()), name)
}

/// The machine's target triple, where this toolchain is installed.
pub(crate) fn host_triple(toolchain: &str) -> Option<String> {
    let output = Command::new("rustc")
        .args([&format!("+{toolchain}"), "-vV"])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "))?;
    Some(host.to_owned())
}

/// Runs this command line again with other arguments.
pub(crate) fn ourselves(args: &[&str]) -> Exit {
    match std::env::current_exe() {
        Ok(program) => status(Command::new(program).args(args), "xtask"),
        Err(error) => Exit::failed(&error),
    }
}

/// Runs a program that cargo built in its `dev` profile.
pub(crate) fn built(name: &str, args: &[String]) -> Exit {
    match path_of_built(name) {
        Ok(path) => status(Command::new(path).args(args), name),
        Err(error) => Exit::failed(&error),
    }
}

/// Where cargo puts a program that it builds in its `dev` profile.
pub(crate) fn path_of_built(name: &str) -> std::io::Result<PathBuf> {
    // From `target/<profile>/xtask` to `target/debug/<name>`.
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(Path::parent);
    Ok(target.unwrap_or(&program).join("debug").join(name))
}

/// Installs packages of the distribution, where it is Debian or one of its kin.
pub(crate) fn install(packages: &[&str]) -> Exit {
    let install = [&["install", "-qy", "--no-install-recommends"], packages].concat();
    match program("apt-get", &["update", "-q"]) {
        Exit::Done => program("apt-get", &install),
        failed => failed,
    }
}

/// Whether a program is there and ends well, silently.
pub(crate) fn answers(name: &str, args: &[&str]) -> bool {
    let mut command = Command::new(name);
    command
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn status(command: &mut Command, name: &str) -> Exit {
    match command.current_dir(root()).status() {
        Ok(status) if status.success() => Exit::Done,
        Ok(status) if status.code() == Some(1) => Exit::Findings,
        Ok(_) => Exit::Failed,
        Err(error) => Exit::failed(&format!("{name} could not be started: {error}")),
    }
}
