//! The program of one service.

use std::future::IntoFuture as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::front::Front;
use super::generations::Generations;
use super::signals::Signals;
use super::{Bound, Left, Running, Settings, Setup, transports};
use crate::binding::Definition;
use crate::error::Cause;
use crate::store::ReadModel;
use crate::telemetry::logs;
use crate::world::real;

/// The whole program of a service: reads flags and environment variables, starts
/// the service on the brokers they name (without any, on brokers of its own in
/// this process), serves HTTP, and stops gracefully on SIGTERM or SIGINT, saying
/// what it left.
///
/// `build` makes the service and its store, once more when another generation of its read model
/// comes into use. Exits 0 after a stop, 2 if the
/// service did not start or HTTP could not be served.
///
/// ```ignore
/// fn main() -> std::process::ExitCode {
///     herald::main(&generated::payment::DEFINITION, payment::wiring::bound)
/// }
/// ```
pub fn main<O, F>(definition: &'static Definition, build: F) -> ExitCode
where
    O: clap::Args,
    F: AsyncFn(&Setup<O>) -> Result<Bound, Cause>,
{
    let command = Settings::command()
        .name(definition.service)
        .about(definition.doc);
    let matches = O::augment_args(command).get_matches();
    let told = Settings::from_arg_matches(&matches)
        .and_then(|settings| Ok((settings, O::from_arg_matches(&matches)?)));
    let (settings, options) = match told {
        Ok(told) => told,
        Err(error) => error.exit(),
    };
    logs::install(settings.log_format, &settings.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let ended = runtime.map_err(Cause::from).and_then(|runtime| {
        runtime.block_on(async {
            let setup = Setup {
                world: real::world(),
                options,
                service: definition.service,
                settings,
                read_model: ReadModel::default(),
            };
            run(definition, setup, build).await
        })
    });
    match ended {
        Ok(left) => {
            tracing::info!(in_hand = left.in_hand, outbox = left.outbox, "stopped");
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(service = definition.service, %error, "cannot run");
            ExitCode::from(2)
        }
    }
}

async fn run<O, F>(
    definition: &'static Definition,
    mut setup: Setup<O>,
    build: F,
) -> Result<Left, Cause>
where
    F: AsyncFn(&Setup<O>) -> Result<Bound, Cause>,
{
    let mut signals = Signals::new(setup.settings.until_input_ends)?;
    let generations = Generations::of(&setup)?;
    #[cfg(feature = "postgres")]
    if let Some(start) = setup.settings.replay_from {
        return super::replay::rebuild(definition, setup, build, start, &generations, signals)
            .await;
    }
    setup.read_model = generations.in_use().await?;
    let (mut bound, mut running) = begin(definition, &setup, &build).await?;
    let listener = TcpListener::bind(setup.settings.listen).await?;
    let service = definition.service;
    tracing::info!(service, address = %listener.local_addr()?, "serving");
    let front = Front::default();
    front.put(running.router());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, front.router()).with_graceful_shutdown(async {
        // Either the signal came, or this function ended early.
        let _ = stopped.await;
    });
    let mut server = Box::pin(server.into_future());
    loop {
        tokio::select! {
            biased;
            () = signals.stop() => break,
            ended = &mut server => {
                ended?;
                break;
            }
            next = generations.superseded(&setup, &bound) => {
                tracing::info!(service, generation = next.generation, "another read model is in use");
                running.stop(setup.settings.stop_timeout).await;
                setup.read_model = next;
                (bound, running) = begin(definition, &setup, &build).await?;
                front.put(running.router());
            }
        }
    }
    tracing::info!(service, "stopping");
    drop(stop);
    let mut stopping = Box::pin(running.stop(setup.settings.stop_timeout));
    // Requests in hand are answered meanwhile; idle connections end with us.
    tokio::select! {
        biased;
        left = &mut stopping => return Ok(left),
        _ = &mut server => {}
    }
    Ok(stopping.await)
}

/// Makes the service and starts it on the brokers that the settings name.
pub(super) async fn begin<O, F>(
    definition: &'static Definition,
    setup: &Setup<O>,
    build: &F,
) -> Result<(Bound, Running), Cause>
where
    F: AsyncFn(&Setup<O>) -> Result<Bound, Cause>,
{
    let settings = &setup.settings;
    let environment = &settings.environment;
    let topology = (definition.topology)(environment)
        .ok_or_else(|| format!("the catalog has no environment {environment}"))?;
    let platform = transports::platform(&setup.world, settings, definition.service, topology);
    let bound = build(setup).await?;
    let mut platform = platform.await?;
    platform.tuning.generation = setup.read_model.generation;
    platform.tuning.since = setup.read_model.since;
    let running = bound.start(platform).await?;
    Ok((bound, running))
}
