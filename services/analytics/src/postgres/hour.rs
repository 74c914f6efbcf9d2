//! The hour that ends with the latest order.

use herald::store::StoreError;
use herald::store::postgres::decimal;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row as _};

use crate::hour::{Hour, Minute, Took, first_of};

/// One row a minute, and one without a minute for all of them.
const PULSE: &str = "SELECT minute, count(*),
        count(*) FILTER (WHERE EXISTS (SELECT FROM outcomes o
            WHERE o.order_id = s.order_id AND o.outcome = 'declined')),
        count(*) FILTER (WHERE EXISTS (SELECT FROM outcomes o
            WHERE o.order_id = s.order_id AND o.outcome = 'short')),
        count(took_ms),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY took_ms),
        percentile_disc(0.99) WITHIN GROUP (ORDER BY took_ms)
    FROM sales s WHERE minute >= $1 GROUP BY GROUPING SETS ((minute), ())";

const REVENUE: &str = "SELECT name, sum(amount)::text FROM revenue
    WHERE dimension = 'minute' AND name >= $1 GROUP BY name";

const CLOSED: &str = "SELECT minute, sum(revenue)::text FROM closed_sales
    WHERE minute >= $1 GROUP BY minute";

pub(super) async fn hour(pool: &PgPool) -> Result<Hour, StoreError> {
    let latest: Option<String> = sqlx::query_scalar("SELECT max(minute) FROM sales")
        .fetch_one(pool)
        .await?;
    let mut hour = Hour::default();
    let Some(since) = latest.and_then(|latest| first_of(&latest)) else {
        return Ok(hour);
    };
    for row in sqlx::query(PULSE).bind(&since).fetch_all(pool).await? {
        match row.try_get::<Option<String>, _>(0)? {
            Some(minute) => {
                hour.minutes.insert(minute, pulse(&row)?);
            }
            None => hour.took = took(&row)?,
        }
    }
    for row in sqlx::query(REVENUE).bind(&since).fetch_all(pool).await? {
        if let Some(minute) = hour.minutes.get_mut(row.try_get::<&str, _>(0)?) {
            minute.revenue = decimal(row.try_get(1)?)?;
        }
    }
    for row in sqlx::query(CLOSED).bind(&since).fetch_all(pool).await? {
        if let Some(minute) = hour.minutes.get_mut(row.try_get::<&str, _>(0)?) {
            minute.closed = Some(decimal(row.try_get(1)?)?);
        }
    }
    Ok(hour)
}

fn pulse(row: &PgRow) -> Result<Minute, StoreError> {
    Ok(Minute {
        placed: row.try_get(1)?,
        declined: row.try_get(2)?,
        short: row.try_get(3)?,
        took: took(row)?,
        ..Minute::default()
    })
}

fn took(row: &PgRow) -> Result<Took, StoreError> {
    Ok(Took {
        decided: row.try_get(4)?,
        p50_ms: row.try_get(5)?,
        p99_ms: row.try_get(6)?,
    })
}
