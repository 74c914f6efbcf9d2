//! `gen` on catalogs of 1,000 and 10,000 events: cold, unchanged, after a small edit.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::catalog::{self, Size};
use crate::process::{self, Cost};

/// Best of this many runs: the machine is shared.
const RUNS: usize = 5;

/// Measures and prints; true when every bound is met.
pub(crate) fn run(xtask: &Path, work: &Path) -> Result<bool, Box<dyn Error>> {
    println!("\ngen, the whole program, best of {RUNS}");
    let small = measure(
        xtask,
        &work.join("thousand"),
        Size {
            events: 1_000,
            services: 100,
        },
    )?;
    let large = measure(
        xtask,
        &work.join("ten-thousand"),
        Size {
            events: 10_000,
            services: 1_000,
        },
    )?;
    let growth = large.cold.wall.as_secs_f64() / (10.0 * small.cold.wall.as_secs_f64());
    let mut met = true;
    met &= bound(
        "1,000 events, cold",
        small.cold.wall.as_secs_f64(),
        0.5,
        "s",
    );
    met &= bound(
        "1,000 events, nothing changed",
        small.unchanged.wall.as_secs_f64(),
        0.2,
        "s",
    );
    met &= bound(
        "1,000 events, one field added",
        small.edited.wall.as_secs_f64(),
        0.5,
        "s",
    );
    met &= bound(
        "10,000 events, cold",
        large.cold.wall.as_secs_f64(),
        5.0,
        "s",
    );
    met &= bound(
        "10,000 events, peak memory",
        large.cold.peak_mib,
        300.0,
        "MiB",
    );
    met &= bound("growth from 1,000 to 10,000, over linear", growth, 1.2, "x");
    Ok(met)
}

fn bound(what: &str, value: f64, most: f64, unit: &str) -> bool {
    let met = value <= most;
    println!(
        "{what:<44} {value:>9.2} {unit:<3}  at most {most:>6.1}  {}",
        if met { "met" } else { "MISSED" }
    );
    met
}

struct Costs {
    cold: Cost,
    unchanged: Cost,
    edited: Cost,
}

fn measure(xtask: &Path, work: &Path, size: Size) -> Result<Costs, Box<dyn Error>> {
    let (source, out): (PathBuf, PathBuf) = (work.join("catalog"), work.join("out"));
    let mut costs = Vec::new();
    for _ in 0..RUNS {
        let _ = fs::remove_dir_all(work);
        catalog::write(&source, size)?;
        let gen_once = || {
            process::run(
                Command::new(xtask)
                    .args(["gen", "--catalog"])
                    .arg(&source)
                    .arg("--out")
                    .arg(&out)
                    .stderr(std::process::Stdio::null()),
            )
        };
        let cold = gen_once()?;
        let unchanged = gen_once()?;
        catalog::add_a_field(&source)?;
        costs.push(Costs {
            cold,
            unchanged,
            edited: gen_once()?,
        });
    }
    let best = |of: fn(&Costs) -> Cost| {
        costs
            .iter()
            .map(of)
            .min_by_key(|cost| cost.wall)
            .ok_or("no run")
    };
    Ok(Costs {
        cold: best(|c| c.cold)?,
        unchanged: best(|c| c.unchanged)?,
        edited: best(|c| c.edited)?,
    })
}
