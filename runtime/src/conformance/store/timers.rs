//! Timers: due, replaced, cancelled, postponed.

use super::{Except, Subject, after, claim_of, commit, fresh, outlast_leases, timer, unit};
use crate::World;
use crate::store::{Committed, Effects, Store, TimerRow};

async fn due<S: Subject>(world: &World, subject: &S) -> Vec<TimerRow> {
    let none = Except::new();
    let claim = claim_of(world, None, "timers", &none);
    subject.store().claim_timers(&claim).await.unwrap()
}

fn setting(row: &TimerRow) -> Effects {
    Effects {
        set_timers: vec![row.clone()],
        ..Effects::default()
    }
}

fn firing(row: &TimerRow) -> Effects {
    Effects {
        fired: Some(row.clone()),
        ..Effects::default()
    }
}

/// Not before it is due, once per lease, and not after it has fired.
pub async fn a_timer_is_claimed_when_it_is_due<S: Subject>(world: World, subject: S) {
    let row = timer(&world, "a", after(&world, 1_500));
    commit(&subject, &unit(&world, "1", "a"), "set", setting(&row)).await;
    assert_eq!(subject.store().next_timer().await, Ok(Some(row.due)));
    assert_eq!(due(&world, &subject).await, []);
    world.sleep_until(row.due).await;
    assert_eq!(due(&world, &subject).await, std::slice::from_ref(&row));
    assert_eq!(due(&world, &subject).await, [], "the claim holds");
    outlast_leases(&world).await;
    assert_eq!(
        due(&world, &subject).await,
        std::slice::from_ref(&row),
        "the claimer died"
    );
    commit(&subject, &unit(&world, "2", "a"), "fired", firing(&row)).await;
    assert_eq!(subject.store().next_timer().await, Ok(None));
}

/// At most one timer of a name and key is set.
pub async fn a_timer_set_again_replaces_the_first<S: Subject>(world: World, subject: S) {
    let first = timer(&world, "a", after(&world, 10));
    let second = timer(&world, "a", after(&world, 1_500));
    commit(&subject, &unit(&world, "1", "a"), "set", setting(&first)).await;
    commit(&subject, &unit(&world, "2", "a"), "set", setting(&second)).await;
    world.sleep_until(after(&world, 50)).await;
    assert_eq!(due(&world, &subject).await, []);
    world.sleep_until(second.due).await;
    assert_eq!(due(&world, &subject).await, [second]);
}

/// A timer that was cancelled after it was claimed changes nothing any more.
pub async fn a_cancelled_timer_has_no_effect<S: Subject>(world: World, subject: S) {
    let row = timer(&world, "a", after(&world, 0));
    commit(&subject, &unit(&world, "1", "a"), "set", setting(&row)).await;
    world.sleep_until(after(&world, 5)).await;
    assert_eq!(due(&world, &subject).await, std::slice::from_ref(&row));
    let cancelling = Effects {
        cancelled: vec![row.timer.clone()],
        ..Effects::default()
    };
    commit(&subject, &unit(&world, "2", "a"), "cancelled", cancelling).await;
    let late = unit(&world, "3", "a");
    let mut tx = fresh(&subject, &late).await;
    subject.write(&mut tx, "a", "fired").await.unwrap();
    let committed = subject.store().commit(&late, tx, firing(&row)).await;
    assert_eq!(committed, Ok(Committed::Seen(None)));
    assert_eq!(subject.read("a").await, ["set", "cancelled"]);
    assert_eq!(subject.store().next_timer().await, Ok(None));
}

/// A timer whose handler failed comes again when it was said to.
pub async fn a_postponed_timer_comes_again<S: Subject>(world: World, subject: S) {
    let row = timer(&world, "a", after(&world, 0));
    commit(&subject, &unit(&world, "1", "a"), "set", setting(&row)).await;
    world.sleep_until(after(&world, 5)).await;
    assert_eq!(due(&world, &subject).await.len(), 1);
    let until = after(&world, 1_000);
    subject.store().postpone_timer(&row, until).await.unwrap();
    assert_eq!(due(&world, &subject).await, []);
    world.sleep_until(until).await;
    assert_eq!(due(&world, &subject).await, [row]);
}
