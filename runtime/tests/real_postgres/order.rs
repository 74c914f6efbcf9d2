//! The order of one key's messages, with several writers and several relays.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use herald::World;
use herald::conformance::postgres::Database;
use herald::store::postgres::Postgres;
use herald::store::{
    Begun, Broker, Claim, Committed, Destination, Effects, InboxKey, OutboxRow, Outgoing,
    Store as _, Unit,
};
use herald::transport::Headers;
use herald::world::real;

use crate::subject::{read, store, write};

const LEASE: Duration = Duration::from_millis(300);

fn message(world: &World, key: &str, text: &str) -> Outgoing {
    Outgoing {
        id: world.new_id(),
        name: "Message",
        destination: Destination::Topic("topic".into()),
        key: Some(Bytes::copy_from_slice(key.as_bytes())),
        headers: Headers::new(),
        payload: Bytes::copy_from_slice(text.as_bytes()),
    }
}

fn unit(world: &World, key: &str) -> Unit {
    Unit {
        inbox: None,
        key: Some(key.to_owned()),
        park: None,
        now: world.now(),
    }
}

/// Locks the key as a handler does, writes, and sends what it wrote.
async fn handle(world: &World, store: &Postgres, key: &str, text: &str) {
    let unit = unit(world, key);
    let Ok(Begun::Fresh(mut tx)) = store.begin(&unit).await else {
        panic!("not fresh");
    };
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext($1))")
        .bind(key)
        .execute(tx.connection().await.unwrap())
        .await
        .unwrap();
    write(&mut tx, key, text).await.unwrap();
    let effects = Effects {
        outbox: vec![message(world, key, text)],
        ..Effects::default()
    };
    let committed = store.commit(&unit, tx, effects).await;
    assert_eq!(committed, Ok(Committed::Done));
}

#[test]
#[ignore = "needs the real servers"]
fn of_many_that_commit_one_unit_at_once_one_is_done() {
    Database::with(|database| async move {
        let (world, store) = (real::world(), store(&database));
        store.prepare(Duration::ZERO).await.unwrap();
        let mut unit = unit(&world, "a");
        unit.inbox = Some(InboxKey {
            consumer: "tested".into(),
            source: "/other".to_owned(),
            id: "1".to_owned(),
            generation: 0,
        });
        let attempts = (0..5).map(|at| {
            let (world, store, unit) = (&world, &store, &unit);
            async move {
                let Ok(Begun::Fresh(mut tx)) = store.begin(unit).await else {
                    return Ok(Committed::Seen(None));
                };
                // Every other one never looks at the store before its commit.
                if at % 2 == 0 {
                    write(&mut tx, "a", "text").await?;
                }
                let effects = Effects {
                    outbox: vec![message(world, "a", "text")],
                    ..Effects::default()
                };
                store.commit(unit, tx, effects).await
            }
        });
        let ended = futures_util::future::join_all(attempts).await;
        let done = ended.iter().filter(|end| **end == Ok(Committed::Done));
        let seen = ended
            .iter()
            .filter(|end| **end == Ok(Committed::Seen(None)));
        assert_eq!((done.count(), seen.count()), (1, 4), "{ended:?}");
        assert_eq!(store.outbox_depth(Broker::Log).await, Ok(1));
        assert!(read(&store, "a").await.len() < 2);
    });
}

async fn claim(world: &World, store: &Postgres, holder: &str, limit: usize) -> Vec<OutboxRow> {
    let except = BTreeSet::new();
    let claim = Claim {
        broker: Some(Broker::Log),
        holder,
        now: world.now(),
        lease: LEASE,
        limit,
        except: &except,
    };
    store.claim_outbox(&claim).await.unwrap()
}

fn text(row: &OutboxRow) -> String {
    String::from_utf8(row.message.payload.to_vec()).unwrap()
}

/// Texts in the order in which each was first published.
fn first_occurrences(published: &[String]) -> Vec<&String> {
    let mut seen = BTreeSet::new();
    published.iter().filter(|text| seen.insert(*text)).collect()
}

#[test]
#[ignore = "needs the real servers"]
fn concurrent_commits_of_one_key_keep_their_order() {
    const WRITERS: usize = 5;
    const EACH: usize = 40;
    Database::with(|database| async move {
        let (world, store) = (real::world(), store(&database));
        store.prepare(Duration::ZERO).await.unwrap();
        let writers = (0..WRITERS).map(|writer| {
            let (world, store) = (&world, &store);
            async move {
                for at in 0..EACH {
                    let key = if at % 2 == 0 { "even" } else { "odd" };
                    handle(world, store, key, &format!("{key} {writer}/{at}")).await;
                }
            }
        });
        let relay = async {
            // Claims while the writers are at work, so that gaps would be seen.
            let mut published = Vec::new();
            while published.len() < WRITERS * EACH {
                let rows = claim(&world, &store, "relay", 7).await;
                published.extend(rows.iter().map(text));
                store.delete_outbox(Broker::Log, &rows).await.unwrap();
            }
            published
        };
        let (_, published) = tokio::join!(futures_util::future::join_all(writers), relay);
        for key in ["even", "odd"] {
            let of_key = published.iter().filter(|text| text.starts_with(key));
            assert_eq!(
                of_key.cloned().collect::<Vec<_>>(),
                read(&store, key).await,
                "{key}"
            );
        }
    });
}

