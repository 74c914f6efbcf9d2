//! What a document holds is bounded, and a server that is gone is waited for.

use std::time::Duration;

use bytes::Bytes;
use herald::conformance::store::Subject;
use herald::store::mongodb::{MongoDocuments, MongodbSettings};
use herald::store::{Answer, Broker, Committed, Effects, Store, StoreError};

use crate::subject::{List, OnMongo, add, claim, run, sending, unit};

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
            let refused = add(store, &huge, "huge", sending(&world, &vec![0; 20_000])).await;
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
fn the_bytes_of_answers_are_bounded_until_they_are_forgotten() {
    run(|world| {
        Box::pin(async move {
            let subject = OnMongo::with(|settings| settings.pending_bytes = 1_000).await;
            let store = &subject.store;
            let answering = Effects {
                answer: Some(Answer {
                    status: 200,
                    body: Bytes::from(vec![b'x'; 1_000]),
                    request: 1,
                }),
                ..Effects::default()
            };
            let first = unit(&world, "1", "a");
            let done = add(store, &first, "1", answering).await;
            assert_eq!(done, Ok(Committed::Done));
            let late = unit(&world, "2", "a");
            let full = add(store, &late, "2", Effects::default()).await;
            assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
            let limit = first.now.checked_add(Duration::from_millis(1)).unwrap();
            assert_eq!(store.prune(limit).await, Ok(1));
            let free = add(store, &late, "2", Effects::default()).await;
            assert_eq!(free, Ok(Committed::Done));
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
