//! The store on MongoDB passes the suite of every store, on the real server, and
//! loses nothing when many change one document.

#![cfg(feature = "mongodb")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use herald::conformance::mongodb::Database;
use herald::conformance::store::Subject;
use herald::store::mongodb::bson::{self, Bson};
use herald::store::mongodb::{MongoDocument, MongoDocuments, MongodbSettings};
use herald::store::{
    Begun, Broker, Claim, Committed, Destination, Document, DocumentTx, Effects, InboxKey,
    OutboxRow, Outgoing, Store, StoreError, Unit,
};
use herald::transport::Headers;
use herald::{BoxFuture, World};
use tokio::runtime::{Handle, Runtime};

#[derive(Debug, Clone, Default)]
struct List(Vec<String>);

impl Document for List {
    fn stub(_id: &str) -> Self {
        Self::default()
    }
}

impl MongoDocument for List {
    fn to_bson(&self) -> bson::Document {
        bson::doc! { "texts": self.0.clone() }
    }

    fn from_bson(from: bson::Document) -> Result<Self, String> {
        let texts = from.get_array("texts").map_err(|e| e.to_string())?;
        let texts = texts.iter().filter_map(Bson::as_str);
        Ok(Self(texts.map(ToOwned::to_owned).collect()))
    }
}

/// A store in a database of its own, which is dropped with it.
struct OnMongo {
    store: MongoDocuments<List>,
    settings: MongodbSettings,
    _database: Database,
}

impl OnMongo {
    async fn with(change: impl FnOnce(&mut MongodbSettings)) -> Self {
        let database = Database::new();
        let mut settings = database.settings();
        change(&mut settings);
        let store = MongoDocuments::connect(&settings, "lists").await.unwrap();
        store.prepare(Duration::from_hours(1)).await.unwrap();
        Self {
            store,
            settings,
            _database: database,
        }
    }

    /// Another instance on the same database.
    async fn again(&self) -> MongoDocuments<List> {
        let store = MongoDocuments::connect(&self.settings, "lists").await;
        store.unwrap()
    }
}

fn subject() -> OnMongo {
    tokio::task::block_in_place(|| Handle::current().block_on(OnMongo::with(|_| {})))
}

fn run(case: impl FnOnce(World) -> BoxFuture<'static, ()>) {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async { case(herald::world::real::world()).await });
}

impl Subject for OnMongo {
    type Store = MongoDocuments<List>;

    fn store(&self) -> &Self::Store {
        &self.store
    }

    fn write<'a>(
        &'a self,
        tx: &'a mut DocumentTx<List>,
        _key: &'a str,
        text: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        tx.0.push(text.to_owned());
        Box::pin(async { Ok(()) })
    }

    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Vec<String>> {
        Box::pin(async move {
            let list = self.store.get(key).await.unwrap();
            list.unwrap_or_default().0
        })
    }
}

mod conformance {
    use super::*;
    herald::store_conformance!(
        #[ignore = "needs the real servers"]
        run,
        subject()
    );
}

fn unit(world: &World, id: &str, key: &str) -> Unit {
    Unit {
        inbox: Some(InboxKey {
            consumer: "service/group".into(),
            source: "/system/other".to_owned(),
            id: id.to_owned(),
            generation: 0,
        }),
        key: Some(key.to_owned()),
        park: None,
        now: world.now(),
    }
}

fn sending(world: &World, payload: &[u8]) -> Effects {
    let message = Outgoing {
        id: world.new_id(),
        name: "Message",
        destination: Destination::Topic("topic".into()),
        key: Some(Bytes::from_static(b"a")),
        headers: Headers::new(),
        payload: Bytes::copy_from_slice(payload),
    };
    Effects {
        outbox: vec![message],
        ..Effects::default()
    }
}

/// Does a unit as delivery does: from the beginning after each conflict.
async fn add(
    store: &MongoDocuments<List>,
    unit: &Unit,
    text: &str,
    effects: Effects,
) -> Result<Committed, StoreError> {
    loop {
        let mut tx = match store.begin(unit).await? {
            Begun::Fresh(tx) => tx,
            Begun::Seen(answer) => return Ok(Committed::Seen(answer)),
            Begun::Parked => panic!("{unit:?} is parked"),
        };
        tx.0.push(text.to_owned());
        match store.commit(unit, tx, effects.clone()).await {
            Err(StoreError::Conflict) => {}
            other => return other,
        }
    }
}

