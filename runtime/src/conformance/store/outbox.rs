//! The outbox: order, leases, held keys.

use super::{Except, Subject, claim, commit, ids, outgoing, outlast_leases, sending, unit};
use crate::World;
use crate::store::{Broker, Destination, Store};

/// Rows come as they were committed, complete, those of one unit in its order.
pub async fn a_commit_fills_the_outbox_in_order<S: Subject>(world: World, subject: S) {
    let mut sent = Vec::new();
    for at in 0..3 {
        let messages = [
            outgoing(&world, "topic", "a"),
            outgoing(&world, "other", "a"),
        ];
        sent.extend(messages.clone());
        let unit = unit(&world, &format!("{at}"), "a");
        commit(&subject, &unit, "text", sending(messages.into())).await;
    }
    assert_eq!(subject.store().outbox_depth(Broker::Log).await, Ok(6));
    let rows = claim(&world, &subject, Broker::Log, "relay", &Except::new()).await;
    let messages: Vec<_> = rows.iter().map(|row| row.message.clone()).collect();
    assert_eq!(messages, sent);
    assert!(rows.is_sorted_by_key(|row| row.sequence));
}

/// Deleted rows are gone; the others come again to the same relay.
pub async fn what_is_published_is_deleted<S: Subject>(world: World, subject: S) {
    let sent: Vec<_> = (0..3).map(|_| outgoing(&world, "topic", "a")).collect();
    commit(
        &subject,
        &unit(&world, "1", "a"),
        "text",
        sending(sent.clone()),
    )
    .await;
    let rows = claim(&world, &subject, Broker::Log, "relay", &Except::new()).await;
    subject
        .store()
        .delete_outbox(Broker::Log, &rows[..2])
        .await
        .unwrap();
    // Deleting twice changes nothing.
    subject
        .store()
        .delete_outbox(Broker::Log, &rows[..1])
        .await
        .unwrap();
    let rest = claim(&world, &subject, Broker::Log, "relay", &Except::new()).await;
    assert_eq!(ids(&rest), [sent[2].id]);
    assert_eq!(subject.store().outbox_depth(Broker::Log).await, Ok(1));
}

/// One relay at a time; another takes over when the lease ran out.
pub async fn a_lease_keeps_others_off_until_it_runs_out<S: Subject>(world: World, subject: S) {
    let sent = vec![outgoing(&world, "topic", "a")];
    commit(&subject, &unit(&world, "1", "a"), "text", sending(sent)).await;
    let none = Except::new();
    assert_eq!(
        claim(&world, &subject, Broker::Log, "first", &none)
            .await
            .len(),
        1
    );
    assert_eq!(
        claim(&world, &subject, Broker::Log, "second", &none)
            .await
            .len(),
        0
    );
    assert_eq!(
        claim(&world, &subject, Broker::Log, "first", &none)
            .await
            .len(),
        1
    );
    outlast_leases(&world).await;
    assert_eq!(
        claim(&world, &subject, Broker::Log, "second", &none)
            .await
            .len(),
        1
    );
    assert_eq!(
        claim(&world, &subject, Broker::Log, "first", &none)
            .await
            .len(),
        0
    );
}

/// A relay that ends hands over at once; nobody gives up what is another's.
pub async fn a_lease_that_is_given_up_is_free<S: Subject>(world: World, subject: S) {
    let sent = vec![outgoing(&world, "topic", "a")];
    commit(&subject, &unit(&world, "1", "a"), "text", sending(sent)).await;
    let none = Except::new();
    let mine = claim(&world, &subject, Broker::Log, "first", &none).await;
    let store = subject.store();
    store.leave_outbox(Broker::Log, "second").await.unwrap();
    let early = claim(&world, &subject, Broker::Log, "second", &none).await;
    store.leave_outbox(Broker::Log, "first").await.unwrap();
    let then = claim(&world, &subject, Broker::Log, "second", &none).await;
    assert_eq!((ids(&early), ids(&then)), (vec![], ids(&mine)));
}

/// Each broker has rows and leases of its own.
pub async fn brokers_do_not_hold_each_other_up<S: Subject>(world: World, subject: S) {
    let event = outgoing(&world, "topic", "a");
    let mut command = outgoing(&world, "", "a");
    command.destination = Destination::Exchange {
        exchange: "commands".into(),
        routing_key: "queue".into(),
    };
    let both = vec![event.clone(), command.clone()];
    commit(&subject, &unit(&world, "1", "a"), "text", sending(both)).await;
    let none = Except::new();
    let events = claim(&world, &subject, Broker::Log, "one", &none).await;
    let commands = claim(&world, &subject, Broker::Queues, "two", &none).await;
    assert_eq!(
        (ids(&events), ids(&commands)),
        (vec![event.id], vec![command.id])
    );
    assert_eq!(commands[0].message, command);
    subject
        .store()
        .delete_outbox(Broker::Log, &events)
        .await
        .unwrap();
    assert_eq!(subject.store().outbox_depth(Broker::Queues).await, Ok(1));
}

/// A row that was refused for good holds later rows of its key, no others, until
/// it is released.
pub async fn a_held_row_holds_its_key_alone<S: Subject>(world: World, subject: S) {
    let (held, behind) = (
        outgoing(&world, "topic", "a"),
        outgoing(&world, "topic", "a"),
    );
    let free = outgoing(&world, "topic", "b");
    let elsewhere = outgoing(&world, "other", "a");
    let all = vec![
        held.clone(),
        behind.clone(),
        free.clone(),
        elsewhere.clone(),
    ];
    commit(&subject, &unit(&world, "1", "a"), "text", sending(all)).await;
    let none = Except::new();
    let rows = claim(&world, &subject, Broker::Log, "relay", &none).await;
    subject
        .store()
        .hold_outbox(Broker::Log, &rows[0], "too large")
        .await
        .unwrap();
    let rows = claim(&world, &subject, Broker::Log, "relay", &none).await;
    assert_eq!(ids(&rows), [free.id, elsewhere.id]);
    assert_eq!(subject.store().release_outbox(Broker::Log).await, Ok(1));
    let rows = claim(&world, &subject, Broker::Log, "relay", &none).await;
    assert_eq!(ids(&rows), [held.id, behind.id, free.id, elsewhere.id]);
}

/// A relay names keys that it does not want for now.
pub async fn keys_that_are_not_wanted_are_passed_over<S: Subject>(world: World, subject: S) {
    let (a, b) = (
        outgoing(&world, "topic", "a"),
        outgoing(&world, "topic", "b"),
    );
    let both = vec![a.clone(), b.clone()];
    commit(&subject, &unit(&world, "1", "a"), "text", sending(both)).await;
    let rows = claim(&world, &subject, Broker::Log, "relay", &Except::new()).await;
    let except = Except::from([rows[0].order_key()]);
    let rows = claim(&world, &subject, Broker::Log, "relay", &except).await;
    assert_eq!(ids(&rows), [b.id]);
}
