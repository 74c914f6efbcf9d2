//! The service put together from what its settings name.
#![allow(
    clippy::unused_async,
    reason = "which stores are waited for depends on the features"
)]

use herald::Bound;
use herald::error::Cause;
use herald::host::{NoOptions, Setup};
use herald::store::memory::Documents;

use crate::{Order, OrderDocument};

/// The service with the store that the settings name; in memory if they name none.
///
/// # Errors
/// If the store cannot be used.
pub async fn bound(setup: &Setup<NoOptions>) -> Result<Bound, Cause> {
    #[cfg(feature = "mongodb")]
    if let Some(orders) = setup.mongodb::<OrderDocument>("orders").await? {
        return Ok(generated::order::bind(Order::new(orders.clone()), orders));
    }
    let _ = setup;
    let orders = Documents::<OrderDocument>::default();
    Ok(generated::order::bind(Order::new(orders.clone()), orders))
}
