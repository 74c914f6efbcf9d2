//! `cargo xtask up | status | down`: the real servers on this machine, by the `stack` program.

use crate::{child, exit::Exit};

/// Arguments of `up`.
#[derive(clap::Args)]
pub(crate) struct UpArgs {
    /// Servers to start [default: all].
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Starts three Kafka brokers and three RabbitMQ nodes.
    #[arg(long)]
    cluster: bool,
}

/// Arguments of `status`.
#[derive(clap::Args)]
pub(crate) struct StatusArgs {
    /// Prints the addresses instead, for `eval` in a shell: what services, `plan`, `apply` and `dlq`
    /// read; with the name of a service its store too.
    #[arg(long, value_name = "SERVICE", num_args = 0..=1, default_missing_value = "")]
    export: Option<String>,
}

/// Arguments of `down`.
#[derive(clap::Args)]
pub(crate) struct DownArgs {
    /// Servers to stop [default: all that `up` started].
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Stops those of demos and tests too, which a killed one leaves behind.
    #[arg(long, conflicts_with = "names")]
    all: bool,
}

/// Installs what is missing, starts it, and says how it is reached.
pub(crate) fn up(args: &UpArgs) -> Exit {
    let mut rest = args.names.clone();
    rest.extend(args.cluster.then(|| "--cluster".to_owned()));
    stack("up", &rest)
}

/// Says what runs.
pub(crate) fn status(args: &StatusArgs) -> Exit {
    let rest: Vec<String> = match &args.export {
        None => Vec::new(),
        Some(none) if none.is_empty() => vec!["--export".to_owned()],
        Some(service) => vec!["--export".to_owned(), service.clone()],
    };
    stack("status", &rest)
}

/// Stops exactly what `up` started.
pub(crate) fn down(args: &DownArgs) -> Exit {
    let mut rest = args.names.clone();
    rest.extend(args.all.then(|| "--all".to_owned()));
    stack("down", &rest)
}

/// A program of its own, so that other verbs do not wait for it to be built.
fn stack(verb: &str, rest: &[String]) -> Exit {
    let verb = std::iter::once(verb.to_owned());
    let args: Vec<String> = verb.chain(rest.to_vec()).collect();
    child::run("stack", &args, &[])
}
