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

    /// Run the services as five processes on the real servers, which are started for the run,
    /// empty, and stopped at its end. `cargo xtask demo` builds the demo with them when it sees this.
    #[arg(long, conflicts_with_all = ["chaos", "serve"])]
    pub stack: bool,

    /// With three nodes of Kafka and of RabbitMQ, instead of one.
    #[arg(long, requires = "stack")]
    pub cluster: bool,

    /// Kill each service in turn, the order service and the streams twice, with SIGKILL while orders
    /// are placed, in an order and at moments that the seed decides, and start them again.
    #[arg(long, value_name = "SEED", requires = "stack")]
    pub kill: Option<u64>,

    /// Stop this server for 20 seconds while orders are placed: kafka, rabbitmq, postgres, mongodb,
    /// registry or mail. May be given several times; one after the other then.
    #[arg(long, value_name = "SERVER", requires = "stack")]
    pub outage: Vec<String>,

    /// Kill this node with SIGKILL while orders are placed, and leave it dead for 20 seconds, as
    /// `kafka-2` of a cluster. May be given several times.
    #[arg(long, value_name = "NODE", requires = "stack")]
    pub kill_node: Vec<String>,

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
