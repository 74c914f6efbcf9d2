//! Starting an instance: check, look up schemas, set everything going.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::checks;
use super::running::{Parting, Tasks};
use super::{Platform, Running, StartError};
use crate::World;
use crate::binding::Parts;
use crate::context::Wiring;
use crate::delivery::{Engine, Group, QueueReader, Relay, TimerLoop};
use crate::registry::Encoder;
use crate::store::{Broker, Store};
use crate::telemetry::{Meters, Metrics};

/// Checks what is bound against the topology, makes the store and the schemas
/// ready, and sets the instance going.
pub(super) async fn start<S, St>(
    parts: Arc<Parts<S, St>>,
    platform: Platform,
) -> Result<Running, StartError>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    let service = checks::service(&parts, &platform)?;
    let horizon = checks::horizon(&platform, service)?;
    parts.store.prepare(horizon).await?;
    let encoder = Encoder::new(platform.registry.clone());
    for prepare in &parts.prepares {
        prepare(&encoder, platform.missing_schemas).await?;
    }
    let world = platform.world.clone();
    let wiring = Wiring::new(world, encoder, platform.topology, service);
    let metrics = Arc::new(Metrics::default());
    let meters = Meters::new(metrics.clone());
    let engine = Arc::new(Engine::new(parts, platform, Arc::new(wiring), meters));
    let tasks = set_going(&engine);
    Ok(Running::new(&engine, tasks, metrics))
}

fn set_going<S, St>(engine: &Arc<Engine<S, St>>) -> Tasks
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    let world = engine.world();
    let mut tasks = Tasks::default();
    for consumes in engine.service().consumes {
        let group = Group::new(engine.clone(), consumes, &engine.parts.events);
        let reader = Arc::new(group).run();
        tasks.readers.push(parting(world, consumes.topic, reader));
    }
    for receives in engine.service().receives {
        let queue = engine.platform.topology.queue(receives.queue);
        let handlers = engine.parts.commands.iter();
        let mut handlers = handlers.filter(|handler| handler.message_type() == receives.command);
        if let (Some(queue), Some(handler)) = (queue, handlers.next()) {
            let reader = QueueReader::new(engine.clone(), receives, queue, handler.clone());
            let reader = Arc::new(reader).run();
            tasks.readers.push(parting(world, receives.queue, reader));
        }
    }
    if !St::DURABLE {
        return tasks;
    }
    for broker in Broker::ALL {
        let relay = Relay::new(engine.clone(), broker).run();
        let name = format!("relay to {}", broker.as_str());
        tasks.relays.push(world.spawn(&name, relay).abort_on_drop());
    }
    if !engine.service().timers.is_empty() {
        let timers = TimerLoop::new(engine.clone()).run();
        tasks
            .carriers
            .push(world.spawn("timers", timers).abort_on_drop());
    }
    let pruner = super::prune::run(engine.clone());
    tasks
        .carriers
        .push(world.spawn("pruner", pruner).abort_on_drop());
    tasks
}

/// A task that says at its end what it left.
fn parting<F>(world: &World, name: &str, reader: F) -> Parting
where
    F: Future<Output = u64> + Send + 'static,
{
    let (say, left) = oneshot::channel();
    let task = world.spawn(name, async move {
        // Nobody asks any more: the instance was dropped.
        let _ = say.send(reader.await);
    });
    Parting {
        task: task.abort_on_drop(),
        left,
    }
}
