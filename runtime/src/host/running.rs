//! A running instance.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::Instance;
use crate::binding::Definition;
use crate::delivery::Engine;
use crate::http;
use crate::signal::Signal;
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::world::AbortOnDrop;
use crate::{BoxFuture, World};

/// How often a stopping instance looks whether its outbox is empty.
const LOOK: Duration = Duration::from_millis(20);

/// A running instance of a service. Dropping it is a crash: its loops end where
/// they are.
pub struct Running {
    definition: &'static Definition,
    router: axum::Router,
    world: World,
    stopping: Signal,
    closing: Signal,
    tasks: Tasks,
    metrics: Arc<Metrics>,
    lag: Box<dyn Fn() -> BoxFuture<'static, Option<u64>> + Send + Sync>,
    outbox: Box<dyn Fn() -> BoxFuture<'static, u64> + Send + Sync>,
    /// Waits until no request is being answered.
    answered: Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>,
}

/// The loops of an instance.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    /// They take messages in.
    pub(super) readers: Vec<Parting>,
    /// They empty the outbox.
    pub(super) relays: Vec<AbortOnDrop>,
    /// They do what time asks for.
    pub(super) carriers: Vec<AbortOnDrop>,
}

/// A reader, and what it says at its end.
#[derive(Debug)]
pub(super) struct Parting {
    pub(super) task: AbortOnDrop,
    pub(super) left: oneshot::Receiver<u64>,
}

/// What a stopped instance left undone; all of it is done later by another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Left {
    /// Messages in hand whose handlers had not finished; they were rolled back,
    /// and come again.
    pub in_hand: u64,
    /// Messages in the outbox that are not published yet.
    pub outbox: u64,
}

impl Running {
    pub(super) fn new<S, St>(
        engine: &Arc<Engine<S, St>>,
        tasks: Tasks,
        metrics: Arc<Metrics>,
    ) -> Self
    where
        S: Send + Sync + 'static,
        St: Store,
        St::Tx: 'static,
    {
        let parts = engine.parts.clone();
        let outbox = move || -> BoxFuture<'static, u64> {
            let parts = parts.clone();
            Box::pin(async move { super::pending::outbox(&*parts.store).await })
        };
        let reading = engine.clone();
        let lag = move || -> BoxFuture<'static, Option<u64>> {
            let engine = reading.clone();
            Box::pin(async move { engine.lag().await })
        };
        let requests = engine.clone();
        let answered = move || -> BoxFuture<'static, ()> {
            let engine = requests.clone();
            Box::pin(async move { engine.requests.until_idle().await })
        };
        Self {
            definition: engine.parts.definition,
            router: http::router(engine),
            world: engine.world().clone(),
            stopping: engine.stopping.clone(),
            closing: engine.closing.clone(),
            tasks,
            metrics,
            lag: Box::new(lag),
            outbox: Box::new(outbox),
            answered: Box::new(answered),
        }
    }

    /// What the catalog says of the service.
    pub fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// Serves more than the requests of the catalog.
    pub(super) fn serve_also(&mut self, routes: impl Fn(&Instance) -> axum::Router) {
        let instance = Instance {
            world: self.world.clone(),
            stopping: self.stopping.clone(),
        };
        self.router = std::mem::take(&mut self.router).merge(routes(&instance));
    }

    /// The router: to be called in process, or served on a socket.
    pub fn router(&self) -> axum::Router {
        self.router.clone()
    }

    /// Records that are not handled yet; `None` while partitions of the service's topics are not
    /// this instance's, or a broker does not say.
    pub async fn lag(&self) -> Option<u64> {
        (self.lag)().await
    }

    /// Time, chance, identifiers and tasks of the instance.
    pub(super) fn world(&self) -> &World {
        &self.world
    }

    /// The instance's metrics.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Takes in nothing more, lets handlers and requests finish, commits, publishes what is in
    /// the outbox, all within the deadline, and says what is left.
    pub async fn stop(mut self, deadline: Duration) -> Left {
        let until = self.world.now().checked_add(deadline);
        let until = until.unwrap_or(jiff::Timestamp::MAX);
        self.stopping.raise();
        let mut left = Left::default();
        for reader in self.tasks.readers.drain(..) {
            let in_time = tokio::select! {
                biased;
                left = reader.left => left.unwrap_or(0),
                () = self.world.sleep_until(until) => 1,
            };
            left.in_hand += in_time;
            drop(reader.task);
        }
        tokio::select! {
            biased;
            () = (self.answered)() => {}
            () = self.world.sleep_until(until) => {}
        }
        loop {
            left.outbox = (self.outbox)().await;
            if left.outbox == 0 || self.world.now() >= until {
                break;
            }
            self.world.sleep(LOOK).await;
        }
        self.closing.raise();
        for relay in self.tasks.relays.drain(..) {
            tokio::select! {
                biased;
                () = relay.join() => {}
                () = self.world.sleep_until(until) => {}
            }
        }
        left
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Running({} in {:?})",
            self.definition.service, self.world
        )
    }
}
