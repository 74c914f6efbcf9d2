//! Headers of a message's own: written beside the envelope, read where a handler asks for them, kept
//! wherever the message goes.

mod support;

use herald::delivery::dead_letter::{names, original_headers};
use herald::transport::{Headers, NewRecord, Record};
use herald::world::FaultPlan;
use support::Asked;
use support::bench::{Bench, simulate};
use support::catalog::{PARKING, TOPOLOGY};

const DLT: &str = "asked.worker.dlt";

async fn ask(bench: &Bench, id: &str, text: &str, own: &[(&'static str, &'static [u8])]) {
    let mut record = bench.record("asked", id, &Asked::new("a", text)).await;
    for (name, value) in own {
        record.headers.push(*name, *value);
    }
    bench.publish(record).await;
}

fn header<'h>(headers: &'h Headers, name: &str) -> &'h str {
    headers.text(name).unwrap_or("")
}

/// Why each letter was given up, and the error.
fn stories(letters: &[Record]) -> Vec<(&str, &str)> {
    let headers = letters.iter().map(|letter| &letter.headers);
    headers
        .map(|h| (header(h, names::REASON), header(h, names::LAST_ERROR)))
        .collect()
}

#[test]
fn headers_reach_the_handler_through_outbox_queue_and_topic() {
    simulate(1, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        ask(
            &bench,
            "1",
            "tenant:go",
            &[("tenant", b"acme"), ("x-level", b"7")],
        )
        .await;
        bench.settled().await;
        let mut notes = bench.worker.notes("a");
        notes.sort();
        assert_eq!(notes, ["fine", r#"go Some("acme") Some(7)"#, "tenant:go"]);
        let published = &bench.broker.records("asked")[1];
        assert_eq!(published.headers.text("tenant"), Some("own"));
        assert_eq!(published.headers.text("x-level"), Some("8"));
        assert_eq!(published.headers.text("ce_source"), Some("/test/worker"));
    });
}

#[test]
fn what_is_absent_has_its_default_or_is_none() {
    simulate(2, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        ask(&bench, "1", "tenant:go", &[("tenant", b"acme")]).await;
        ask(&bench, "2", "work:tenant bare", &[]).await;
        bench.settled().await;
        let notes = bench.worker.notes("a");
        assert!(notes.contains(&r#"go Some("acme") Some(1)"#.to_owned()));
        assert!(notes.contains(&"bare None None".to_owned()), "{notes:?}");
    });
}

#[test]
fn a_header_that_cannot_be_read_is_a_dead_letter_and_may_be_redriven() {
    simulate(3, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        ask(&bench, "1", "tenant:missing", &[]).await;
        ask(
            &bench,
            "2",
            "tenant:wrong",
            &[("tenant", b"acme"), ("x-level", b"high")],
        )
        .await;
        ask(&bench, "3", "tenant:bytes", &[("tenant", b"\xff")]).await;
        // Nobody reads the headers of this one.
        ask(&bench, "4", "fine", &[("tenant", b"\xff")]).await;
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), ["fine"]);
        let dead = bench.broker.records(DLT);
        assert_eq!(
            stories(&dead),
            [
                ("rejected", "rejected: header tenant is missing"),
                (
                    "rejected",
                    "rejected: header x-level is \"high\": invalid digit found in string"
                ),
                ("rejected", "rejected: header tenant is not UTF-8"),
            ]
        );
        assert_eq!(dead[1].headers.text("x-level"), Some("high"));
        assert_eq!(dead[2].headers.get("tenant"), Some(b"\xff".as_slice()));

        let mut headers = original_headers(&dead[1].headers);
        headers.set("x-level", "3");
        redrive(&bench, 1, headers).await;
        bench.settled().await;
        let notes = bench.worker.notes("a");
        let handed_on = r#"wrong Some("acme") Some(3)"#.to_owned();
        assert!(notes.contains(&handed_on), "{notes:?}");
    });
}

async fn redrive(bench: &Bench, at: usize, headers: Headers) {
    let dead = bench.broker.records(DLT).remove(at);
    let record = NewRecord {
        topic: "asked.worker.redrive".into(),
        partition: None,
        key: dead.key,
        headers,
        payload: dead.payload,
        timestamp: None,
    };
    bench.publish(record).await;
}

#[test]
fn headers_wait_with_a_parked_message() {
    simulate(4, FaultPlan::none(), &PARKING, async |bench| {
        let _worker = bench.keep_running(1);
        ask(&bench, "1", "fail:4", &[]).await;
        ask(&bench, "2", "tenant:later", &[("tenant", b"acme")]).await;
        bench.settled().await;
        assert_eq!(bench.worker.notes("a"), [""; 0]);
        let headers = original_headers(&bench.broker.records(DLT)[0].headers);
        redrive(&bench, 0, headers).await;
        bench.settled().await;
        let notes = bench.worker.notes("a");
        let handed_on = r#"later Some("acme") Some(1)"#.to_owned();
        assert!(notes.contains(&handed_on), "{notes:?}");
    });
}

#[test]
fn headers_of_a_command_survive_its_retries() {
    simulate(5, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        let own = [("tenant", "acme"), ("x-level", "1")];
        bench.command_with("1", "a", "tenant fail:2", &own).await;
        bench.settled().await;
        let notes = bench.worker.notes("a");
        let handed_on = r#"fail:2 Some("acme") Some(1)"#.to_owned();
        assert!(notes.contains(&handed_on), "{notes:?}");
        assert_eq!(bench.worker.tries(&handed_on), 3);
    });
}

#[test]
fn a_command_whose_header_cannot_be_read_is_a_dead_letter() {
    simulate(6, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        bench
            .command_with("3", "a", "tenant go", &[("x-level", "1.5")])
            .await;
        bench.settled().await;
        let dead = bench.broker.messages("worker.work.dlq");
        assert_eq!(dead.len(), 1);
        let why = "rejected: header x-level is \"1.5\": invalid digit found in string";
        assert_eq!(header(&dead[0].headers, names::LAST_ERROR), why);
        assert_eq!(header(&dead[0].headers, "x-level"), "1.5");
    });
}

#[test]
fn asking_for_another_messages_headers_is_an_error() {
    simulate(7, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let _worker = bench.keep_running(1);
        ask(&bench, "1", "strange", &[]).await;
        bench.settled().await;
        let dead = bench.broker.records(DLT);
        let why = "rejected: headers of test.Work were asked for, the message is test.Asked";
        assert_eq!(stories(&dead), [("rejected", why)]);
    });
}
