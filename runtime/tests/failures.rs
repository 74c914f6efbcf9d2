//! What becomes of messages that cannot be handled.

mod support;

use std::time::Duration;

use herald::delivery::dead_letter::{names, original_headers};
use herald::transport::{Headers, QueueMessage};
use herald::world::FaultPlan;
use herald::{Command, Message};
use support::bench::{Bench, simulate};
use support::catalog::{PARKING, TOPOLOGY};
use support::{Answered, Asked, Work};

const DLT: &str = "asked.worker.dlt";

fn header<'h>(headers: &'h Headers, name: &str) -> &'h str {
    headers.text(name).unwrap_or("")
}

#[test]
fn what_fails_for_good_is_dead_lettered_with_its_story() {
    simulate(1, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        let asked = bench.record("asked", "1", &Asked::new("a", "fail:9")).await;
        bench.publish(asked.clone()).await;
        bench.ask("2", "a", "reject").await;
        bench.ask("3", "a", "fine").await;
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["fine"]);
        assert_eq!(
            (bench.worker.tries("fail:9"), bench.worker.tries("reject")),
            (4, 1)
        );
        let dead = bench.broker.records(DLT);
        let reasons: Vec<_> = dead
            .iter()
            .map(|at| header(&at.headers, names::REASON))
            .collect();
        assert_eq!(reasons, ["attempts-exhausted", "rejected"]);
        let first = &dead[0];
        assert_eq!((&first.key, &first.payload), (&asked.key, &asked.payload));
        assert_eq!(original_headers(&first.headers), asked.headers);
        let told = [
            (names::ATTEMPTS, "4"),
            (names::FIRST_ERROR, "try 1"),
            (names::LAST_ERROR, "try 4"),
            (names::SERVICE, "worker"),
            (names::GROUP, "worker"),
            (names::SOURCE, "asked"),
            (names::OFFSET, "0"),
        ];
        for (name, value) in told {
            assert_eq!(header(&first.headers, name), value, "{name}");
        }
        let source = bench.broker.records("asked");
        let partition = header(&first.headers, names::PARTITION);
        assert_eq!(partition, source[0].partition.to_string());
        assert_eq!(bench.texts::<Answered>("answered").len(), 1);
    });
}

#[test]
fn what_does_not_decode_is_dead_lettered_with_its_bytes() {
    simulate(2, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        let mut typed = Headers::new();
        typed.push("ce_type", Asked::TYPE);
        bench
            .raw("asked", typed.clone(), b"{\"not\":\"avro\"}")
            .await;
        bench
            .raw("asked", typed.clone(), b"\x00\x00\x00\x00\x01\xff\xff\xff")
            .await;
        bench.raw("asked", typed, b"").await;
        bench.raw("asked", Headers::new(), b"no type at all").await;
        bench.ask("1", "k", "fine").await;
        bench.settled().await;
        assert_eq!(bench.worker.notes("k"), ["fine"]);
        let dead = bench.broker.records(DLT);
        let bytes: Vec<&[u8]> = dead
            .iter()
            .map(|at| at.payload.as_deref().unwrap())
            .collect();
        let sent: [&[u8]; 4] = [
            b"{\"not\":\"avro\"}",
            b"\x00\x00\x00\x00\x01\xff\xff\xff",
            b"",
            b"no type at all",
        ];
        assert_eq!(bytes, sent);
        let reasons: Vec<_> = dead
            .iter()
            .map(|at| header(&at.headers, names::REASON))
            .collect();
        assert_eq!(
            reasons,
            ["undecodable", "undecodable", "undecodable", "no-envelope"]
        );
    });
}

#[test]
fn what_is_not_mine_is_passed_over() {
    simulate(3, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let world = bench.world.instance("worker");
        let platform = herald::Platform {
            world,
            ..bench.platform.clone()
        };
        let running = bench.worker.bind().start(platform).await.unwrap();
        let mut foreign = Headers::new();
        foreign.push("ce_type", "test.SomebodyElses");
        bench.raw("asked", foreign, b"whatever").await;
        bench.world.sleep(Duration::from_secs(1)).await;
        bench.settled().await;
        assert_eq!(bench.broker.records(DLT).len(), 0);
        assert_eq!(running.metrics().total("herald_foreign_total"), 1);
        assert_eq!(running.metrics().total("herald_consumed_total"), 0);
    });
}

#[test]
fn what_is_too_large_to_publish_is_refused_in_the_handler() {
    simulate(4, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        bench.ask("1", "a", "big").await;
        bench.settled().await;
        let dead = bench.broker.records(DLT);
        assert_eq!(header(&dead[0].headers, names::REASON), "rejected");
        assert!(header(&dead[0].headers, names::LAST_ERROR).contains("Answered takes 2097"));
        assert_eq!(bench.worker.notes("a"), [""; 0]);
    });
}

#[test]
fn a_command_is_retried_through_its_wait_queues() {
    simulate(5, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        bench.command("1", "a", "fail:2").await;
        let began = bench.world.now();
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["fail:2"]);
        assert_eq!(bench.worker.tries("fail:2"), 3);
        let took = bench.world.now().duration_since(began).as_millis();
        assert!(took >= 250, "two tiers take 50 and 200 ms, not {took}");
    });
}

