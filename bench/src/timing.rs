//! Two programs timed against each other in one run: what is quoted is their ratio.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds of each side; sides alternate, so that a busy machine slows both.
const ROUNDS: usize = 40;
/// How long one round lasts at least.
const ROUND: Duration = Duration::from_millis(20);

/// The best time of one call of `f`, of `peer`, in nanoseconds.
pub(crate) fn race<A, B>(mut ours: impl FnMut() -> A, mut peer: impl FnMut() -> B) -> (f64, f64) {
    let (ours_calls, peer_calls) = (calls_a_round(&mut ours), calls_a_round(&mut peer));
    let (mut best_ours, mut best_peer) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        best_ours = best_ours.min(round(&mut ours, ours_calls));
        best_peer = best_peer.min(round(&mut peer, peer_calls));
    }
    (best_ours, best_peer)
}

fn calls_a_round<T>(f: &mut impl FnMut() -> T) -> u32 {
    let mut calls = 16;
    while round(f, calls) * f64::from(calls) < ROUND.as_nanos() as f64 {
        calls *= 2;
    }
    calls
}

fn round<T>(f: &mut impl FnMut() -> T, calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(f());
    }
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}

/// One line of a result table: what was compared, the ratio reached and the ratio asked.
pub(crate) fn report(what: &str, ours: f64, peer: f64, unit: &str, asked: f64) -> bool {
    let ratio = peer / ours;
    let met = ratio >= asked;
    println!(
        "{what:<44} {ours:>9.1} {peer:>9.1} {unit:<3} {ratio:>7.2}x  asked {asked:>5.2}x  {}",
        if met { "met" } else { "MISSED" }
    );
    met
}

/// The same line for a comparison that nobody set a bound for.
#[cfg(feature = "servers")]
pub(crate) fn mention(what: &str, ours: f64, peer: f64, unit: &str) {
    let ratio = peer / ours;
    println!("{what:<44} {ours:>9.1} {peer:>9.1} {unit:<3} {ratio:>7.2}x");
}

/// One line of a result table: what was measured and the most that is allowed.
pub(crate) fn bound(what: &str, value: f64, most: f64, unit: &str) -> bool {
    let met = value <= most;
    println!(
        "{what:<44} {value:>9.2} {unit:<3}  at most {most:>6.1}  {}",
        if met { "met" } else { "MISSED" }
    );
    met
}
