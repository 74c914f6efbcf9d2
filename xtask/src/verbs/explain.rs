//! `cargo xtask explain H012`: the documentation of a code.

use herald_codegen::lint;

use crate::exit::Exit;

/// Arguments of `explain`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Code or name of a rule, such as `H012` or `event-without-producer`.
    code: String,
}

/// Prints the documentation.
pub(crate) fn run(args: &Args) -> Exit {
    match lint::explain(&args.code) {
        Ok(text) => {
            print!("{text}");
            Exit::Done
        }
        Err(unknown) => Exit::failed(&unknown),
    }
}
