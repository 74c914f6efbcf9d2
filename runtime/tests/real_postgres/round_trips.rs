//! How often a unit of work waits for the server.
#![allow(
    clippy::disallowed_methods,
    reason = "a wire is outside the world of the test"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use herald::conformance::postgres::Database;
use herald::store::postgres::{Postgres, PostgresSettings};
use herald::store::{Begun, Committed, Effects, InboxKey, Store as _, Unit};
use herald::world::real;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::subject::{MIGRATIONS, write};

/// Requests that went through a wire: what a client writes until it waits for the answer.
#[derive(Clone, Default)]
struct RoundTrips(Arc<AtomicUsize>);

impl RoundTrips {
    /// A wire to that `host:port`, and where it begins.
    async fn to(&self, server: String) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let counted = self.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                let (from_client, mut to_client) = client.into_split();
                let (mut from_server, to_server) = server.into_split();
                tokio::spawn(counted.clone().pass(from_client, to_server));
                tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
            }
        });
        address
    }

    /// Passes messages on (PostgreSQL, Frontend/Backend Protocol, 54.7) and counts those that ask
    /// for an answer: `Query` and `Execute`. A `Sync` alone is how the pool looks at a connection
    /// that comes back, and nobody waits for it.
    async fn pass(self, mut client: OwnedReadHalf, mut server: OwnedWriteHalf) -> Option<()> {
        // Until a connection has begun, messages have no type.
        let (mut kind, mut begun) = (None, false);
        loop {
            let length = client.read_u32().await.ok()?;
            let mut message = Vec::from_iter(kind);
            message.extend(length.to_be_bytes());
            let head = message.len();
            message.resize(head + length as usize - 4, 0);
            client.read_exact(&mut message[head..]).await.ok()?;
            if matches!(kind, Some(b'Q' | b'E')) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
            server.write_all(&message).await.ok()?;
            // A request for TLS is 8 bytes long, and another first message follows.
            begun |= length > 8;
            if begun {
                kind = Some(client.read_u8().await.ok()?);
            }
        }
    }

    async fn during(&self, work: impl Future<Output = ()>) -> usize {
        let before = self.0.load(Ordering::SeqCst);
        work.await;
        self.0.load(Ordering::SeqCst) - before
    }
}

/// The same database behind a wire.
async fn behind(trips: &RoundTrips, settings: PostgresSettings) -> PostgresSettings {
    let url = settings.url.clone().unwrap();
    let (user, place) = url.rsplit_once('@').unwrap();
    let (server, rest) = place.split_once('/').unwrap();
    let wire = trips.to(server.to_owned()).await;
    PostgresSettings {
        url: Some(format!("{user}@{wire}/{rest}")),
        // A connection prepares each statement once.
        connections: 1,
        ..settings
    }
}

async fn unit_of_work(store: &Postgres, inbox: Option<InboxKey>) {
    let unit = Unit {
        inbox,
        key: Some("a".to_owned()),
        park: None,
        now: real::world().now(),
    };
    let Ok(Begun::Fresh(mut tx)) = store.begin(&unit).await else {
        panic!("not fresh");
    };
    write(&mut tx, "a", "text").await.unwrap();
    let done = store.commit(&unit, tx, Effects::default()).await;
    assert_eq!(done, Ok(Committed::Done));
}

#[test]
#[ignore = "needs the real servers"]
fn the_inbox_adds_one_round_trip() {
    Database::with(|database| async move {
        let trips = RoundTrips::default();
        let settings = behind(&trips, database.settings()).await;
        let store = Postgres::connect(&settings, "tested", MIGRATIONS).unwrap();
        store.prepare(Duration::ZERO).await.unwrap();
        let inbox = |id: &str| {
            Some(InboxKey {
                consumer: "tested".into(),
                source: "/other".to_owned(),
                id: id.to_owned(),
                generation: 0,
            })
        };
        unit_of_work(&store, inbox("1")).await;
        let without = trips.during(unit_of_work(&store, None)).await;
        let with = trips.during(unit_of_work(&store, inbox("2"))).await;
        // Begin, the handler's statement, what is sent, commit.
        assert_eq!((without, with), (4, 5));
    });
}
