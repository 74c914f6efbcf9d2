//! RabbitMQ passes the suite of all queues, and what only a real broker can show.

#![cfg(feature = "rabbitmq")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, on the machine's clock"
)]

#[path = "real_rabbitmq/full_frames.rs"]
mod full_frames;
#[path = "real_rabbitmq/ground.rs"]
mod ground;
#[path = "real_rabbitmq/outages.rs"]
mod outages;
#[path = "support/proxy.rs"]
mod proxy;

use std::sync::Arc;

use herald::conformance::queues::{Bed, Case};

use ground::Ground;

mod conformance {
    herald::queue_conformance!(
        #[ignore = "needs the real servers"]
        super::run
    );
}

fn run(case: Case) {
    ground::on_the_ground(|ground: Ground| async move {
        let proxy = ground.proxy.clone();
        case(Bed {
            world: ground.world.clone(),
            queues: Arc::new(ground.broker().await),
            prefix: ground.prefix.clone(),
            cut: Some(Arc::new(move || proxy.cut())),
        })
        .await;
    });
}
