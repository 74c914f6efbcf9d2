//! Which generation of a service's read model is in use.

#[cfg(feature = "postgres")]
use std::time::Duration;

use super::{Bound, Setup};
#[cfg(feature = "postgres")]
use crate::store::postgres::ReadModels;
use crate::store::{ReadModel, StoreError};

/// How often it is looked whether another one came into use.
#[cfg(feature = "postgres")]
const LOOK: Duration = Duration::from_secs(1);

/// The generations that the service's database knows of; without one there is only the first.
pub(super) struct Generations {
    told: Option<u32>,
    #[cfg(feature = "postgres")]
    models: Option<ReadModels>,
}

impl Generations {
    #[cfg_attr(not(feature = "postgres"), expect(clippy::unnecessary_wraps))]
    pub(super) fn of<O>(setup: &Setup<O>) -> Result<Self, StoreError> {
        #[cfg(feature = "postgres")]
        let models = {
            let settings = &setup.settings.postgres;
            let connect = |_| ReadModels::connect(settings, setup.service);
            settings.url.as_ref().map(connect).transpose()?
        };
        Ok(Self {
            told: setup.settings.generation,
            #[cfg(feature = "postgres")]
            models,
        })
    }

    /// The one in use.
    #[cfg_attr(not(feature = "postgres"), expect(clippy::unused_async))]
    pub(super) async fn in_use(&self) -> Result<ReadModel, StoreError> {
        if let Some(generation) = self.told {
            return Ok(ReadModel {
                generation,
                since: None,
            });
        }
        #[cfg(feature = "postgres")]
        if let Some(models) = &self.models {
            return models.in_use().await;
        }
        Ok(ReadModel::default())
    }

    /// Waits until another one is in use than the one that this instance keeps.
    pub(super) async fn superseded<O>(&self, setup: &Setup<O>, bound: &Bound) -> ReadModel {
        #[cfg(feature = "postgres")]
        if let Some(models) = &self.models
            && self.told.is_none()
            && bound.is_read_model()
        {
            loop {
                setup.world.sleep(LOOK).await;
                // While the database is down, nobody can switch.
                match models.in_use().await {
                    Ok(other) if other != setup.read_model => return other,
                    _ => {}
                }
            }
        }
        let _ = (setup, bound);
        std::future::pending().await
    }

    /// The database's, where there is one.
    #[cfg(feature = "postgres")]
    pub(super) fn models(&self) -> Option<&ReadModels> {
        self.models.as_ref()
    }
}
