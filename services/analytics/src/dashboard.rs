//! What is read of the figures together: the page's content.

use generated::types::{Dashboard, Declines, MinuteSales};
use herald::HttpError;
use herald::avro::codec::{Decimal, TimestampMillis};

use crate::hour::first_of;
use crate::sales::Dimension;
use crate::store::Figures;
use crate::streams::Streams;

/// Everything the page plots.
///
/// # Errors
/// If the store does not answer.
pub async fn dashboard<S: Figures>(figures: &S, streams: &Streams) -> Result<Dashboard, HttpError> {
    let hour = figures.hour().await?;
    let countries = figures.revenue(Dimension::Country).await?;
    let countries = countries.iter().filter(|(_, figure)| figure.orders > 0);
    let mut dashboard = Dashboard {
        declines: declines(figures).await?,
        countries: countries.map(|(name, figure)| figure.named(name)).collect(),
        ..hour.dashboard()
    };
    match streams.open_sales().await {
        Ok(sales) => open(&mut dashboard, &sales),
        // The page has everything else.
        Err(error) => tracing::debug!(%error, "what is open is not known"),
    }
    Ok(dashboard)
}

/// Puts what the streams have of minutes that are not closed.
fn open(dashboard: &mut Dashboard, sales: &[MinuteSales]) {
    for minute in dashboard.minutes.iter_mut().filter(|m| m.closed.is_none()) {
        let of_minute = sales.iter().filter(|s| s.minute == minute.minute);
        let units = of_minute.map(|s| s.revenue.unscaled()).reduce(|a, b| a + b);
        minute.open = units.map(Decimal::from_unscaled);
    }
}

/// Refusals by their reason.
///
/// # Errors
/// If the store does not answer.
pub async fn declines<S: Figures>(figures: &S) -> Result<Vec<Declines>, HttpError> {
    let declines = figures.declines().await?.into_iter();
    let row = |(reason, orders)| Declines { reason, orders };
    Ok(declines.map(row).collect())
}

/// What is closed of the hour that ends with the latest order.
///
/// # Errors
/// If the store does not answer.
pub async fn sales<S: Figures>(figures: &S) -> Result<Vec<MinuteSales>, HttpError> {
    let hour = figures.hour().await?;
    let latest = hour.minutes.keys().next_back();
    let Some(since) = latest.and_then(|latest| first_of(latest)) else {
        return Ok(Vec::new());
    };
    let closed = figures.closed(&since).await?.into_iter();
    let row = |closed: crate::store::Closed| {
        let minute: TimestampMillis = closed.minute.parse().ok()?;
        Some(MinuteSales {
            country: closed.country,
            minute,
            lines: closed.lines,
            pieces: closed.pieces,
            revenue: closed.revenue,
        })
    };
    Ok(closed.filter_map(row).collect())
}
