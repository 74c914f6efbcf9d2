//! The simulated run: one thread, a virtual clock, and everything that may go
//! wrong, decided by a seed.

use std::future::pending;
use std::time::Duration;

use herald::host::{Bound, Running};
use herald::topology::Topology;
use herald::transport::TransportError;
use herald::world::FaultPlan;
use herald::world::sim::{Deadlock, Options, Sim};
use herald::{BoxFuture, World};

use crate::crew::Crew;
use crate::doors::Doors;
use crate::run::{Outcome, Played, look, run};
use crate::scenario::PlayError;
use crate::shaky::{MAIL_SERVER, PAYMENT_PROVIDER};
use crate::shop::{Name, Shop};

/// Faults strike in this time only, so that every run comes to rest.
const CALM_AFTER: Duration = Duration::from_mins(1);

/// What may be down for a while.
const DEPENDENCIES: [&str; 4] = ["log", "queues", PAYMENT_PROVIDER, MAIL_SERVER];

/// Why a simulation came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ChaosError {
    /// Nothing could happen any more.
    #[error(transparent)]
    Deadlock(#[from] Deadlock),
    /// A broker could not be set up.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The play broke off.
    #[error(transparent)]
    Play(#[from] PlayError),
}

/// A shop in a simulation.
pub struct Stage {
    sim: Sim,
    shop: Shop,
    doors: Doors,
    crew: Crew,
}

impl Stage {
    /// Opens a shop to which a seed's faults will happen.
    ///
    /// # Errors
    /// If a broker cannot be set up.
    pub fn open(seed: u64, topology: &'static Topology) -> Result<Self, ChaosError> {
        let faults = FaultPlan::seeded(seed, CALM_AFTER, &DEPENDENCIES);
        Self::open_with(seed, faults, topology)
    }

    /// Opens a shop to which these faults will happen, as a seed decides.
    ///
    /// # Errors
    /// If a broker cannot be set up.
    pub fn open_with(
        seed: u64,
        faults: FaultPlan,
        topology: &'static Topology,
    ) -> Result<Self, ChaosError> {
        let sim = Sim::new(Options::seed(seed).faults(faults));
        let stage = Self {
            shop: Shop::new(&sim.world(), topology),
            doors: Doors::default(),
            crew: Crew::default(),
            sim,
        };
        stage.act(move |_, _, shop| {
            Box::pin(async move { shop.brokers.declare(topology).await })
        })??;
        for name in Name::ALL {
            stage.keep_running(name);
        }
        stage.keep_streaming();
        Ok(stage)
    }

    /// Places the first `limit` orders, and waits until everything came to rest.
    ///
    /// # Errors
    /// If nothing can happen any more, or a service refuses or never answers.
    pub fn play(&self, limit: usize) -> Result<Played, ChaosError> {
        let played = self.act(move |world, doors, shop| {
            Box::pin(async move { run(&world, &doors, &shop, limit).await })
        })?;
        Ok(played?)
    }

    /// Gathers what came of it.
    ///
    /// # Errors
    /// If nothing can happen any more, or a service never answers.
    pub fn look(&self, played: Played) -> Result<Outcome, ChaosError> {
        let outcome = self.act(move |world, doors, shop| {
            Box::pin(async move { look(&world, &doors, &shop, played).await })
        })?;
        Ok(outcome?)
    }

    /// Does something in the simulation.
    ///
    /// # Errors
    /// If nothing can happen any more before it is done.
    pub fn act<T: Send + 'static>(
        &self,
        action: impl FnOnce(World, Doors, Shop) -> BoxFuture<'static, T>,
    ) -> Result<T, Deadlock> {
        let (doors, shop) = (self.doors.clone(), self.shop.clone());
        self.sim.run(action(self.sim.world(), doors, shop))
    }

    /// Starts a service, and starts it again whenever it dies.
    fn keep_running(&self, name: Name) {
        let (doors, crew, shop) = (self.doors.clone(), self.crew.clone(), self.shop.clone());
        let service = shop.service(name);
        self.sim.world().supervise(name.as_str(), move |instance| {
            let (doors, crew) = (doors.clone(), crew.clone());
            let (shop, service) = (shop.clone(), service.clone());
            async move {
                let running = start(&instance, &shop, &service).await;
                doors.open_router(name, instance, running.router());
                crew.join(name, running);
                // Lives until it is killed.
                pending::<()>().await;
            }
        });
    }

    /// Starts the streams, and starts them again whenever they die.
    fn keep_streaming(&self) {
        let shop = self.shop.clone();
        self.sim.world().supervise("streams", move |instance| {
            let shop = shop.clone();
            async move {
                let platform = shop.platform(instance.clone());
                while let Err(error) = shop.streams.start(&platform).await {
                    instance.note(format_args!("not started: {error}"));
                    instance.sleep(Duration::from_millis(500)).await;
                }
                // Lives until it is killed.
                pending::<()>().await;
            }
        });
    }

    /// The running services.
    pub fn crew(&self) -> &Crew {
        &self.crew
    }

    /// The shop.
    pub fn shop(&self) -> &Shop {
        &self.shop
    }

    /// Hash and length of the event log so far: the same for the same seed.
    pub fn event_log(&self) -> String {
        self.sim.digest().to_string()
    }
}

/// Starts a service as soon as what it needs is there.
async fn start(instance: &World, shop: &Shop, service: &Bound) -> Running {
    loop {
        match service.start(shop.platform(instance.clone())).await {
            Ok(running) => return running,
            Err(error) => {
                instance.note(format_args!("not started: {error}"));
                instance.sleep(Duration::from_millis(500)).await;
            }
        }
    }
}
