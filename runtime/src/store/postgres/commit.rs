//! The end of a unit of work.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Executor, PgPool, Postgres as Sql, Row as _};
use uuid::Uuid;

use super::inbox::answer;
use super::tx::PostgresTx;
use super::wire::{broker_number, lane, lock_of, micros};
use crate::store::{Committed, Destination, Effects, Outgoing, StoreError, TimerRow, Unit};

const COMMIT: &str = "SELECT done, status, body, request FROM herald.commit_unit(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
    $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)";

/// Commits. A unit that never looked at the store needs no transaction around
/// the one statement.
pub(super) async fn commit(
    pool: &PgPool,
    unit: &Unit,
    tx: PostgresTx,
    effects: &Effects,
) -> Result<Committed, StoreError> {
    let timers = Timers::of(effects);
    let outbox = Outbox::of(effects);
    let call = || {
        let query = bind_unit(sqlx::query(COMMIT), unit, effects);
        outbox.bind(timers.bind(query))
    };
    let Some(mut open) = tx.into_open() else {
        return finish(call(), pool).await;
    };
    let committed = finish(call(), &mut *open).await?;
    match &committed {
        Committed::Done => open.commit().await?,
        Committed::Seen(_) => open.rollback().await?,
    }
    Ok(committed)
}

type Call<'q> = Query<'q, Sql, PgArguments>;

async fn finish<'c>(
    call: Call<'_>,
    executor: impl Executor<'c, Database = Sql>,
) -> Result<Committed, StoreError> {
    let row = call.fetch_one(executor).await?;
    Ok(if row.try_get(0)? {
        Committed::Done
    } else {
        Committed::Seen(answer(&row, 1)?)
    })
}

fn bind_unit<'q>(query: Call<'q>, unit: &'q Unit, effects: &'q Effects) -> Call<'q> {
    let inbox = unit.inbox.as_ref();
    let answer = effects.answer.as_ref();
    let fired = effects.fired.as_ref();
    let cancelled = effects.cancelled.iter();
    query
        .bind(inbox.map(|key| &*key.consumer))
        .bind(inbox.map(|key| &*key.source))
        .bind(inbox.map(|key| &*key.id))
        .bind(inbox.map(|key| i64::from(key.generation)))
        .bind(micros(unit.now))
        .bind(answer.map(|answer| i32::from(answer.status)))
        .bind(answer.map(|answer| &*answer.body))
        .bind(answer.map(|answer| answer.request.cast_signed()))
        .bind(fired.map(|row| row.timer.name))
        .bind(fired.map(|row| &*row.timer.key))
        .bind(fired.map(|row| row.id))
        .bind(cancelled.clone().map(|key| key.name).collect::<Vec<_>>())
        .bind(cancelled.map(|key| &*key.key).collect::<Vec<_>>())
}

/// The timers to set, one of a name and key, in the order of those.
struct Timers<'a>(Vec<&'a TimerRow>);

impl<'a> Timers<'a> {
    fn of(effects: &'a Effects) -> Self {
        // The last setting counts; rows are locked in one order everywhere.
        let last: BTreeMap<_, _> = effects
            .set_timers
            .iter()
            .map(|row| (&row.timer, row))
            .collect();
        Self(last.into_values().collect())
    }

    fn bind<'q>(&self, query: Call<'q>) -> Call<'q>
    where
        'a: 'q,
    {
        query
            .bind(self.each(|row| row.timer.name))
            .bind(self.each(|row| &*row.timer.key))
            .bind(self.each(|row| row.id))
            .bind(self.each(|row| micros(row.due)))
            .bind(self.each(|row| &*row.payload))
            .bind(self.each(|row| &row.headers.written()[..]))
    }

    fn each<T>(&self, column: impl Fn(&'a TimerRow) -> T) -> Vec<T> {
        self.0.iter().copied().map(column).collect()
    }
}

/// The messages to send, and the locks that keep their order.
struct Outbox<'a> {
    messages: &'a [Outgoing],
    lanes: Vec<Uuid>,
    locks: BTreeSet<i64>,
}

impl<'a> Outbox<'a> {
    fn of(effects: &'a Effects) -> Self {
        let messages = &effects.outbox;
        let mut locks = BTreeSet::new();
        let lanes = messages.iter().map(|message| {
            let Some(key) = &message.key else {
                return lane(&message.destination, message.id.as_bytes());
            };
            let lane = lane(&message.destination, key);
            locks.insert(lock_of(lane));
            lane
        });
        Self {
            messages,
            lanes: lanes.collect(),
            locks,
        }
    }

    fn bind<'q>(&self, query: Call<'q>) -> Call<'q>
    where
        'a: 'q,
    {
        query
            .bind(self.locks.iter().copied().collect::<Vec<_>>())
            .bind(self.each(|message| broker_number(message.destination.broker())))
            .bind(self.lanes.clone())
            .bind(self.each(|message| message.id))
            .bind(self.each(|message| message.name))
            .bind(self.each(|message| place(message).0))
            .bind(self.each(|message| place(message).1))
            .bind(self.each(|message| message.key.as_deref()))
            .bind(self.each(|message| &message.headers.written()[..]))
            .bind(self.each(|message| &*message.payload))
    }

    fn each<T>(&self, column: impl Fn(&'a Outgoing) -> T) -> Vec<T> {
        self.messages.iter().map(column).collect()
    }
}

/// Topic, or exchange and routing key.
fn place(message: &Outgoing) -> (&str, Option<&str>) {
    match &message.destination {
        Destination::Topic(topic) => (topic, None),
        Destination::Exchange {
            exchange,
            routing_key,
        } => (exchange, Some(routing_key)),
    }
}
