//! `up`: install what is missing, start what does not run, return when all of it serves.

use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::component::{Component, find, select};
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
    // What is built here takes long: a port chosen before may belong to somebody else by then.
    for component in components.iter().filter(|it| it.server.only_by_name()) {
        install::fetch(home, component, report)?;
    }
    let names = ledger.update(|state| {
        let cluster = |component: &Component| options.is_cluster(component);
        plan(state, &components, cluster, ports::is_free)
    })?;
    let run = Run {
        ledger: &ledger,
        report,
        installing: Mutex::new(()),
    };
    // What others need starts first.
    let (needed, rest): (Vec<_>, Vec<_>) = names
        .into_iter()
        .partition(|name| is_needed(&ledger, name, &components));
    run.all(&needed)?;
    run.all(&rest)?;
    status(home)
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

struct Run<'a> {
    ledger: &'a Ledger<'a>,
    report: &'a dyn Reporter,
    /// One download at a time; servers that are ready to start do not wait for it.
    installing: Mutex<()>,
}

impl Run<'_> {
    fn all(&self, names: &[String]) -> Result<(), Error> {
        let outcomes: Vec<Result<(), Error>> = thread::scope(|scope| {
            let threads: Vec<_> = names
                .iter()
                .map(|name| scope.spawn(|| self.one(name)))
                .collect();
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

    fn one(&self, name: &str) -> Result<(), Error> {
        let component = find(self.ledger.node(name)?.component.name)?;
        {
            let _turn = self
                .installing
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            install::fetch(self.ledger.home, component, self.report)?;
        }
        start(self.ledger, name, Until::Ready, self.report)
    }
}