#[test]
fn a_command_that_fails_for_good_is_dead_lettered() {
    simulate(6, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        bench.command("1", "a", "fail:9").await;
        let foreign = QueueMessage {
            headers: Headers::new(),
            payload: "foreign".into(),
            timestamp: None,
        };
        bench.send(foreign).await;
        bench.settled().await;
        assert_eq!(bench.worker.tries("fail:9"), 4);
        let dead = bench.broker.messages("worker.work.dlq");
        assert_eq!(dead.len(), 2);
        for message in dead {
            if header(&message.headers, names::REASON) == "no-envelope" {
                assert_eq!(&message.payload[..], b"foreign");
            } else {
                assert_eq!(header(&message.headers, names::ATTEMPTS), "4");
                assert_eq!(header(&message.headers, names::FIRST_ERROR), "try 1");
                assert_eq!(header(&message.headers, names::SOURCE), Work::QUEUE);
            }
        }
    });
}

async fn redrive(bench: &Bench, at: usize, discard: bool) {
    let dead = bench.broker.records(DLT).remove(at);
    let mut headers = original_headers(&dead.headers);
    if discard {
        headers.set(names::REDRIVE, "discard");
    }
    bench
        .publish(herald::transport::NewRecord {
            topic: "asked.worker.redrive".into(),
            partition: None,
            key: dead.key,
            headers,
            payload: dead.payload,
            timestamp: None,
        })
        .await;
}

#[test]
fn redriving_twice_has_one_effect() {
    simulate(7, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        bench.ask("1", "a", "fail:4").await;
        bench.ask("2", "a", "later").await;
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["later"]);
        redrive(&bench, 0, false).await;
        redrive(&bench, 0, false).await;
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["later", "fail:4"]);
        assert_eq!(bench.broker.records(DLT).len(), 1);
    });
}

#[test]
fn a_parked_key_waits_in_order_for_its_redrive() {
    simulate(8, FaultPlan::none(), &PARKING, async |bench| {
        let worker = bench.keep_running(1);
        bench.ask("1", "a", "fail:4").await;
        bench.ask("2", "a", "second").await;
        bench.ask("3", "a", "reject").await;
        bench.ask("4", "a", "fourth").await;
        bench.ask("5", "b", "other").await;
        bench.settled().await;
        assert_eq!(bench.worker.all_notes(), ["other"]);
        // What waits is durable: another instance finds it.
        drop(worker);
        bench.world.sleep(Duration::from_secs(1)).await;
        let _worker = bench.keep_running(1);
        bench.ask("6", "a", "sixth").await;
        bench.settled().await;
        assert_eq!(bench.worker.all_notes(), ["other"]);

        redrive(&bench, 0, false).await;
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["fail:4", "second"]);
        assert_eq!(bench.broker.records(DLT).len(), 2);
        assert_eq!(
            header(&bench.broker.records(DLT)[1].headers, names::REASON),
            "rejected"
        );

        redrive(&bench, 1, true).await;
        bench.ask("7", "a", "seventh").await;
        bench.settled().await;
        let notes = bench.worker.notes("a");
        assert_eq!(notes, ["fail:4", "second", "fourth", "sixth", "seventh"]);
    });
}

#[test]
fn a_timer_fires_once_unless_it_was_cancelled() {
    simulate(9, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(2);
        bench.ask("1", "a", "timer one").await;
        bench.ask("2", "b", "timer two").await;
        bench.ask("3", "b", "untimer").await;
        bench.ask("4", "c", "timer fail:1").await;
        bench.world.sleep(Duration::from_millis(2_500)).await;
        assert_eq!(bench.worker.notes("a"), ["timer one"]);
        bench.world.sleep(Duration::from_secs(30)).await;
        assert_eq!(bench.worker.notes("a"), ["timer one", "fired timer one"]);
        assert_eq!(bench.worker.notes("b"), ["timer two", "untimer"]);
        assert_eq!(
            bench.worker.notes("c"),
            ["timer fail:1", "fired timer fail:1"]
        );
        assert_eq!(bench.worker.bind().pending().await.next_timer, None);
    });
}

#[test]
fn traces_and_causes_go_through_every_hop() {
    simulate(10, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        let mut asked = bench
            .record("asked", "1", &Asked::new("a", "work:do"))
            .await;
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        asked.headers.push("traceparent", trace);
        bench.publish(asked).await;
        bench.settled().await;
        let answered = bench.broker.records("answered");
        assert_eq!(answered.len(), 2);
        for (record, cause) in answered
            .iter()
            .zip(["1", header(&answered[1].headers, "ce_causationid")])
        {
            assert_eq!(header(&record.headers, "traceparent")[..36], trace[..36]);
            assert_ne!(header(&record.headers, "traceparent"), trace);
            assert_eq!(header(&record.headers, "ce_correlationid"), "1");
            assert_eq!(header(&record.headers, "ce_causationid"), cause);
            assert_eq!(header(&record.headers, "ce_source"), "/test/worker");
        }
        assert_ne!(header(&answered[1].headers, "ce_causationid"), "1");
    });
}