#[test]
#[ignore = "needs the real servers"]
fn a_number_that_is_not_committed_yet_is_not_passed_by() {
    Database::with(|database| async move {
        let (world, store) = (real::world(), store(&database));
        store.prepare(Duration::ZERO).await.unwrap();
        // Another transaction took the lower number and is still open.
        let mut early = store.pool().begin().await.unwrap();
        sqlx::query("SELECT nextval(pg_get_serial_sequence('herald.outbox', 'sequence'))")
            .execute(&mut *early)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO herald.outbox (broker, lane, id, name, destination, headers, payload)
                VALUES (0, gen_random_uuid(), gen_random_uuid(), 'Early', 'topic', '', '')",
        )
        .execute(&mut *early)
        .await
        .unwrap();
        handle(&world, &store, "late", "late").await;
        let late = claim(&world, &store, "relay", 10).await;
        assert_eq!(late.iter().map(text).collect::<Vec<_>>(), ["late"]);
        store.delete_outbox(Broker::Log, &late).await.unwrap();
        early.commit().await.unwrap();
        let rows = claim(&world, &store, "relay", 10).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].message.name, "Early");
        assert!(rows[0].sequence < late[0].sequence);
    });
}

#[test]
#[ignore = "needs the real servers"]
fn a_relay_that_wakes_after_its_lease_repeats_and_does_not_reorder() {
    Database::with(|database| async move {
        let (world, store) = (real::world(), store(&database));
        store.prepare(Duration::ZERO).await.unwrap();
        for at in 0..6 {
            handle(&world, &store, "a", &format!("{at}")).await;
        }
        // The old relay claims, publishes two, and is stopped.
        let mut published = Vec::new();
        let stale = claim(&world, &store, "old", 4).await;
        published.extend(stale[..2].iter().map(text));
        assert!(claim(&world, &store, "new", 10).await.is_empty());
        world.sleep(LEASE + Duration::from_millis(50)).await;
        // The new one takes over; more is committed meanwhile.
        let taken = claim(&world, &store, "new", 3).await;
        handle(&world, &store, "a", "6").await;
        published.extend(taken[..1].iter().map(text));
        // The old one goes on where it was, and finds its lease gone.
        published.extend(stale[2..].iter().map(text));
        store.delete_outbox(Broker::Log, &stale).await.unwrap();
        assert!(claim(&world, &store, "old", 10).await.is_empty());
        let refused = store.hold_outbox(Broker::Log, &stale[0], "too late").await;
        assert_eq!(refused, Ok(()));
        // The new one ends its batch and the rest.
        published.extend(taken[1..].iter().map(text));
        store.delete_outbox(Broker::Log, &taken).await.unwrap();
        let rest = claim(&world, &store, "new", 10).await;
        published.extend(rest.iter().map(text));
        store.delete_outbox(Broker::Log, &rest).await.unwrap();
        assert_eq!(
            first_occurrences(&published),
            ["0", "1", "2", "3", "4", "5", "6"]
        );
        assert_eq!(published.len(), 4 + 3 + 3, "{published:?}");
        assert_eq!(store.release_outbox(Broker::Log).await, Ok(0));
    });
}

#[test]
#[ignore = "needs the real servers"]
fn the_relay_with_the_lease_is_woken_by_another_instance() {
    Database::with(|database| async move {
        let (world, ours, theirs) = (real::world(), store(&database), store(&database));
        ours.prepare(Duration::ZERO).await.unwrap();
        assert!(claim(&world, &ours, "ours", 10).await.is_empty());
        let woken = ours.outbox_filled(Broker::Log);
        let committing = async {
            // Until it listens nobody hears; relays poll as well, as this does.
            loop {
                handle(&world, &theirs, "a", "text").await;
                claim(&world, &ours, "ours", 0).await;
                assert!(claim(&world, &theirs, "theirs", 10).await.is_empty());
                world.sleep(Duration::from_millis(20)).await;
            }
        };
        let limit = Duration::from_secs(10);
        let heard = world.timeout(limit, async {
            tokio::select! {
                () = woken => {}
                () = committing => {}
            }
        });
        assert_eq!(Box::pin(heard).await, Some(()), "nothing was heard");
    });
}
