//! The service put together from what its settings name.
#![allow(
    clippy::unused_async,
    reason = "which stores are waited for depends on the features"
)]

use herald::Bound;
use herald::error::Cause;
use herald::host::{NoOptions, Setup};
use herald::store::memory::Tables;

use crate::Analytics;
use crate::store::FigureTables;

/// The service with the store that the settings name; in memory if they name none.
///
/// # Errors
/// If the store cannot be used.
pub async fn bound(setup: &Setup<NoOptions>) -> Result<Bound, Cause> {
    #[cfg(feature = "postgres")]
    if let Some(figures) = setup.postgres(crate::postgres::MIGRATIONS)? {
        let service = Analytics::new(figures.clone());
        return Ok(generated::analytics::bind(service, figures));
    }
    let _ = setup;
    let figures = Tables::<FigureTables>::default();
    let service = Analytics::new(figures.clone());
    Ok(generated::analytics::bind(service, figures))
}
