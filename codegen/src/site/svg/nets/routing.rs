//! Routing: which boxes a line connects, where it leaves them, and which track it runs in.

use std::collections::HashMap;

use super::{Net, Placed, Port, STEP};
use crate::site::{links::Kind, svg::map::Route};

/// What goes into a carrier and what comes out of it, as a net each.
pub(super) fn nets(tiles: &[Placed<'_>], routes: &[Route<'_>]) -> Vec<Net> {
    let find = |kinds: &[Kind], name: &str| {
        tiles
            .iter()
            .position(|t| kinds.contains(&t.kind) && t.name == name)
    };
    let service =
        |name: &&str| find(&[Kind::Service, Kind::Stream], name).map(|tile| Port { tile, x: 0.0 });
    let mut nets = Vec::new();
    for route in routes {
        let kind = if route.is_queue {
            Kind::Queue
        } else {
            Kind::Topic
        };
        let Some(by) = find(&[kind], route.by) else {
            continue;
        };
        let carrier = vec![Port { tile: by, x: 0.0 }];
        let from: Vec<Port> = route.from.iter().filter_map(service).collect();
        let to: Vec<Port> = route.to.iter().filter_map(service).collect();
        for (from, to) in [(from, carrier.clone()), (carrier, to)] {
            if from.is_empty() || to.is_empty() {
                continue;
            }
            let tiles_of = from.iter().chain(&to).map(|p| p.tile).collect();
            nets.push(Net {
                from,
                to,
                below: route.is_queue,
                hue: tiles.get(by).map_or(0, |t| t.hue),
                is_queue: route.is_queue,
                tiles: tiles_of,
            });
        }
    }
    nets
}

/// Gives every end of every net a place at its box: left to right as the other ends lie.
pub(super) fn ports(tiles: &mut [Placed<'_>], nets: &mut [Net]) {
    let center =
        |tiles: &[Placed<'_>], tile: usize| tiles.get(tile).map_or(0.0, |t| t.x + t.w / 2.0);
    for (i, net) in nets.iter().enumerate() {
        let side = usize::from(net.below);
        for (ports, is_from) in [(&net.from, true), (&net.to, false)] {
            for port in ports {
                if let Some(tile) = tiles.get_mut(port.tile) {
                    tile.ports[side].push((i, is_from));
                }
            }
        }
    }
    let mut chosen: HashMap<(usize, usize, bool), f64> = HashMap::new();
    for at in 0..tiles.len() {
        for side in 0..2 {
            let mut ends = tiles
                .get(at)
                .map(|t| t.ports[side].clone())
                .unwrap_or_default();
            let mean = |(net, is_from): &(usize, bool)| {
                let others = nets
                    .get(*net)
                    .map(|n| if *is_from { &n.to } else { &n.from });
                let others = others.into_iter().flatten();
                let (sum, count) =
                    others.fold((0.0, 0.0), |(s, c), p| (s + center(tiles, p.tile), c + 1.0));
                sum / f64::max(count, 1.0)
            };
            ends.sort_by(|a, b| mean(a).total_cmp(&mean(b)).then(a.cmp(b)));
            let Some(tile) = tiles.get(at) else { continue };
            let count = ends.len() as f64;
            let half = if matches!(tile.kind, Kind::Service | Kind::Stream) {
                STEP / 2.0
            } else {
                0.0
            };
            let start = ((tile.w - (count - 1.0) * STEP) / 2.0 / STEP).round() * STEP - half;
            for (k, (net, is_from)) in ends.into_iter().enumerate() {
                let x = tile.x + (start + k as f64 * STEP).clamp(STEP / 2.0, tile.w - STEP / 2.0);
                chosen.insert((net, at, is_from), x);
            }
        }
    }
    for (i, net) in nets.iter_mut().enumerate() {
        for (ports, is_from) in [(&mut net.from, true), (&mut net.to, false)] {
            for port in ports {
                port.x = chosen
                    .get(&(i, port.tile, is_from))
                    .copied()
                    .unwrap_or_default();
            }
        }
    }
}

/// A track for every net above or below the services, and how many tracks there are: nets share one
/// where they do not meet.
pub(super) fn tracks(nets: &mut [Net], below: bool) -> (HashMap<usize, usize>, usize) {
    let span = |net: &Net| {
        let xs = net.from.iter().chain(&net.to).map(|p| p.x);
        xs.fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(x), h.max(x)))
    };
    let mut order: Vec<(usize, (f64, f64))> = nets
        .iter()
        .enumerate()
        .filter(|(_, net)| net.below == below)
        .map(|(i, net)| (i, span(net)))
        .collect();
    // Short ones lie next to the topics, so that long ones pass below them.
    order.sort_by(|a, b| {
        (a.1.1 - a.1.0)
            .total_cmp(&(b.1.1 - b.1.0))
            .then(a.0.cmp(&b.0))
    });
    let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut chosen = HashMap::new();
    for (net, (low, high)) in order {
        let free = |track: &Vec<(f64, f64)>| {
            track
                .iter()
                .all(|(l, h)| high + STEP < *l || *h + STEP < low)
        };
        let track = taken.iter().position(free).unwrap_or(taken.len());
        match taken.get_mut(track) {
            Some(spans) => spans.push((low, high)),
            None => taken.push(vec![(low, high)]),
        }
        chosen.insert(net, track);
    }
    (chosen, taken.len())
}
