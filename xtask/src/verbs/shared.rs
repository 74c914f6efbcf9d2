//! The one build that tests and programs on real servers share.
//!
//! Cargo unites the features of the packages that are asked for, so any other choice of packages
//! would build their libraries once more.

use crate::{child, exit::Exit};

/// Everything but the benchmarks, with all that services can be connected to.
const BUILD: [&str; 5] = [
    "--quiet",
    "--workspace",
    "--exclude=bench",
    "--features=demo/stack,order/servers,payment/servers,inventory/servers",
    "--features=notification/servers,analytics/servers",
];

/// The arguments of a call of cargo in that build.
pub(super) fn arguments<'a>(verb: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&[verb], &BUILD[..], more].concat()
}

/// Calls cargo in that build.
pub(super) fn cargo(verb: &str, more: &[&str]) -> Exit {
    child::cargo(&arguments(verb, more), &[])
}

/// Runs a program of that build, which must be there.
pub(super) fn run(program: &str, args: &[&str]) -> Exit {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    child::built(program, &args)
}
