//! The verbs: one file each.

mod bench;
mod changelog;
mod compat;
mod demo;
mod dlq;
mod docs;
mod explain;
mod r#gen;
mod import;
mod lint;
mod provision;
mod release;
mod replay;
mod shared;
mod stack;
mod test;

use clap::Subcommand;

use crate::exit::Exit;

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Generates code, schemas and configuration from the catalog.
    Gen(r#gen::Args),
    /// Converts AsyncAPI 3 documents into catalog files to go on with.
    Import(import::Args),
    /// Checks the catalog and reports what is suspicious.
    Lint(lint::Args),
    /// Explains a code such as H012.
    Explain(explain::Args),
    /// Writes the documentation site, or serves it on this machine.
    Docs(docs::Args),
    /// Freezes the current versions of all messages in `catalog/released/`.
    Release(release::Args),
    /// Says what a change of the catalog breaks, and whom; or what two schemas do to each other.
    Compat(compat::Args),
    /// Writes what changed between two revisions, in Markdown.
    Changelog(changelog::Args),
    /// Runs all services and sends them real orders; in one process, or on the real servers.
    Demo(demo::Args),
    /// Installs and starts the real servers on this machine.
    Up(stack::UpArgs),
    /// Says which of them run.
    Status(stack::StatusArgs),
    /// Stops what `up` started.
    Down(stack::DownArgs),
    /// Shows what the servers lack of what the catalog declares; 1 when something does.
    Plan(provision::Args),
    /// Brings the servers to what the catalog declares.
    Apply(provision::Args),
    /// Shows everything that is not as the catalog declares it, generated files included.
    Drift(provision::Args),
    /// Lists dead letters of both brokers, shows, redrives and discards them.
    Dlq(dlq::Args),
    /// Builds a service's read model anew from the log, and switches to it.
    Replay(replay::Args),
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
            Verb::Import(args) => import::run(&args),
            Verb::Lint(args) => lint::run(&args),
            Verb::Explain(args) => explain::run(&args),
            Verb::Docs(args) => docs::run(&args),
            Verb::Release(args) => release::run(&args),
            Verb::Compat(args) => compat::run(&args),
            Verb::Changelog(args) => changelog::run(&args),
            Verb::Demo(args) => demo::run(&args),
            Verb::Up(args) => stack::up(&args),
            Verb::Status(args) => stack::status(&args),
            Verb::Down(args) => stack::down(&args),
            Verb::Plan(args) => provision::plan(&args),
            Verb::Apply(args) => provision::apply(&args),
            Verb::Drift(args) => provision::drift(&args),
            Verb::Dlq(args) => dlq::run(&args),
            Verb::Replay(args) => replay::run(&args),
            Verb::Test(args) => test::run(&args),
            Verb::Bench(args) => bench::run(&args),
        }
    }
}
