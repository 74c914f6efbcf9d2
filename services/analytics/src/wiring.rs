//! The service put together from what its settings name.
#![allow(
    clippy::unused_async,
    reason = "which stores are waited for depends on the features"
)]

use herald::Bound;
use herald::error::Cause;
use herald::host::{NoOptions, Setup};
use herald::store::Store;
use herald::store::memory::Tables;

use crate::store::{FigureTables, Figures};
use crate::{Analytics, page};

/// The service with the store that the settings name; in memory if they name none.
///
/// # Errors
/// If the store cannot be used.
pub async fn bound(setup: &Setup<NoOptions>) -> Result<Bound, Cause> {
    #[cfg(feature = "postgres")]
    if let Some(figures) = setup.postgres(crate::postgres::MIGRATIONS)? {
        return Ok(over(figures, setup.read_model().since.is_some()));
    }
    let _ = setup;
    Ok(over(Tables::<FigureTables>::default(), false))
}

/// The service and its page over these figures, which begin in the middle of the log or with it.
pub fn over<S>(figures: S, from_midway: bool) -> Bound
where
    S: Figures + Store<Tx = <S as Figures>::Tx> + Clone,
    <S as Figures>::Tx: 'static,
{
    let service = Analytics::new(figures.clone()).from_midway(from_midway);
    let bound = generated::analytics::bind(service, figures.clone());
    bound.with_routes(move |instance| page::routes(figures.clone(), instance))
}
