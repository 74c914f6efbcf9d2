//! The service put together from what its settings name.
#![allow(
    clippy::unused_async,
    reason = "which stores are waited for depends on the features"
)]

use herald::Bound;
use herald::error::Cause;
use herald::host::Setup;
use herald::store::memory::Tables;

use crate::rehearsal::Rehearsal;
use crate::store::PaymentTable;
use crate::{Payment, Provider};

/// What the service is told besides what every service is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    #[cfg(feature = "remote")]
    #[command(flatten)]
    provider: crate::remote::ProviderSettings,
}

/// The service with the payment provider and the store that the settings name; in memory what
/// they do not name.
///
/// # Errors
/// If the store cannot be used.
pub async fn bound(setup: &Setup<Options>) -> Result<Bound, Cause> {
    #[cfg(feature = "remote")]
    if let Some(url) = &setup.options.provider.provider_url {
        return stored(crate::remote::Remote::new(url), setup).await;
    }
    stored(Rehearsal::default(), setup).await
}

async fn stored<P: Provider>(provider: P, setup: &Setup<Options>) -> Result<Bound, Cause> {
    #[cfg(feature = "postgres")]
    if let Some(payments) = setup.postgres(crate::postgres::MIGRATIONS)? {
        let service = Payment::new(provider, payments.clone());
        return Ok(generated::payment::bind(service, payments));
    }
    let _ = setup;
    let payments = Tables::<PaymentTable>::default();
    let service = Payment::new(provider, payments.clone());
    Ok(generated::payment::bind(service, payments))
}
