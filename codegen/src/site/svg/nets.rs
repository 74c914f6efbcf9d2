//! A map with every line: a column a domain; topics above, services in the middle, queues below.
//! Lines run at right angles, each carrier's in tracks of its own between the rows, so that two lines
//! cross but never lie on each other.

mod arrange;
mod paint;
mod placement;
mod routing;

use arrange::arrange;
use paint::{draw_lane, draw_net};
use placement::place;
use routing::{nets, ports, tracks};

use super::{
    Canvas, Tile,
    map::{Lane, Route},
    put,
};
use crate::site::{links::Kind, render::At};

/// Ports stand on a grid: those of services half a step beside those of topics and queues.
const STEP: f64 = 14.0;
const TRACK: f64 = 10.0;
const PAD: f64 = 14.0;
const HEAD: f64 = 34.0;
const CARRIER: f64 = 34.0;
const SERVICE: f64 = 50.0;
const BETWEEN: f64 = 14.0;
/// Colours of domains.
pub(super) const HUES: usize = 8;

/// One direction of a line: from boxes to boxes through one track.
struct Net {
    from: Vec<Port>,
    to: Vec<Port>,
    below: bool,
    hue: usize,
    is_queue: bool,
    tiles: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Port {
    tile: usize,
    x: f64,
}

/// A box and where it stands.
struct Placed<'a> {
    kind: Kind,
    name: &'a str,
    label: &'a str,
    below: Option<String>,
    x: f64,
    y: f64,
    w: f64,
    h: f64,
    hue: usize,
    ports: [Vec<(usize, bool)>; 2],
}

/// The drawing.
pub(super) fn draw(
    at: &At<'_, '_>,
    mut lanes: Vec<Lane<'_>>,
    routes: &[Route<'_>],
    what: &str,
) -> String {
    arrange(&mut lanes, routes);
    let (mut tiles, bounds) = place(&lanes, routes);
    let mut nets = nets(&tiles, routes);
    ports(&mut tiles, &mut nets);
    let above = tracks(&mut nets, false);
    let below = tracks(&mut nets, true);
    let top = HEAD + CARRIER;
    let first = top + PAD + above.1 as f64 * TRACK + PAD;
    let has_queues = tiles.iter().any(|t| t.kind == Kind::Queue);
    let services = first + SERVICE;
    let second = services + PAD + below.1 as f64 * TRACK + PAD;
    let bottom = if has_queues {
        second + CARRIER
    } else {
        services
    } + PAD;
    for tile in &mut tiles {
        tile.y = match tile.kind {
            Kind::Service | Kind::Stream => first,
            Kind::Queue => second,
            _ => HEAD,
        };
    }
    let mut canvas = Canvas::new();
    for (i, (lane, (x, w))) in lanes.iter().zip(&bounds).enumerate() {
        draw_lane(at, &mut canvas, lane, (*x, *w, bottom), i % HUES);
    }
    for (i, net) in nets.iter().enumerate() {
        let track = if net.below {
            services + PAD + below.0[&i] as f64 * TRACK
        } else {
            top + PAD + above.0[&i] as f64 * TRACK
        };
        draw_net(&mut canvas, net, &tiles, track);
    }
    for (i, tile) in tiles.iter().enumerate() {
        put(&mut canvas.body, format_args!("<g data-t=\"{i}\">"));
        canvas.tile(&Tile {
            x: tile.x,
            y: tile.y,
            w: tile.w,
            h: tile.h,
            class: tile.kind.word(),
            name: tile.label,
            full: tile.name,
            below: tile.below.as_deref(),
            href: at.href(tile.kind, tile.name),
        });
        canvas.body.push_str("</g>");
    }
    let right = bounds.last().map_or(0.0, |(x, w)| x + w);
    canvas.finish(right + 1.0, bottom + 2.0, what)
}

/// A name without the domain or service that it begins with, where it stands in the lane of that.
pub(super) fn short<'a>(around: &str, name: &'a str) -> &'a str {
    let rest = name
        .strip_prefix(around)
        .and_then(|rest| rest.strip_prefix('.'));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
}
