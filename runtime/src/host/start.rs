//! Starting an instance: check, look up schemas, set everything going.

use std::sync::Arc;

use super::{Platform, Running, StartError};
use crate::binding::Parts;
use crate::registry::Encoder;
use crate::store::Store;

pub(super) async fn start<S, St>(
    parts: Arc<Parts<S, St>>,
    platform: Platform,
) -> Result<Running, StartError>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    let encoder = Encoder::new(platform.registry.clone());
    for prepare in &parts.prepares {
        prepare(&encoder, platform.missing_schemas).await?;
    }
    Ok(Running::new(parts.definition))
}
