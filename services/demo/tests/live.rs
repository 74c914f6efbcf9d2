//! A plain run: sockets, the clock, several threads.

#![allow(clippy::unwrap_used, clippy::panic)]

use demo::checks::{Check, check};
use demo::live::Live;
use demo::run::{look, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_over_sockets_come_to_rest_and_everything_holds() {
    let topology = generated::topology::topology("demo").unwrap();
    let world = herald::world::real::world();
    let live = Live::open(&world, topology).await.unwrap();
    let played = run(&world, &live.doors, &live.shop, 25).await.unwrap();
    let outcome = look(&world, &live.doors, &live.shop, played).await.unwrap();
    let checks = check(&outcome.facts);
    assert!(checks.iter().all(Check::holds), "{checks:#?}");
    assert_eq!(outcome.latencies.len(), 25);
    live.close().await;
}
