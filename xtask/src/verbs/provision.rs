//! `cargo xtask plan | apply | drift`: what the catalog declares against what the servers have, by
//! the `provision` program.

use crate::{child, exit::Exit};

/// Arguments of all three.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Arguments of the program; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// Shows what would change.
pub(crate) fn plan(args: &Args) -> Exit {
    provision("plan", &args.args)
}

/// Changes it.
pub(crate) fn apply(args: &Args) -> Exit {
    provision("apply", &args.args)
}

/// Shows everything that differs, generated files included.
pub(crate) fn drift(args: &Args) -> Exit {
    if args
        .args
        .iter()
        .any(|word| word == "--help" || word == "-h")
    {
        return plan(args);
    }
    let files = child::ourselves(&["gen", "--check"]);
    files.worse(plan(args))
}

/// A program of its own: it links Kafka's client, which takes long to build.
fn provision(verb: &str, rest: &[String]) -> Exit {
    let args: Vec<String> = std::iter::once(verb.to_owned())
        .chain(rest.to_vec())
        .collect();
    child::run("provision", &args, &[])
}
