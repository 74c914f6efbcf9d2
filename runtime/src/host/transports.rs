//! The brokers and the registry that the settings name.

#![cfg_attr(
    not(all(feature = "kafka", feature = "rabbitmq", feature = "registry")),
    allow(
        clippy::unused_async,
        clippy::unnecessary_wraps,
        reason = "what connects may wait and fail"
    )
)]

use std::sync::Arc;

use super::{Platform, Settings};
use crate::World;
use crate::error::Cause;
use crate::registry::{MemoryRegistry, Missing, Registry};
use crate::topology::Topology;
use crate::transport::embedded::Embedded;
use crate::transport::{Log, Queues};

/// Connects to what the settings name; what they do not name lives in this process, where no other
/// process sees it.
pub(super) async fn platform(
    world: &World,
    settings: &Settings,
    service: &str,
    topology: &'static Topology,
) -> Result<Platform, Cause> {
    let embedded = Embedded::new(world);
    embedded.declare(topology).await?;
    let (registry, missing_schemas) = registry(settings)?;
    Ok(Platform {
        world: world.clone(),
        log: log(settings, service, &embedded).await?,
        queues: queues(settings, service, &embedded).await?,
        registry,
        missing_schemas,
        topology,
        tuning: settings.tuning(),
    })
}

#[cfg(feature = "kafka")]
async fn log(
    settings: &Settings,
    service: &str,
    embedded: &Embedded,
) -> Result<Arc<dyn Log>, Cause> {
    if settings.kafka.brokers.is_none() {
        return Ok(embedded.log());
    }
    let kafka = crate::transport::kafka::Kafka::connect(&settings.kafka, service)?;
    kafka.greet().await?;
    Ok(Arc::new(kafka))
}

#[cfg(not(feature = "kafka"))]
async fn log(_: &Settings, _: &str, embedded: &Embedded) -> Result<Arc<dyn Log>, Cause> {
    Ok(embedded.log())
}

#[cfg(feature = "rabbitmq")]
async fn queues(
    settings: &Settings,
    service: &str,
    embedded: &Embedded,
) -> Result<Arc<dyn Queues>, Cause> {
    if settings.rabbitmq.url.is_none() {
        return Ok(embedded.queues());
    }
    let queues = crate::transport::rabbitmq::Rabbitmq::connect(&settings.rabbitmq, service).await?;
    Ok(Arc::new(queues))
}

#[cfg(not(feature = "rabbitmq"))]
async fn queues(_: &Settings, _: &str, embedded: &Embedded) -> Result<Arc<dyn Queues>, Cause> {
    Ok(embedded.queues())
}

#[cfg(feature = "registry")]
fn registry(settings: &Settings) -> Result<(Arc<dyn Registry>, Missing), Cause> {
    if settings.registry.url.is_none() {
        return Ok((Arc::new(MemoryRegistry::new()), Missing::Register));
    }
    let registry = crate::registry::confluent::ConfluentRegistry::connect(&settings.registry)?;
    let missing = if settings.register {
        Missing::Register
    } else {
        Missing::Refuse
    };
    Ok((Arc::new(registry), missing))
}

#[cfg(not(feature = "registry"))]
fn registry(_: &Settings) -> Result<(Arc<dyn Registry>, Missing), Cause> {
    Ok((Arc::new(MemoryRegistry::new()), Missing::Register))
}
