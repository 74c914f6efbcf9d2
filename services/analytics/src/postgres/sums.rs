//! Figures: differences that are added up.

use std::collections::BTreeMap;
use std::fmt::Display;

use generated::types::OrderState;
use herald::avro::codec::Codec;
use herald::store::StoreError;
use herald::store::postgres::{decimal, symbol};
use sqlx::{PgConnection, PgPool, Row as _};

use crate::sales::{Breakdown, Dimension, Figure};
use crate::store::Turnover;

// Rows are added to in the order of their keys, so that two units of one slot do
// not wait for each other.

const MOVE_ORDER: &str = "INSERT INTO states AS s (state, slot, orders)
    SELECT state, own_slot(), sum(orders)
        FROM unnest($1::text[], $2::bigint[]) AS d (state, orders)
        GROUP BY state ORDER BY state
    ON CONFLICT (state, slot) DO UPDATE SET orders = s.orders + excluded.orders";

const ADD_REVENUE: &str = "INSERT INTO revenue AS r (dimension, name, slot, orders, pieces, amount)
    SELECT dimension, name, own_slot(), orders, pieces, amount::numeric
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[])
            AS d (dimension, name, orders, pieces, amount)
        ORDER BY dimension, name
    ON CONFLICT (dimension, name, slot) DO UPDATE SET
        orders = r.orders + excluded.orders, pieces = r.pieces + excluded.pieces,
        amount = r.amount + excluded.amount";

const ADD_TURNOVER: &str = "INSERT INTO turnover AS t (slot, captured, refunded)
    VALUES (own_slot(), $1::numeric, $2::numeric)
    ON CONFLICT (slot) DO UPDATE SET
        captured = t.captured + excluded.captured, refunded = t.refunded + excluded.refunded";

const COUNT: &str = "INSERT INTO events AS e (name, slot, count) VALUES ($1, own_slot(), 1)
    ON CONFLICT (name, slot) DO UPDATE SET count = e.count + 1";

pub(super) async fn move_order(
    connection: &mut PgConnection,
    before: Option<&OrderState>,
    now: OrderState,
) -> Result<(), StoreError> {
    let out = before.map(|state| (state.as_str(), -1_i64));
    let (states, orders): (Vec<_>, Vec<_>) = out.into_iter().chain([(now.as_str(), 1)]).unzip();
    sqlx::query(MOVE_ORDER)
        .bind(states)
        .bind(orders)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn add_revenue(
    connection: &mut PgConnection,
    more: &Breakdown,
) -> Result<(), StoreError> {
    let places = more.keys();
    let figures = more.values();
    let dimensions: Vec<_> = places.clone().map(|(of, _)| dimension_name(*of)).collect();
    sqlx::query(ADD_REVENUE)
        .bind(dimensions)
        .bind(places.map(|(_, name)| &**name).collect::<Vec<&str>>())
        .bind(figures.clone().map(|f| f.orders).collect::<Vec<_>>())
        .bind(figures.clone().map(|f| f.pieces).collect::<Vec<_>>())
        .bind(figures.map(|f| f.amount.to_string()).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn add_turnover(
    connection: &mut PgConnection,
    more: Turnover,
) -> Result<(), StoreError> {
    sqlx::query(ADD_TURNOVER)
        .bind(more.captured.to_string())
        .bind(more.refunded.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn count(
    connection: &mut PgConnection,
    event: &'static str,
) -> Result<(), StoreError> {
    sqlx::query(COUNT).bind(event).execute(connection).await?;
    Ok(())
}

const REVENUE: &str = "SELECT name, sum(orders)::bigint, sum(pieces)::bigint, sum(amount)::text
    FROM revenue WHERE dimension = $1 GROUP BY name";

pub(super) async fn revenue(
    pool: &PgPool,
    dimension: Dimension,
) -> Result<BTreeMap<String, Figure>, StoreError> {
    let rows = sqlx::query(REVENUE)
        .bind(dimension_name(dimension))
        .fetch_all(pool)
        .await?;
    let named = rows.iter().map(|row| {
        let figure = Figure {
            orders: row.try_get(1)?,
            pieces: row.try_get(2)?,
            amount: decimal(row.try_get(3)?)?,
        };
        Ok((row.try_get(0)?, figure))
    });
    named.collect()
}

pub(super) async fn states(pool: &PgPool) -> Result<Vec<(OrderState, i64)>, StoreError> {
    let query = "SELECT state, sum(orders)::bigint FROM states GROUP BY state";
    by_symbol(pool, query).await
}

/// Numbers by symbol, in the order of the symbols.
pub(super) async fn by_symbol<T: Codec + Display + Ord>(
    pool: &PgPool,
    query: &'static str,
) -> Result<Vec<(T, i64)>, StoreError> {
    let rows = sqlx::query(query).fetch_all(pool).await?;
    let read = rows
        .iter()
        .map(|row| Ok::<_, StoreError>((symbol(row.try_get(0)?)?, row.try_get(1)?)));
    let mut numbers: Vec<(T, i64)> = read.collect::<Result<_, _>>()?;
    numbers.sort_unstable();
    Ok(numbers)
}

pub(super) async fn turnover(pool: &PgPool) -> Result<Turnover, StoreError> {
    let sums = "SELECT coalesce(sum(captured), 0)::text, coalesce(sum(refunded), 0)::text
        FROM turnover";
    let row = sqlx::query(sums).fetch_one(pool).await?;
    Ok(Turnover {
        captured: decimal(row.try_get(0)?)?,
        refunded: decimal(row.try_get(1)?)?,
    })
}

pub(super) async fn events(pool: &PgPool) -> Result<BTreeMap<String, i64>, StoreError> {
    let rows = sqlx::query("SELECT name, sum(count)::bigint FROM events GROUP BY name")
        .fetch_all(pool)
        .await?;
    let named = rows
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    named.collect()
}

fn dimension_name(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Country => "country",
        Dimension::Sku => "sku",
        Dimension::Minute => "minute",
    }
}
