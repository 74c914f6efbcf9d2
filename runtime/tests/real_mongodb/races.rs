//! Many at once on one document: nothing is lost, nothing is done twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use herald::World;
use herald::conformance::store::Subject;
use herald::store::mongodb::MongoDocuments;
use herald::store::{Begun, Broker, Claim, Committed, Effects, Store, TimerKey, TimerRow};
use herald::transport::Headers;

use crate::subject::{List, OnMongo, add, claim, run, sending, unit};

#[test]
#[ignore = "needs the real servers"]
fn many_tasks_on_one_document_lose_nothing() {
    const TASKS: usize = 16;
    const EACH: usize = 12;
    run(|world| {
        Box::pin(async move {
            let subject = OnMongo::with(|_| {}).await;
            let mut tasks = Vec::new();
            for task in 0..TASKS {
                let (store, world) = (subject.again().await, world.clone());
                tasks.push(tokio::spawn(async move {
                    let mut done = 0;
                    for at in 0..EACH {
                        // Every unit is done by two tasks: one of them finds it done.
                        let text = format!("{} {at}", task / 2);
                        let unit = unit(&world, &text, "a");
                        let effects = sending(&world, b"payload");
                        let committed = add(&store, &unit, &text, effects).await.unwrap();
                        done += usize::from(committed == Committed::Done);
                    }
                    done
                }));
            }
            let mut done = 0;
            for task in tasks {
                done += task.await.unwrap();
            }
            let texts = subject.read("a").await;
            let distinct: BTreeSet<_> = texts.iter().collect();
            assert_eq!(done, TASKS / 2 * EACH);
            assert_eq!((texts.len(), distinct.len()), (done, done));
            let rows = claim(&subject.store, &world, "relay").await;
            assert_eq!(rows.len(), done);
            assert!(rows.is_sorted_by_key(|row| row.sequence));
        })
    });
}

/// Units keep committing while relays of several instances claim and delete;
/// each message is claimed, none stays, and no unit's write is lost.
#[test]
#[ignore = "needs the real servers"]
fn relays_race_each_other_and_the_units() {
    const UNITS: usize = 60;
    run(|world| {
        Box::pin(async move {
            let subject = Arc::new(OnMongo::with(|_| {}).await);
            let mut relays = Vec::new();
            for relay in 0..3 {
                let (store, world) = (subject.again().await, world.clone());
                relays.push(tokio::spawn(async move {
                    relay_until_done(&store, &world, relay, UNITS).await
                }));
            }
            for at in 0..UNITS {
                let text = format!("{at}");
                let unit = unit(&world, &text, "a");
                let effects = sending(&world, text.as_bytes());
                let committed = add(&subject.store, &unit, &text, effects).await;
                assert_eq!(committed, Ok(Committed::Done));
            }
            let mut published = Vec::new();
            for relay in relays {
                published.extend(relay.await.unwrap());
            }
            let distinct: BTreeSet<_> = published.into_iter().collect();
            assert_eq!(distinct.len(), UNITS);
            let all: Vec<_> = (0..UNITS).map(|at| at.to_string()).collect();
            assert_eq!(subject.read("a").await, all);
            assert_eq!(subject.store.outbox_depth(Broker::Log).await, Ok(0));
        })
    });
}

/// Claims with leases so short that others take over all the time. Ends when the
/// document has seen all units and nothing waits any more.
async fn relay_until_done(
    store: &MongoDocuments<List>,
    world: &World,
    relay: usize,
    units: usize,
) -> Vec<Bytes> {
    let mut published = Vec::new();
    loop {
        let claim = Claim {
            broker: Some(Broker::Log),
            holder: &format!("relay {relay}"),
            now: world.now(),
            lease: Duration::from_millis(2),
            limit: 5,
            except: &BTreeSet::new(),
        };
        let rows = store.claim_outbox(&claim).await.unwrap();
        published.extend(rows.iter().map(|row| row.message.payload.clone()));
        store.delete_outbox(Broker::Log, &rows).await.unwrap();
        let texts = store.get("a").await.unwrap().unwrap_or_default().0;
        if texts.len() == units && store.outbox_depth(Broker::Log).await == Ok(0) {
            return published;
        }
    }
}

/// A unit whose timer is claimed and postponed meanwhile commits all the same:
/// nobody else works on its document.
#[test]
#[ignore = "needs the real servers"]
fn claims_of_timers_do_not_disturb_units() {
    const UNITS: usize = 40;
    run(|world| {
        Box::pin(async move {
            let subject = OnMongo::with(|_| {}).await;
            let (store, clock) = (subject.again().await, world.clone());
            let loops = tokio::spawn(async move {
                loop {
                    for row in claim_timers(&store, &clock).await {
                        store.postpone_timer(&row, clock.now()).await.unwrap();
                    }
                    // Other tests use the server as well.
                    clock.sleep(Duration::from_millis(1)).await;
                }
            });
            for at in 0..UNITS {
                let text = format!("{at}");
                let effects = Effects {
                    set_timers: vec![timer(&world)],
                    ..Effects::default()
                };
                let unit = unit(&world, &text, "a");
                let Ok(Begun::Fresh(mut tx)) = subject.store.begin(&unit).await else {
                    panic!("{text} is not fresh");
                };
                tx.0.push(text);
                let committed = subject.store.commit(&unit, tx, effects).await;
                assert_eq!(committed, Ok(Committed::Done), "{at}");
            }
            loops.abort();
            assert_eq!(subject.read("a").await.len(), UNITS);
            let last = unit(&world, "last", "a");
            let cancelled = Effects {
                cancelled: vec![timer(&world).timer],
                ..Effects::default()
            };
            let done = add(&subject.store, &last, "last", cancelled).await;
            assert_eq!(done, Ok(Committed::Done));
            assert_eq!(subject.store.next_timer().await, Ok(None));
        })
    });
}

fn timer(world: &World) -> TimerRow {
    TimerRow {
        id: world.new_id(),
        timer: TimerKey {
            name: "Overdue",
            key: "a".to_owned(),
        },
        due: world.now(),
        payload: Bytes::new(),
        headers: Headers::new(),
    }
}

async fn claim_timers(store: &MongoDocuments<List>, world: &World) -> Vec<TimerRow> {
    let claim = Claim {
        broker: None,
        holder: "timers",
        now: world.now(),
        lease: Duration::from_millis(1),
        limit: 10,
        except: &BTreeSet::new(),
    };
    store.claim_timers(&claim).await.unwrap()
}
