//! The store under test, in a database of its own, and units on it.

use std::collections::BTreeSet;
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
pub(crate) struct List(pub(crate) Vec<String>);

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
pub(crate) struct OnMongo {
    pub(crate) store: MongoDocuments<List>,
    settings: MongodbSettings,
    _database: Database,
}

impl OnMongo {
    pub(crate) async fn with(change: impl FnOnce(&mut MongodbSettings)) -> Self {
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
    pub(crate) async fn again(&self) -> MongoDocuments<List> {
        let store = MongoDocuments::connect(&self.settings, "lists").await;
        store.unwrap()
    }
}

pub(crate) fn subject() -> OnMongo {
    tokio::task::block_in_place(|| Handle::current().block_on(OnMongo::with(|_| {})))
}

pub(crate) fn run(case: impl FnOnce(World) -> BoxFuture<'static, ()>) {
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

pub(crate) fn unit(world: &World, id: &str, key: &str) -> Unit {
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

pub(crate) fn sending(world: &World, payload: &[u8]) -> Effects {
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
pub(crate) async fn add(
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

pub(crate) async fn claim(
    store: &MongoDocuments<List>,
    world: &World,
    holder: &str,
) -> Vec<OutboxRow> {
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
