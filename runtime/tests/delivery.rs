//! Delivery in the simulator, when all goes well and when handlers fail.

mod support;

use std::time::Duration;

use herald::world::FaultPlan;
use support::Answered;
use support::bench::simulate;
use support::catalog::TOPOLOGY;

#[test]
fn a_message_is_handled_and_what_it_causes_is_published() {
    simulate(1, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        bench.ask("1", "a", "hello").await;
        bench.ask("2", "a", "again").await;
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["hello", "again"]);
        let answered = bench.texts::<Answered>("answered");
        let texts: Vec<_> = answered.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["hello", "again"]);
    });
}

#[test]
fn a_failing_key_keeps_its_order_and_holds_up_itself_alone() {
    simulate(2, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        bench.ask("1", "a", "fail:3").await;
        bench.ask("2", "a", "second").await;
        for at in 0..20 {
            bench
                .ask(&format!("b{at}"), &format!("b{at}"), "other")
                .await;
        }
        bench.world.sleep(Duration::from_millis(60)).await;
        assert_eq!(bench.worker.all_notes(), ["other"; 20]);
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["fail:3", "second"]);
        assert_eq!(bench.worker.tries("fail:3"), 4);
        assert_eq!(bench.broker.records("asked.worker.dlt").len(), 0);
        assert_eq!(bench.texts::<Answered>("answered").len(), 22);
    });
}
