//! Whole-system runs in the simulator.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use demo::chaos::Stage;
use demo::report::Report;
use herald::topology::Topology;
use herald::world::FaultPlan;

const ORDERS: usize = 80;

fn topology() -> &'static Topology {
    generated::topology::topology("chaos").unwrap()
}

fn run(stage: &Stage) -> Report {
    let outcome = stage.look(stage.play(ORDERS).unwrap()).unwrap();
    let mut report = outcome.report(stage.crew().counts());
    report.event_log = Some(stage.event_log());
    report
}

fn chaos(seed: u64) -> Report {
    run(&Stage::open(seed, topology()).unwrap())
}

fn delivery(report: &Report, name: &str) -> u64 {
    let mut rows = report.delivery.iter();
    rows.find(|(row, _)| row == name).unwrap().1
}

#[test]
fn one_seed_is_one_run() {
    assert_eq!(chaos(7), chaos(7));
    assert_ne!(chaos(7).event_log, chaos(8).event_log);
}

#[test]
fn whatever_goes_wrong_everything_holds() {
    let reports: Vec<Report> = (1..=12).map(chaos).collect();
    for (report, seed) in reports.iter().zip(1..) {
        assert!(report.holds(), "seed {seed}:\n{}", report.to_text());
    }
    let most = |name| reports.iter().map(|report| delivery(report, name)).max();
    assert!(most("crashes and restarts") > Some(0));
    assert!(most("repeats recognised") > Some(0));
    assert!(most("retries") > Some(0));
    let logs: BTreeSet<_> = reports.iter().map(|report| &report.event_log).collect();
    assert_eq!(logs.len(), reports.len());
}

#[test]
fn without_faults_nothing_is_repeated() {
    let report = run(&Stage::open_with(1, FaultPlan::none(), topology()).unwrap());
    assert!(report.holds(), "{}", report.to_text());
    assert_eq!(delivery(&report, "crashes and restarts"), 0);
    assert_eq!(delivery(&report, "repeats recognised"), 0);
}
