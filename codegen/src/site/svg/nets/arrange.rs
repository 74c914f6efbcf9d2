//! The order of the lanes, from left to right.

use std::collections::HashMap;

use crate::site::svg::map::{Lane, Route};

/// Puts lanes beside those they have most to do with.
pub(super) fn arrange(lanes: &mut [Lane<'_>], routes: &[Route<'_>]) {
    let mut home: HashMap<&str, usize> = HashMap::new();
    for (i, lane) in lanes.iter().enumerate() {
        home.extend(lane.services.iter().map(|s| (s.name.as_str(), i)));
        home.extend(lane.streams.iter().map(|s| (s.name.as_str(), i)));
        home.extend(lane.topics.iter().map(|t| (*t, i)));
        home.extend(lane.queues.iter().map(|q| (q.name.as_str(), i)));
    }
    let groups: Vec<Vec<usize>> = routes
        .iter()
        .map(|route| {
            let all = std::iter::once(&route.by)
                .chain(&route.from)
                .chain(&route.to);
            all.filter_map(|name| home.get(name).copied()).collect()
        })
        .collect();
    let cost = |order: &[usize]| -> usize {
        let place = |lane: &usize| order.iter().position(|o| o == lane).unwrap_or(0);
        let span = |group: &Vec<usize>| {
            let places = group.iter().map(place);
            let (low, high) = places.fold((usize::MAX, 0), |(l, h), p| (l.min(p), h.max(p)));
            high.saturating_sub(low)
        };
        groups.iter().map(span).sum()
    };
    let mut order: Vec<usize> = (0..lanes.len()).collect();
    let mut best = cost(&order);
    // Moving one lane at a time ends where no move helps any more.
    let mut improved = lanes.len() > 2;
    while improved {
        improved = false;
        for from in 0..order.len() {
            for to in 0..order.len() {
                let mut tried = order.clone();
                let lane = tried.remove(from);
                tried.insert(to, lane);
                let price = cost(&tried);
                if price < best {
                    (best, order, improved) = (price, tried, true);
                }
            }
        }
    }
    let places: Vec<&str> = order
        .iter()
        .filter_map(|i| lanes.get(*i).map(|l| l.domain))
        .collect();
    lanes.sort_by_key(|lane| places.iter().position(|d| *d == lane.domain));
}
