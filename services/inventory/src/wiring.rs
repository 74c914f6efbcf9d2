//! The service put together from what its settings name.
#![allow(
    clippy::unused_async,
    reason = "which stores are waited for depends on the features"
)]

use herald::Bound;
use herald::error::Cause;
use herald::host::{NoOptions, Setup};
use herald::store::memory::Tables;

use crate::Inventory;
use crate::store::StockTables;

/// The service with the store that the settings name; in memory if they name none.
///
/// # Errors
/// If the store cannot be used.
pub async fn bound(setup: &Setup<NoOptions>) -> Result<Bound, Cause> {
    #[cfg(feature = "postgres")]
    if let Some(stock) = setup.postgres(crate::postgres::MIGRATIONS)? {
        let service = Inventory::new(stock.clone());
        return Ok(generated::inventory::bind(service, stock));
    }
    let _ = setup;
    let stock = Tables::<StockTables>::default();
    let service = Inventory::new(stock.clone());
    Ok(generated::inventory::bind(service, stock))
}
