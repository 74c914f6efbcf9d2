//! Both in-memory stores pass the suite of every store.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use herald::conformance::store::Subject;
use herald::store::memory::{Documents, Limits, Table, Tables, TablesTx};
use herald::store::{Document, DocumentTx, Store, StoreError, Unit};
use herald::world::sim::{Options, Sim};
use herald::{BoxFuture, World};

fn run(case: impl FnOnce(World) -> BoxFuture<'static, ()>) {
    let sim = Sim::new(Options::seed(1));
    sim.run(case(sim.world())).unwrap();
}

struct OnTables(Tables<Table<String, Vec<String>>>);

impl Subject for OnTables {
    type Store = Tables<Table<String, Vec<String>>>;

    fn store(&self) -> &Self::Store {
        &self.0
    }

    fn write<'a>(
        &'a self,
        tx: &'a mut TablesTx<Table<String, Vec<String>>>,
        key: &'a str,
        text: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let state = tx.state().await;
            state
                .get_or_insert_with(key.to_owned(), Vec::new)
                .push(text.to_owned());
            Ok(())
        })
    }

    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Vec<String>> {
        let list = self.0.read(|state| state.get(&key.to_owned()).cloned());
        Box::pin(async move { list.unwrap_or_default() })
    }
}

#[derive(Debug, Clone, Default)]
struct List(Vec<String>);

impl Document for List {
    fn stub(_id: &str) -> Self {
        Self::default()
    }
}

struct OnDocuments(Documents<List>);

impl Subject for OnDocuments {
    type Store = Documents<List>;

    fn store(&self) -> &Self::Store {
        &self.0
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
        let list = self.0.get(key);
        Box::pin(async move { list.unwrap_or_default().0 })
    }
}

mod tables {
    use super::*;
    herald::store_conformance!(run, OnTables(Tables::default()));
}

mod documents {
    use super::*;
    herald::store_conformance!(run, OnDocuments(Documents::default()));

    #[test]
    fn the_window_must_outlast_every_repeat() {
        run(|_| {
            Box::pin(async {
                let store = Documents::<List>::new(Limits {
                    window: Duration::from_hours(1),
                    ..Limits::default()
                });
                assert_eq!(store.prepare(Duration::from_hours(1)).await, Ok(()));
                let longer = store.prepare(Duration::from_secs(3601)).await;
                assert!(matches!(longer, Err(StoreError::Refused(_))));
            })
        });
    }

    #[test]
    fn a_unit_without_a_key_names_no_document() {
        run(|world| {
            Box::pin(async move {
                let store = Documents::<List>::default();
                let unit = Unit {
                    inbox: None,
                    key: None,
                    park: None,
                    now: world.now(),
                };
                assert!(matches!(
                    store.begin(&unit).await,
                    Err(StoreError::Refused(_))
                ));
            })
        });
    }

    #[test]
    fn a_full_document_refuses_as_unavailable_until_there_is_room() {
        run(|world| {
            Box::pin(async move {
                let store = Documents::<List>::new(Limits {
                    window: Duration::from_mins(1),
                    processed: 2,
                    ..Limits::default()
                });
                let unit = |id: &str| Unit {
                    inbox: Some(herald::store::InboxKey {
                        consumer: "c".into(),
                        source: "s".into(),
                        id: id.into(),
                        generation: 0,
                    }),
                    key: Some("a".into()),
                    park: None,
                    now: world.now(),
                };
                for id in ["1", "2"] {
                    let Ok(herald::store::Begun::Fresh(tx)) = store.begin(&unit(id)).await else {
                        panic!("{id} was refused");
                    };
                    store
                        .commit(&unit(id), tx, herald::store::Effects::default())
                        .await
                        .unwrap();
                }
                assert!(matches!(
                    store.begin(&unit("3")).await,
                    Err(StoreError::Unavailable(_))
                ));
                world.sleep(Duration::from_secs(61)).await;
                assert!(matches!(
                    store.begin(&unit("3")).await,
                    Ok(herald::store::Begun::Fresh(_))
                ));
            })
        });
    }
}
