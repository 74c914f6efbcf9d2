//! `cargo xtask bench [codec|gen|compile|gate|site|streams]`: Herald's speed as ratios against real peers, or as
//! the bounds it promises, measured in one run on one machine. `compat` asks for a JDK and Maven and
//! measures the verdict on schemas against Java's. With the feature `servers`, `relay`
//! measures the outbox on the PostgreSQL server that `HERALD_TEST_POSTGRES` names, and to the Kafka
//! that `HERALD_TEST_KAFKA` names; `kafka` and `rabbitmq` race the bare clients on those servers.
//! `quiet PROGRAM` measures a service that has nothing to do.

mod catalog;
mod codec;
mod compat;
mod compile;
mod gate;
mod generator;
#[cfg(feature = "servers")]
mod kafka;
mod peer;
mod process;
mod quiet;
#[cfg(feature = "servers")]
mod rabbitmq;
#[cfg(feature = "servers")]
mod relay;
mod site;
mod streams;
mod test_driver;
mod timing;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let which = std::env::args().nth(1);
    match run(which.as_deref()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

/// Runs one benchmark, or all; true when every ratio asked was met.
fn run(which: Option<&str>) -> Result<bool, Box<dyn Error>> {
    let workspace = workspace()?;
    let work = workspace.join("target/bench");
    let asked = |name| which.is_none_or(|which| which == name);
    #[cfg(feature = "servers")]
    if which == Some("relay") {
        return relay::run();
    }
    #[cfg(feature = "servers")]
    if which == Some("kafka") {
        return kafka::run();
    }
    #[cfg(feature = "servers")]
    if which == Some("rabbitmq") {
        return rabbitmq::run();
    }
    if which == Some("quiet") {
        let program = std::env::args()
            .nth(2)
            .ok_or("name the service's program")?;
        return quiet::run(&program);
    }
    if which == Some("compat") {
        return compat::run(&workspace.join("avro/java"), &work);
    }
    if which.is_some_and(|which| {
        !["codec", "gen", "compile", "gate", "site", "streams"].contains(&which)
    }) {
        return Err(
            "no such benchmark: codec, gen, compile, gate, site, streams, compat and quiet PROGRAM are there"
                .into(),
        );
    }
    let mut met = true;
    if asked("codec") {
        met &= codec::run()?;
    }
    if asked("gen") {
        met &= generator::run(&release_xtask(&workspace)?, &work)?;
    }
    if asked("compile") {
        met &= compile::run(&release_xtask(&workspace)?, &workspace, &work)?;
    }
    if asked("gate") {
        met &= gate::run(&release_xtask(&workspace)?, &work)?;
    }
    if asked("site") {
        met &= site::run(&release_xtask(&workspace)?, &work)?;
    }
    if asked("streams") {
        met &= streams::run(&workspace, &work)?;
    }
    Ok(met)
}

/// The folder of the workspace: the parent of this crate's.
fn workspace() -> Result<PathBuf, Box<dyn Error>> {
    let parent = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    Ok(parent
        .ok_or("the bench crate lies outside a workspace")?
        .to_owned())
}

/// Builds the command line in release, as the bounds on `gen` are stated for it.
fn release_xtask(workspace: &Path) -> Result<PathBuf, Box<dyn Error>> {
    process::run(
        std::process::Command::new("cargo")
            .args(["build", "--release", "--quiet", "--package", "xtask"])
            .current_dir(workspace),
    )?;
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.join("target"), PathBuf::from);
    Ok(target.join("release/xtask"))
}
