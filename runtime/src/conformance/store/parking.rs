//! Keys that wait behind a dead letter.

use super::{Subject, inbox_key, unit};
use crate::World;
use crate::store::{Begun, Effects, ParkScope, Parked, Store, Unit};
use crate::transport::{Headers, Record};

fn scope(key: &str) -> ParkScope {
    ParkScope {
        group: "group".into(),
        topic: "topic".into(),
        key: key.to_owned(),
    }
}

fn parking_unit(world: &World, id: &str, key: &str) -> Unit {
    Unit {
        park: Some(scope(key)),
        ..unit(world, id, key)
    }
}

fn parked(world: &World, id: &str) -> Parked {
    Parked {
        id: inbox_key(id),
        record: Record {
            topic: "topic".into(),
            partition: 3,
            offset: 7,
            key: Some("a".into()),
            headers: Headers::new(),
            payload: Some(id.to_owned().into()),
            timestamp: super::after(world, 0),
        },
    }
}

/// Later units of the key wait; its head, other keys and what was done do not.
pub async fn a_parked_key_holds_all_but_its_head<S: Subject>(world: World, subject: S) {
    let done = parking_unit(&world, "done", "a");
    super::commit(&subject, &done, "done", Effects::default()).await;
    subject
        .store()
        .park_key(&scope("a"), &inbox_key("head"))
        .await
        .unwrap();
    let begin = async |id: &str, key: &str| {
        let unit = parking_unit(&world, id, key);
        match subject.store().begin(&unit).await.unwrap() {
            Begun::Fresh(_) => "fresh",
            Begun::Seen(_) => "seen",
            Begun::Parked => "parked",
        }
    };
    assert_eq!(begin("later", "a").await, "parked");
    assert_eq!(begin("head", "a").await, "fresh");
    assert_eq!(begin("later", "b").await, "fresh");
    assert_eq!(begin("done", "a").await, "seen");
}

/// What waits comes out in order, once, and then the key is free.
pub async fn what_waits_is_released_in_order<S: Subject>(world: World, subject: S) {
    let store = subject.store();
    let (scope, head) = (scope("a"), inbox_key("head"));
    assert_eq!(
        store.park(&scope, parked(&world, "1")).await,
        Ok(false),
        "not parked yet"
    );
    store.park_key(&scope, &head).await.unwrap();
    let messages = ["1", "2"].map(|id| parked(&world, id));
    for at in [0, 1, 0] {
        assert_eq!(store.park(&scope, messages[at].clone()).await, Ok(true));
    }
    let other = inbox_key("other");
    assert!(
        store.next_parked(&scope, &other).await.unwrap().is_none(),
        "behind another"
    );
    for message in &messages {
        let next = store.next_parked(&scope, &head).await.unwrap().unwrap();
        assert_eq!((&next.id, &next.record), (&message.id, &message.record));
        store.remove_parked(&scope, &next.id).await.unwrap();
    }
    assert!(store.next_parked(&scope, &head).await.unwrap().is_none());
    assert_eq!(
        store.park(&scope, parked(&world, "3")).await,
        Ok(false),
        "free again"
    );
    let later = parking_unit(&world, "later", "a");
    assert!(matches!(store.begin(&later).await, Ok(Begun::Fresh(_))));
}