async fn claim(store: &MongoDocuments<List>, world: &World, holder: &str) -> Vec<OutboxRow> {
    let claim = Claim {
        broker: Some(Broker::Log),
        holder,
        now: world.now(),
        lease: Duration::from_secs(30),
        limit: 10_000,
        except: &BTreeSet::new(),
    };
    store.claim_outbox(&claim).await.unwrap()
}

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

#[test]
#[ignore = "needs the real servers"]
fn a_document_full_of_pending_messages_refuses_until_they_are_gone() {
    run(|world| {
        Box::pin(async move {
            let subject = OnMongo::with(|settings| settings.pending = 3).await;
            let store = &subject.store;
            for at in 0..3 {
                let unit = unit(&world, &format!("{at}"), "a");
                let committed = add(store, &unit, "text", sending(&world, b"")).await;
                assert_eq!(committed, Ok(Committed::Done));
            }
            let late = unit(&world, "late", "a");
            let full = add(store, &late, "late", Effects::default()).await;
            assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
            let other = unit(&world, "late", "b");
            let free = add(store, &other, "other", Effects::default()).await;
            assert_eq!(free, Ok(Committed::Done));
            let rows = claim(store, &world, "relay").await;
            store.delete_outbox(Broker::Log, &rows[..1]).await.unwrap();
            let free = add(store, &late, "late", Effects::default()).await;
            assert_eq!(free, Ok(Committed::Done));
        })
    });
}

#[test]
#[ignore = "needs the real servers"]
fn the_bytes_of_pending_messages_are_bounded() {
    run(|world| {
        Box::pin(async move {
            let subject = OnMongo::with(|settings| settings.pending_bytes = 10_000).await;
            let store = &subject.store;
            let huge = unit(&world, "huge", "a");
            let refused = add(store, &huge, "huge", sending(&world, &[0; 20_000])).await;
            assert!(
                matches!(refused, Err(StoreError::Refused(_))),
                "{refused:?}"
            );
            for id in ["1", "2"] {
                let unit = unit(&world, id, "a");
                let committed = add(store, &unit, id, sending(&world, &[0; 9_000])).await;
                assert_eq!(committed, Ok(Committed::Done));
            }
            let late = unit(&world, "late", "a");
            let full = add(store, &late, "late", Effects::default()).await;
            assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
            assert_eq!(subject.read("a").await, ["1", "2"]);
        })
    });
}

#[test]
#[ignore = "needs the real servers"]
fn the_window_of_processed_ids_is_bounded_and_moves_on() {
    run(|world| {
        Box::pin(async move {
            let subject = OnMongo::with(|settings| {
                settings.processed = 2;
                settings.window = Duration::from_hours(1);
            });
            let subject = subject.await;
            let store = &subject.store;
            for id in ["1", "2"] {
                let committed = add(store, &unit(&world, id, "a"), id, Effects::default()).await;
                assert_eq!(committed, Ok(Committed::Done));
            }
            let mut third = unit(&world, "3", "a");
            let full = add(store, &third, "3", Effects::default()).await;
            assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
            third.now = third.now.checked_add(Duration::from_hours(2)).unwrap();
            let free = add(store, &third, "3", Effects::default()).await;
            assert_eq!(free, Ok(Committed::Done));
            let longer = store.prepare(Duration::from_hours(2)).await;
            assert!(matches!(longer, Err(StoreError::Refused(_))), "{longer:?}");
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

#[test]
#[ignore = "needs the real servers"]
fn a_server_that_is_not_there_is_unavailable() {
    run(|world| {
        Box::pin(async move {
            let mut settings = MongodbSettings::at("mongodb://127.0.0.1:9/nothing");
            settings.timeout = Duration::from_millis(300);
            let store = MongoDocuments::<List>::connect(&settings, "lists").await;
            let begun = store.unwrap().begin(&unit(&world, "1", "a")).await;
            let begun = begun.map(drop);
            assert!(
                matches!(begun, Err(StoreError::Unavailable(_))),
                "{begun:?}"
            );
        })
    });
}
