//! The same delivery on the machine's clock and several threads.

mod support;

use std::time::Duration;

use herald::transport::NewRecord;
use herald::world::real;
use support::bench::Bench;
use support::catalog::TOPOLOGY;
use support::{Answered, Asked};

const KEYS: usize = 50;

fn messages() -> usize {
    let wanted = std::env::var("HERALD_TEST_MESSAGES");
    wanted
        .ok()
        .and_then(|wanted| wanted.parse().ok())
        .unwrap_or(2_000)
}

#[test]
fn thousands_of_messages_in_order_on_several_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let bench = Bench::new(real::world(), &TOPOLOGY).await;
        let total = messages();
        let template = bench.record("asked", "", &Asked::new("", "")).await;
        for at in 0..total {
            let asked = Asked::new(format!("k{}", at % KEYS), format!("{at}"));
            let record = bench.record("asked", &format!("{at}"), &asked).await;
            bench
                .publish(NewRecord {
                    topic: template.topic.clone(),
                    ..record
                })
                .await;
        }
        let began = bench.world.now();
        let _workers = bench.keep_running(2);
        while bench
            .worker
            .store
            .read(|state| state.values().map(Vec::len).sum::<usize>())
            < total
        {
            bench.world.sleep(Duration::from_millis(5)).await;
        }
        let handled = bench.world.now().duration_since(began);
        bench.settled().await;
        let told = bench.world.now().duration_since(began);
        println!(
            "{total} messages: {:.0}/s handled, {:.0}/s told",
            total as f64 / handled.as_secs_f64(),
            total as f64 / told.as_secs_f64()
        );
        assert_eq!(bench.texts::<Answered>("answered").len(), total);
        for key in 0..KEYS {
            let notes = bench.worker.notes(&format!("k{key}"));
            let places: Vec<usize> = notes.iter().map(|note| note.parse().unwrap()).collect();
            assert!(
                places.is_sorted() && places.len() == total / KEYS,
                "{places:?}"
            );
        }
    });
}
