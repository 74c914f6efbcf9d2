//! The read model built anew from the log while the shop goes on: the same figures.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::future::pending;

use analytics::store::FigureTables;
use demo::chaos::Stage;
use demo::checks::{Check, check};
use demo::doors::Doors;
use demo::orders::orders;
use demo::run::Played;
use demo::scenario::{PlayError, play};
use demo::shop::{Name, Shop};
use generated::types::OrderState;
use herald::World;
use herald::host::Platform;
use herald::store::memory::Tables;
use herald::world::FaultPlan;

const ORDERS: usize = 60;

/// A fresh read model, which takes the place of the one in use.
#[derive(Clone, Default)]
struct Fresh {
    figures: Tables<FigureTables>,
}

impl Fresh {
    /// Builds it in an instance that is started again when it dies; says when it has caught up.
    fn build(
        &self,
        world: &World,
        doors: &Doors,
        shop: &Shop,
    ) -> tokio::sync::watch::Receiver<bool> {
        let (say, caught_up) = tokio::sync::watch::channel(false);
        let (figures, doors, shop) = (self.figures.clone(), doors.clone(), shop.clone());
        world.supervise("analytics, generation 1", move |instance| {
            let (figures, doors, shop) = (figures.clone(), doors.clone(), shop.clone());
            let say = say.clone();
            async move {
                let service =
                    analytics::wiring::over(figures, analytics::streams::Streams::default(), false);
                let running = loop {
                    let platform = platform(&shop, &instance);
                    match service.start(platform).await {
                        Ok(running) => break running,
                        Err(_) => instance.sleep(std::time::Duration::from_millis(500)).await,
                    }
                };
                running.catch_up(|_| {}).await;
                doors.open_router(Name::Analytics, instance, running.router());
                say.send_replace(true);
                // Lives until it is killed.
                pending::<()>().await;
            }
        });
        caught_up
    }
}

/// What it runs on: groups of its own.
fn platform(shop: &Shop, instance: &World) -> Platform {
    let mut platform = shop.platform(instance.clone());
    platform.tuning.generation = 1;
    platform
}

/// Everything that does not depend on the order in which messages of different keys were heard.
fn figures(tables: &FigureTables) -> impl PartialEq + std::fmt::Debug + use<> {
    let states: BTreeMap<OrderState, i64> = tables.states.clone();
    let sales: BTreeMap<_, _> = tables
        .sales
        .iter()
        .map(|(id, sale)| (*id, sale.clone()))
        .collect();
    let revenue = tables.revenue.iter();
    let revenue: BTreeMap<_, _> = revenue
        .map(|(place, figure)| (place.clone(), *figure))
        .collect();
    let closed = tables.closed.iter();
    let closed: BTreeMap<_, _> = closed
        .map(|(place, closed)| (place.clone(), closed.clone()))
        .collect();
    let outcomes = tables.outcomes.iter();
    let outcomes: BTreeMap<_, _> = outcomes.map(|(id, all)| (*id, all.clone())).collect();
    let more = (
        tables.turnover,
        tables.events.clone(),
        tables.declines.clone(),
    );
    (states, sales, revenue, closed, outcomes, more)
}

/// Plays with the read model being built anew from the middle on, and compares.
fn replayed(seed: u64, faults: FaultPlan) {
    let topology = generated::topology::topology("chaos").unwrap();
    let stage = Stage::open_with(seed, faults, topology).unwrap();
    let fresh = Fresh::default();
    let whole = {
        let fresh = fresh.clone();
        move |world: World, doors: Doors, shop: Shop| async move {
            let orders = orders(ORDERS, world.now())?;
            play(&world, &doors, &shop, &orders[..ORDERS / 2]).await?;
            let before = shop.figures.read(|tables| tables.sales.iter().count());
            let mut caught_up = fresh.build(&world, &doors, &shop);
            // The rest comes while the log is read again; what was placed before is a repeat.
            let took = play(&world, &doors, &shop, &orders).await?;
            let after = shop.figures.read(|tables| tables.sales.iter().count());
            assert_eq!((before, after), (ORDERS / 2, ORDERS));
            caught_up.wait_for(|caught_up| *caught_up).await.unwrap();
            Ok::<Played, PlayError>(Played { orders, took })
        }
    };
    let played = stage.act(|world, doors, shop| Box::pin(whole(world, doors, shop)));
    let outcome = stage.look(played.unwrap().unwrap()).unwrap();
    let checks = check(&outcome.facts);
    assert!(checks.iter().all(Check::holds), "seed {seed}: {checks:#?}");
    let (old, new) = (stage.shop().figures.snapshot(), fresh.figures.snapshot());
    assert_eq!(figures(&new), figures(&old), "seed {seed}");
    assert!(new.closed.iter().next().is_some());
}

#[test]
fn a_replayed_read_model_is_the_same() {
    replayed(1, FaultPlan::none());
}

#[test]
fn whatever_goes_wrong_meanwhile() {
    for seed in 1..=6 {
        replayed(
            seed,
            FaultPlan::seeded(seed, std::time::Duration::from_mins(1), &["log"]),
        );
    }
}
