//! The run on real servers: five services as five processes, Kafka, RabbitMQ, PostgreSQL, the
//! document store, the schema registry and the e-mail server, and the same play and checks.
//!
//! [`servers`] brings them up, empty, and the [`application`] of the streams; [`fleet`] runs the
//! services; [`provider`] stands for the payment provider; [`outside`] looks at everything as an outsider can; [`mishaps`] kills and
//! stops.

mod application;
mod events;
mod fleet;
mod kafka;
mod mishaps;
mod outside;
mod provider;
mod servers;
mod views;
mod web;

use std::sync::Arc;
use std::time::Duration;

use herald::World;
use herald::topology::Topology;
use payment::rehearsal::Rehearsal;
use tokio::signal::unix::{SignalKind, signal};

use crate::args::Args;
use crate::checks::Check;
use crate::report::{Report, Row};
use crate::run::run;
use crate::scenario::PlayError;
use fleet::Fleet;
use mishaps::Mishaps;
use outside::Outside;
use servers::Servers;

/// How long services may take to drain.
const DEADLINE: Duration = Duration::from_secs(15);

/// Plays on real servers, and stops everything it started, whatever came of it.
///
/// # Errors
/// If a server or a service does not start, or the play breaks off.
pub async fn perform(args: &Args, topology: &'static Topology) -> Result<Report, PlayError> {
    let servers = Arc::new(Servers::up(args.cluster, topology.environment).await?);
    // From here on, whoever ends the demo early leaves no servers behind.
    let outcome = tokio::select! {
        outcome = on(&servers, args, topology) => outcome,
        name = asked_to_stop() => Err(PlayError::Stopped(name)),
    };
    let down = servers.down().await;
    let report = outcome?;
    down?;
    Ok(report)
}

async fn on(
    servers: &Arc<Servers>,
    args: &Args,
    topology: &'static Topology,
) -> Result<Report, PlayError> {
    let world = herald::world::real::world();
    let provider = Arc::<Rehearsal>::default();
    let address = provider::serve(&world, provider.clone()).await?;
    let fleet = Arc::new(Fleet::start(servers, topology.environment, address)?);
    fleet.ready(&world).await?;
    let mishaps = Mishaps::new(&world, args, &fleet, servers);
    let lost = {
        let provider = provider.clone();
        move || provider.answers_lost()
    };
    let outside = Outside::new(&world, servers, &fleet, provider, topology, &mishaps);
    let looked = match run(&world, fleet.doors(), &outside, args.orders).await {
        Ok(played) => outside.look(played).await,
        Err(error) => Err(error),
    };
    let happened = mishaps.end().await;
    let delivery = outside.delivery().await;
    fleet.stop(DEADLINE).await;
    let mut delivery = delivery?;
    // A service that was killed took its count with it.
    let attempts = args.kill.is_none().then(|| attempts(&delivery, lost()));
    delivery.extend(happened?);
    let mut report = looked?.report(delivery);
    report.checks.extend(attempts);
    Ok(report)
}

/// Waits until somebody wants the demo to end; what by.
async fn asked_to_stop() -> &'static str {
    let until = async |kind| match signal(kind) {
        Ok(mut signals) => drop(signals.recv().await),
        // Without a handler the signal ends the process.
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = until(SignalKind::interrupt()) => "SIGINT",
        () = until(SignalKind::terminate()) => "SIGTERM",
    }
}

/// What is down uses no attempt: only an answer that the provider lost is tried again.
fn attempts(delivery: &[Row], lost: u64) -> Check {
    let retries = delivery.iter().find(|(what, _)| what == outside::RETRIES);
    let retries = retries.map_or(0, |(_, count)| *count);
    let difference = (retries != lost).then(|| format!("{retries} retries"));
    Check {
        name: "every retry follows an answer that the payment provider lost",
        note: format!("{lost} lost"),
        differences: difference.into_iter().collect(),
    }
}

/// What a server other than the shop's services did wrong.
fn server(server: &'static str) -> impl Fn(&dyn std::fmt::Display) -> PlayError {
    move |why| PlayError::Server {
        server,
        why: why.to_string(),
    }
}

/// Pauses between two looks at something that is not there yet.
async fn soon(world: &World) {
    world.sleep(Duration::from_millis(200)).await;
}
