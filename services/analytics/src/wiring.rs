//! The service put together from what its settings name.
#![allow(
    clippy::unused_async,
    reason = "which stores are waited for depends on the features"
)]

use herald::Bound;
use herald::error::Cause;
use herald::host::Setup;
use herald::store::Store;
use herald::store::memory::Tables;

use crate::store::{FigureTables, Figures};
use crate::streams::Streams;
use crate::{Analytics, page};

/// What the service is told besides what every service is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    #[cfg(feature = "remote")]
    #[command(flatten)]
    streams: crate::remote::StreamsSettings,
}

#[cfg(feature = "remote")]
fn streams(options: &Options) -> Streams {
    match options.streams.streams_url.as_slice() {
        [] => Streams::default(),
        instances => Streams::of(crate::remote::Application::new(instances)),
    }
}

#[cfg(not(feature = "remote"))]
fn streams(_: &Options) -> Streams {
    Streams::default()
}

/// The service with the store and the streams that the settings name; in memory if they name none.
///
/// # Errors
/// If the store cannot be used.
pub async fn bound(setup: &Setup<Options>) -> Result<Bound, Cause> {
    let streams = streams(&setup.options);
    #[cfg(feature = "postgres")]
    if let Some(figures) = setup.postgres(crate::postgres::MIGRATIONS)? {
        return Ok(over(figures, streams, setup.read_model().since.is_some()));
    }
    Ok(over(Tables::<FigureTables>::default(), streams, false))
}

/// The service and its page over these figures, which begin in the middle of the log or with it.
pub fn over<S>(figures: S, streams: Streams, from_midway: bool) -> Bound
where
    S: Figures + Store<Tx = <S as Figures>::Tx> + Clone,
    <S as Figures>::Tx: 'static,
{
    let service = Analytics::new(figures.clone(), streams.clone()).from_midway(from_midway);
    let bound = generated::analytics::bind(service, figures.clone());
    bound.with_routes(move |instance| page::routes(figures.clone(), streams.clone(), instance))
}
