//! `up`: install what is missing, start what does not run, return when all of it serves.

use std::thread;

use crate::component::{Component, select};
use crate::ledger::Ledger;
use crate::plan::plan;
use crate::report::Reporter;
use crate::servers::mongodb;
use crate::start::{Until, start};
use crate::status::{Row, status};
use crate::{Error, Home, install, ports};

/// What to start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Names of components; all when empty.
    pub components: Vec<String>,
    /// Several nodes of those that form clusters and are named, or of all.
    pub cluster: bool,
}

impl Options {
    fn is_cluster(&self, component: &Component) -> bool {
        let is_meant = |name: &String| name == component.name;
        self.cluster && (self.components.is_empty() || self.components.iter().any(is_meant))
    }
}

/// Starts servers and returns their state. What runs already stays as it is; what fails leaves the others running.
pub fn up(home: &Home, options: &Options, report: &dyn Reporter) -> Result<Vec<Row>, Error> {
    let _lock = home.lock()?;
    let components = without_own(select(&options.components)?, report);
    let ledger = Ledger::open(home)?;
    install::packages(home, &components, report)?;
    let (components, mut errors) = fetched(home, components, report);
    let _turn = ports::turn(report);
    let names = ledger.update(|state| {
        let cluster = |component: &Component| options.is_cluster(component);
        plan(state, &components, cluster, ports::is_free)
    })?;
    // What others need starts first.
    let (needed, rest): (Vec<_>, Vec<_>) = names
        .into_iter()
        .partition(|name| is_needed(&ledger, name, &components));
    let started =
        start_all(&ledger, &needed, report).and_then(|()| start_all(&ledger, &rest, report));
    errors.extend(started.err());
    Error::join(errors)?;
    status(home)
}

/// The components that are there now, and why the others are not.
fn fetched(
    home: &Home,
    components: Vec<&'static Component>,
    report: &dyn Reporter,
) -> (Vec<&'static Component>, Vec<Error>) {
    let mut errors = Vec::new();
    let fetch = |component: &&'static Component| {
        let outcome = install::fetch(home, component, report);
        outcome.map_err(|error| errors.push(error)).is_ok()
    };
    let there = components.into_iter().filter(fetch).collect();
    (there, errors)
}

fn without_own(
    mut components: Vec<&'static Component>,
    report: &dyn Reporter,
) -> Vec<&'static Component> {
    let before = components.len();
    if mongodb::own_server().is_some() {
        components.retain(|component| component.name != mongodb::COMPONENT.name);
    }
    if components.len() < before {
        report.line(
            mongodb::COMPONENT.name,
            "your own server is used (MONGODB_URI)",
        );
    }
    components
}

/// Whether one of `by` needs this server.
pub(crate) fn is_needed(ledger: &Ledger<'_>, name: &str, by: &[&'static Component]) -> bool {
    let component = ledger
        .node(name)
        .map(|node| node.component.name)
        .unwrap_or_default();
    by.iter().any(|other| other.needs.contains(&component))
}

fn start_all(ledger: &Ledger<'_>, names: &[String], report: &dyn Reporter) -> Result<(), Error> {
    let outcomes: Vec<Result<(), Error>> = thread::scope(|scope| {
        let begin = |name| scope.spawn(move || start(ledger, name, Until::Ready, report));
        let names = names.iter().map(String::as_str);
        let threads: Vec<_> = names.map(begin).collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    Error::join(outcomes.into_iter().filter_map(Result::err).collect())
}
