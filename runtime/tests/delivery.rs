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

#[test]
fn copies_of_a_command_wait_for_each_other() {
    simulate(5, FaultPlan::none(), &TOPOLOGY, async |bench| {
        // A publisher that saw no confirm publishes again: both copies are in the queue.
        bench.command("1", "a", "slow:1000").await;
        bench.command("1", "a", "slow:1000").await;
        bench.command("2", "a", "slow:1001").await;
        let _worker = bench.keep_running(1);
        bench.world.sleep(Duration::from_millis(1_500)).await;
        // Another command did not wait.
        assert_eq!(bench.worker.notes("a"), ["slow:1000", "slow:1001"]);
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["slow:1000", "slow:1001"]);
        assert_eq!(bench.worker.tries("slow:1000"), 1);
    });
}

#[test]
fn a_full_window_pauses_the_partition_and_loses_nothing() {
    simulate(3, FaultPlan::none(), &TOPOLOGY, async |mut bench| {
        bench.platform.tuning.window = 8;
        bench.ask("slow", "a", "slow:3000").await;
        for at in 0..600 {
            bench.ask(&format!("{at}"), "a", "next").await;
            bench
                .ask(&format!("b{at}"), &format!("b{at}"), "other")
                .await;
        }
        let _worker = bench.keep_running(1);
        bench.world.sleep(Duration::from_secs(2)).await;
        let before = bench.worker.all_notes().len();
        assert!(before < 600, "the window let {before} records pass");
        bench.settled().await;
        assert_eq!(bench.worker.notes("a").len(), 601);
        assert_eq!(bench.worker.all_notes().len(), 1_201);
    });
}

#[test]
fn a_row_the_broker_refuses_for_good_holds_its_key_alone() {
    // The topic that a service publishes to was not created.
    simulate(4, FaultPlan::none(), &TOPOLOGY, async |mut bench| {
        bench.broker = herald::transport::embedded::Embedded::new(&bench.world);
        let topics = herald::transport::TopicSpec::all_of(&TOPOLOGY);
        let (missing, present): (Vec<_>, Vec<_>) = topics
            .into_iter()
            .partition(|topic| topic.name == "answered");
        bench.platform.log = bench.broker.log();
        bench.platform.queues = bench.broker.queues();
        bench.platform.log.declare(&present).await.unwrap();
        let queues = herald::transport::QueueSpec::all_of(&TOPOLOGY);
        bench.platform.queues.declare(&queues).await.unwrap();
        let worker = bench.keep_running(1);
        bench.ask("1", "a", "work:do").await;
        bench.world.sleep(Duration::from_secs(5)).await;
        // The command went out all the same.
        assert_eq!(bench.worker.notes("a"), ["work:do", "do"]);
        assert_eq!(bench.worker.bind().pending().await.outbox, 2);
        // Once the topic is there, a start sends what was held, in order.
        drop(worker);
        bench.platform.log.declare(&missing).await.unwrap();
        bench.world.sleep(Duration::from_secs(10)).await;
        let _worker = bench.keep_running(1);
        bench.world.sleep(Duration::from_secs(20)).await;
        let told = bench.texts::<Answered>("answered");
        let texts: Vec<_> = told.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["work:do", "do"]);
    });
}

#[test]
fn another_generation_reads_all_again() {
    simulate(6, FaultPlan::none(), &TOPOLOGY, async |mut bench| {
        let _one = bench.keep_running(1);
        bench.ask("1", "a", "first").await;
        bench.world.sleep(Duration::from_secs(1)).await;
        assert_eq!(bench.worker.notes("a"), ["first"]);
        bench.platform.tuning.generation = 1;
        let _other = bench.keep_running(1);
        bench.world.sleep(Duration::from_secs(1)).await;
        assert_eq!(bench.worker.notes("a"), ["first", "first"]);
        // From now on both hear of it.
        bench.ask("2", "a", "second").await;
        bench.world.sleep(Duration::from_secs(1)).await;
        let notes = ["first", "first", "second", "second"];
        assert_eq!(bench.worker.notes("a"), notes);
    });
}

#[test]
fn a_generation_that_begins_at_a_time_passes_over_what_is_older() {
    simulate(7, FaultPlan::none(), &TOPOLOGY, async |mut bench| {
        bench.ask("1", "a", "old").await;
        bench.world.sleep(Duration::from_secs(1)).await;
        bench.platform.tuning.since = Some(bench.world.now());
        let _worker = bench.keep_running(1);
        bench.ask("2", "a", "new").await;
        bench.world.sleep(Duration::from_secs(1)).await;
        assert_eq!(bench.worker.notes("a"), ["new"]);
    });
}
