//! What the demo is told.

use clap::{Parser, ValueEnum};

/// Runs all five services of the example in one process on the embedded
/// transport, sends them orders, and checks what came of it.
#[derive(Clone, Debug, Parser)]
#[command(name = "demo", version)]
pub struct Args {
    /// Simulate with this seed: one thread, virtual time, and faults (repeats,
    /// delays, crashes between any two steps, lost acknowledgements, outages).
    #[arg(long, value_name = "SEED", conflicts_with = "serve")]
    pub chaos: Option<u64>,

    /// Keep running afterwards, and say what to try.
    #[arg(long)]
    pub serve: bool,

    /// Place only so many orders of the file.
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    pub orders: usize,

    /// How to print the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// How to print the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table.
    Text,
    /// One JSON object.
    Json,
}
