//! `cargo xtask demo`.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use demo::args::{Args, Format};
use demo::chaos::Stage;
use demo::live::Live;
use demo::report::Report;
use demo::run::{look, run};
use demo::shop::Name;
use demo::tips::tips;
use herald::topology::Topology;

fn main() -> ExitCode {
    let args = Args::parse();
    match demo(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether everything holds.
fn demo(args: &Args) -> Result<bool, Box<dyn Error>> {
    if let Some(seed) = args.chaos {
        return chaos(args, seed, environment("chaos")?);
    }
    let runtime = tokio::runtime::Runtime::new()?;
    if args.stack {
        return runtime.block_on(on_servers(args));
    }
    runtime.block_on(plain(args, environment("demo")?))
}

#[cfg(feature = "stack")]
async fn on_servers(args: &Args) -> Result<bool, Box<dyn Error>> {
    let name = if args.cluster { "cluster" } else { "demo" };
    let report = demo::stack::perform(args, environment(name)?).await?;
    print(&report, args.format)?;
    Ok(report.holds())
}

#[cfg(not(feature = "stack"))]
#[expect(clippy::unused_async, reason = "as with the servers")]
async fn on_servers(_: &Args) -> Result<bool, Box<dyn Error>> {
    Err("this demo was built without the real servers: `cargo xtask demo --stack` builds it with them".into())
}

fn environment(name: &str) -> Result<&'static Topology, String> {
    let topology = generated::topology::topology(name);
    topology.ok_or_else(|| format!("the catalog has no environment `{name}`"))
}

fn chaos(args: &Args, seed: u64, topology: &'static Topology) -> Result<bool, Box<dyn Error>> {
    let stage = Stage::open(seed, topology)?;
    let outcome = stage.look(stage.play(args.orders)?)?;
    let mut report = outcome.report(stage.crew().counts());
    report.seed = Some(seed);
    report.event_log = Some(stage.event_log());
    print(&report, args.format)?;
    Ok(report.holds())
}

async fn plain(args: &Args, topology: &'static Topology) -> Result<bool, Box<dyn Error>> {
    let world = herald::world::real::world();
    let live = Live::open(&world, topology).await?;
    if args.serve
        && let Some(address) = live.doors.address(Name::Analytics)
    {
        println!("Watch it live: http://{address}{}\n", analytics::page::PATH);
    }
    let played = run(&world, &live.doors, &live.shop, args.orders).await?;
    let outcome = look(&world, &live.doors, &live.shop, played).await?;
    let report = outcome.report(live.crew.counts());
    print(&report, args.format)?;
    if args.serve {
        println!("\n{}", tips(&live.doors, &outcome.facts));
        tokio::signal::ctrl_c().await?;
    }
    live.close().await;
    Ok(report.holds())
}

fn print(report: &Report, format: Format) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Text => write!(out, "{}", report.to_text()),
        Format::Json => writeln!(out, "{}", report.to_json()),
    }
}
