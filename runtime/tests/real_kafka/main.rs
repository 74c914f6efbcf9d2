//! The log on real Kafka: the suite of every log, and what only a real broker
//! can get wrong.
#![cfg(feature = "kafka")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, on the machine's clock"
)]

mod cluster;
mod crash;
mod fencing;
mod publishing;
mod rebalance;

mod suite {
    use herald::conformance::log::Case;

    use crate::cluster::{Cluster, run};

    fn on_kafka(case: Case) {
        run(|world| case(Cluster::here().bed(world)));
    }

    herald::log_conformance!(
        #[ignore = "needs the real servers"]
        on_kafka
    );
}
