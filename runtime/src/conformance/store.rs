//! What every store must do.
//!
//! A store's tests say how its [`Subject`] is made and how a future is run:
//!
//! ```ignore
//! herald::store_conformance!(run, subject());
//! ```

mod inbox;
mod outbox;
mod parking;
mod timers;

pub use inbox::*;
pub use outbox::*;
pub use parking::*;
pub use timers::*;

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::store::{
    Begun, Broker, Claim, Committed, Destination, Effects, InboxKey, OutboxRow, Outgoing, Store,
    StoreError, TimerKey, TimerRow, Unit,
};
use crate::transport::Headers;
use crate::{BoxFuture, World};

/// A store to be judged: it holds a list of texts by key.
pub trait Subject: Send + Sync + 'static {
    /// The store.
    type Store: Store;

    /// The store, the same at every call, empty at first.
    fn store(&self) -> &Self::Store;

    /// Adds a text to the list of the unit's key.
    fn write<'a>(
        &'a self,
        tx: &'a mut <Self::Store as Store>::Tx,
        key: &'a str,
        text: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The committed list of a key.
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Vec<String>>;
}

/// One test for each thing a store must do; `$run` takes a function from a world
/// to a future and runs it, `$subject` makes a fresh [`Subject`]. Attributes
/// before `$run` are put on each test, such as `#[ignore = "…"]`.
#[macro_export]
macro_rules! store_conformance {
    ($(#[$attribute:meta])* $run:path, $subject:expr) => {
        $crate::store_conformance! { @ [$(#[$attribute])*] $run, $subject,
            a_unit_is_seen_once_it_is_committed
            what_is_dropped_leaves_nothing
            of_two_at_once_one_is_done
            a_unit_without_inbox_row_is_done_each_time
            answers_are_repeated
            rows_are_forgotten_by_age_alone
            units_of_one_key_do_not_lose_each_others_writes
            a_commit_fills_the_outbox_in_order
            what_is_published_is_deleted
            a_lease_keeps_others_off_until_it_runs_out
            a_lease_that_is_given_up_is_free
            brokers_do_not_hold_each_other_up
            a_held_row_holds_its_key_alone
            keys_that_are_not_wanted_are_passed_over
            a_timer_is_claimed_when_it_is_due
            a_timer_set_again_replaces_the_first
            a_cancelled_timer_has_no_effect
            a_postponed_timer_comes_again
            a_parked_key_holds_all_but_its_head
            what_waits_is_released_in_order
        }
    };
    (@ $attributes:tt $run:path, $subject:expr, $($case:ident)*) => {$(
        $crate::store_conformance! { @@ $attributes $run, $subject, $case }
    )*};
    (@@ [$(#[$attribute:meta])*] $run:path, $subject:expr, $case:ident) => {
        #[test]
        $(#[$attribute])*
        fn $case() {
            $run(|world| Box::pin($crate::conformance::store::$case(world, $subject)));
        }
    };
}

/// Begins a unit of work without an inbox row, for tests of a service's adaptor.
pub async fn open<S: Store>(world: &World, store: &S) -> S::Tx {
    match store.begin(&nameless(world)).await.unwrap() {
        Begun::Fresh(tx) => tx,
        Begun::Seen(_) | Begun::Parked => panic!("a unit without a name was done before"),
    }
}

/// Commits a unit of work that [`open`] began.
pub async fn close<S: Store>(world: &World, store: &S, tx: S::Tx) {
    let committed = store.commit(&nameless(world), tx, Effects::default()).await;
    assert_eq!(committed, Ok(Committed::Done));
}

fn nameless(world: &World) -> Unit {
    Unit {
        inbox: None,
        key: None,
        park: None,
        now: world.now(),
    }
}

/// A unit of a message of that id and key.
fn unit(world: &World, id: &str, key: &str) -> Unit {
    Unit {
        inbox: Some(inbox_key(id)),
        key: Some(key.to_owned()),
        park: None,
        now: world.now(),
    }
}

fn inbox_key(id: &str) -> InboxKey {
    InboxKey {
        consumer: "service/group".into(),
        source: "/system/other".to_owned(),
        id: id.to_owned(),
        generation: 0,
    }
}

async fn fresh<S: Subject>(subject: &S, unit: &Unit) -> <S::Store as Store>::Tx {
    match subject.store().begin(unit).await.unwrap() {
        Begun::Fresh(tx) => tx,
        Begun::Seen(_) => panic!("{unit:?} was seen"),
        Begun::Parked => panic!("{unit:?} is parked"),
    }
}

/// Commits a unit that writes a text and leaves effects.
async fn commit<S: Subject>(subject: &S, unit: &Unit, text: &str, effects: Effects) {
    let mut tx = fresh(subject, unit).await;
    let key = unit.key.as_deref().unwrap();
    subject.write(&mut tx, key, text).await.unwrap();
    let committed = subject.store().commit(unit, tx, effects).await;
    assert_eq!(committed, Ok(Committed::Done));
}

fn outgoing(world: &World, topic: &str, key: &str) -> Outgoing {
    Outgoing {
        id: world.new_id(),
        name: "Message",
        destination: Destination::Topic(topic.into()),
        key: Some(Bytes::copy_from_slice(key.as_bytes())),
        headers: [("ce_id", "1")].into_iter().collect(),
        payload: Bytes::from_static(b"payload"),
    }
}

fn sending(outbox: Vec<Outgoing>) -> Effects {
    Effects {
        outbox,
        ..Effects::default()
    }
}

type Except = BTreeSet<(Destination, Bytes)>;

async fn claim<S: Subject>(
    world: &World,
    subject: &S,
    broker: Broker,
    holder: &str,
    except: &Except,
) -> Vec<OutboxRow> {
    let claim = claim_of(world, Some(broker), holder, except);
    subject.store().claim_outbox(&claim).await.unwrap()
}

fn claim_of<'a>(
    world: &World,
    broker: Option<Broker>,
    holder: &'a str,
    except: &'a Except,
) -> Claim<'a> {
    Claim {
        broker,
        holder,
        now: world.now(),
        lease: LEASE,
        limit: 100,
        except,
    }
}

/// How long claims hold here: long enough for a real server on a busy machine to
/// answer twice meanwhile.
const LEASE: Duration = Duration::from_secs(2);

/// Waits until every claim made before ran out.
async fn outlast_leases(world: &World) {
    world.sleep(LEASE + Duration::from_millis(50)).await;
}

fn ids(rows: &[OutboxRow]) -> Vec<Uuid> {
    rows.iter().map(|row| row.message.id).collect()
}

fn timer(world: &World, key: &str, due: Timestamp) -> TimerRow {
    TimerRow {
        id: world.new_id(),
        timer: TimerKey {
            name: "Overdue",
            key: key.to_owned(),
        },
        due,
        payload: Bytes::from_static(b"fields"),
        headers: Headers::new(),
    }
}

fn after(world: &World, millis: i64) -> Timestamp {
    // Stores keep microseconds at least; what is compared is rounded here.
    let now = Timestamp::from_millisecond(world.now().as_millisecond()).unwrap();
    now.checked_add(SignedDuration::from_millis(millis))
        .unwrap()
}
