//! Placement: how wide boxes and lanes are, and where they stand from left to right.

use super::{BETWEEN, CARRIER, HUES, Placed, SERVICE, STEP, short};
use crate::site::{
    links::Kind,
    svg::{
        SMALL,
        map::{Lane, Route, about_service},
        width,
    },
};

/// Every box where it stands in its lane, and where each lane begins and how wide it is.
pub(super) fn place<'a>(
    lanes: &[Lane<'a>],
    routes: &[Route<'a>],
) -> (Vec<Placed<'a>>, Vec<(f64, f64)>) {
    let mut tiles = Vec::new();
    let mut bounds = Vec::new();
    let mut x = 0.0;
    for (i, lane) in lanes.iter().enumerate() {
        let carrier = |kind: Kind, name: &'a str, label: &'a str| Placed {
            kind,
            name,
            label,
            below: None,
            x: 0.0,
            y: 0.0,
            w: up((width(label) + 30.0).clamp(84.0, 224.0)),
            h: CARRIER,
            hue: i % HUES,
            ports: Default::default(),
        };
        let streams = lane.streams.iter();
        let streams = streams.map(|s| (Kind::Stream, s.name.as_str(), "stream".to_owned()));
        let rows: [Vec<Placed<'a>>; 3] = [
            lane.topics
                .iter()
                .map(|t| carrier(Kind::Topic, t, short(lane.domain, t)))
                .collect(),
            lane.services
                .iter()
                .map(|s| (Kind::Service, s.name.as_str(), about_service(s)))
                .chain(streams)
                .map(|(kind, name, below)| {
                    let on = |route: &&Route<'_>| {
                        !route.is_queue && (route.from.contains(&name) || route.to.contains(&name))
                    };
                    let room = routes.iter().filter(on).count() as f64 * STEP + 3.0 * STEP;
                    let text = width(name).max(width(&below) * SMALL) + 34.0;
                    Placed {
                        below: Some(below),
                        w: up(text.clamp(98.0, 238.0).max(room)),
                        h: SERVICE,
                        ..carrier(kind, name, name)
                    }
                })
                .collect(),
            lane.queues
                .iter()
                .map(|q| carrier(Kind::Queue, &q.name, short(&q.service, &q.name)))
                .collect(),
        ];
        let wide = |row: &[Placed<'_>]| {
            let boxes: f64 = row.iter().map(|p| p.w).sum();
            boxes + STEP * row.len().saturating_sub(1) as f64
        };
        let head = up(width(lane.domain) * 1.05 + 30.0);
        let inner = rows.iter().map(|r| wide(r)).fold(head, f64::max);
        for row in rows {
            let mut left = x + STEP + ((inner - wide(&row)) / 2.0 / STEP).floor() * STEP;
            for mut tile in row {
                tile.x = left;
                left += tile.w + STEP;
                tiles.push(tile);
            }
        }
        bounds.push((x, inner + 2.0 * STEP));
        x += inner + 2.0 * STEP + BETWEEN;
    }
    (tiles, bounds)
}

/// A multiple of the grid that is not less.
fn up(value: f64) -> f64 {
    (value / STEP).ceil() * STEP
}
