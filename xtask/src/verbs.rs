//! The verbs: one file each.

mod bench;
mod compat;
mod demo;
mod explain;
mod r#gen;
mod lint;
mod release;
mod test;

use clap::Subcommand;

use crate::exit::Exit;

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Generates code, schemas and configuration from the catalog.
    Gen(r#gen::Args),
    /// Checks the catalog and reports what is suspicious.
    Lint(lint::Args),
    /// Explains a code such as H012.
    Explain(explain::Args),
    /// Freezes the current versions of all messages in `catalog/released/`.
    Release(release::Args),
    /// Says which pairs of schemas can read each other's data.
    Compat(compat::Args),
    /// Runs all services in one process and sends them real orders.
    Demo(demo::Args),
    /// Runs every test of the repository.
    Test(test::Args),
    /// Measures, and prints ratios to others.
    Bench(bench::Args),
}

impl Verb {
    /// Does it.
    pub(crate) fn run(self) -> Exit {
        match self {
            Verb::Gen(args) => r#gen::run(&args),
            Verb::Lint(args) => lint::run(&args),
            Verb::Explain(args) => explain::run(&args),
            Verb::Release(args) => release::run(&args),
            Verb::Compat(args) => compat::run(&args),
            Verb::Demo(args) => demo::run(&args),
            Verb::Test(args) => test::run(&args),
            Verb::Bench(args) => bench::run(&args),
        }
    }
}
