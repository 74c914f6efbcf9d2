//! CPU that the compiler spends on 100 generated events, against the same types with serde
//! derives used through apache-avro.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::catalog::{self, Size};
use crate::process;
use crate::timing;

const EVENTS: usize = 100;
const RUNS: usize = 3;

/// Measures and prints; true when ours takes at least five times less CPU.
pub(crate) fn run(xtask: &Path, workspace: &Path, work: &Path) -> Result<bool, Box<dyn Error>> {
    println!("\nCPU seconds to compile {EVENTS} events in release, dependencies built before");
    let (ours, peer) = (work.join("compile/ours"), work.join("compile/peer"));
    let source = work.join("compile/catalog");
    let _ = fs::remove_dir_all(&ours);
    catalog::write(
        &source,
        Size {
            events: EVENTS,
            services: 0,
        },
    )?;
    process::run(
        Command::new(xtask)
            .args(["gen", "--catalog"])
            .arg(&source)
            .arg("--out")
            .arg(&ours)
            .arg("--runtime")
            .arg(workspace.join("runtime"))
            .stderr(Stdio::null()),
    )?;
    write_peer(&peer)?;
    for crate_dir in [&ours, &peer] {
        fs::copy(workspace.join("Cargo.lock"), crate_dir.join("Cargo.lock"))?;
    }
    let (mut best_ours, mut best_peer) = (f64::MAX, f64::MAX);
    for _ in 0..RUNS {
        best_ours = best_ours.min(compile(&ours, &work.join("compile/target-ours"))?);
        best_peer = best_peer.min(compile(&peer, &work.join("compile/target-peer"))?);
    }
    Ok(timing::report(
        "build of 100 events",
        best_ours,
        best_peer,
        "s",
        5.0,
    ))
}

/// CPU seconds of compiling the crate in `dir` alone: a first build makes its dependencies.
fn compile(dir: &Path, target: &Path) -> Result<f64, Box<dyn Error>> {
    let build = || {
        process::run(
            Command::new("cargo")
                .args(["build", "--release", "--quiet", "--target-dir"])
                .arg(target)
                .env("CARGO_INCREMENTAL", "0")
                .current_dir(dir),
        )
    };
    build()?;
    let library = dir.join("src/lib.rs");
    let text = fs::read_to_string(&library)?;
    fs::write(&library, &text)?;
    Ok(build()?.cpu)
}

fn write_peer(dir: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(dir.join("src"))?;
    fs::write(dir.join("Cargo.toml"), PEER_MANIFEST)?;
    let mut text = String::from(PEER_TYPES);
    for event in 0..EVENTS {
        let _ = write!(text, "{}", peer_event(event));
    }
    fs::write(dir.join("src/lib.rs"), text)?;
    Ok(())
}

const PEER_MANIFEST: &str = r#"[package]
name = "peer"
version = "0.1.0"
edition = "2024"

[dependencies]
apache-avro = { version = "0.22", default-features = false }
serde = { version = "1.0", features = ["derive"] }
uuid = { version = "1.29", features = ["serde"] }

[workspace]
"#;

const PEER_TYPES: &str = r"//! The benchmark catalog as one would write it by hand on serde.
use std::collections::HashMap;
use apache_avro::AvroResult;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Address { pub street: String, pub city: String, pub postcode: Option<String> }

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(clippy::upper_case_acronyms)]
pub enum Channel { WEB, SHOP, PHONE }
";

fn peer_event(event: usize) -> String {
    format!(
        "
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thing{event}Happened {{
    pub thing_id: Uuid,
    pub customer_id: String,
    pub happened_at: i64,
    #[serde(with = \"apache_avro::serde::bytes\")]
    pub amount: Vec<u8>,
    pub quantity: i32,
    pub channel: Channel,
    pub address: Option<Address>,
    pub tags: Vec<String>,
    pub attributes: HashMap<String, String>,
    pub note: Option<String>,
}}

impl Thing{event}Happened {{
    pub fn encode(&self, writer: &GenericDatumWriter, out: &mut Vec<u8>) -> AvroResult<usize> {{
        writer.write_ser(out, self)
    }}

    pub fn decode(reader: &GenericDatumReader, mut bytes: &[u8]) -> AvroResult<Self> {{
        reader.read_deser(&mut bytes)
    }}
}}
"
    )
}
