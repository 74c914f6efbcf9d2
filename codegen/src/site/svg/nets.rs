//! A map with every line: a column a domain; topics above, services in the middle, queues below.
//! Lines run at right angles, each carrier's in tracks of its own between the rows, so that two lines
//! cross but never lie on each other.

use std::collections::HashMap;

use super::{
    Canvas, SMALL, Tile, arrow, fit,
    map::{Lane, Route, about_service, domain_href},
    n, put, width,
};
use crate::site::{html::escape_to, links::Kind, render::At};

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

/// Puts lanes beside those they have most to do with.
fn arrange(lanes: &mut [Lane<'_>], routes: &[Route<'_>]) {
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

/// A name without the domain or service that it begins with, where it stands in the lane of that.
pub(super) fn short<'a>(around: &str, name: &'a str) -> &'a str {
    let rest = name
        .strip_prefix(around)
        .and_then(|rest| rest.strip_prefix('.'));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// A multiple of the grid that is not less.
fn up(value: f64) -> f64 {
    (value / STEP).ceil() * STEP
}

fn place<'a>(lanes: &[Lane<'a>], routes: &[Route<'a>]) -> (Vec<Placed<'a>>, Vec<(f64, f64)>) {
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

fn nets(tiles: &[Placed<'_>], routes: &[Route<'_>]) -> Vec<Net> {
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
fn ports(tiles: &mut [Placed<'_>], nets: &mut [Net]) {
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
fn tracks(nets: &mut [Net], below: bool) -> (HashMap<usize, usize>, usize) {
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

fn draw_lane(
    at: &At<'_, '_>,
    canvas: &mut Canvas,
    lane: &Lane<'_>,
    (x, w, h): (f64, f64, f64),
    hue: usize,
) {
    let out = &mut canvas.body;
    put(
        out,
        format_args!(
            "<g class=\"lane d{hue}\"><rect x=\"{}\" y=\"1\" width=\"{}\" height=\"{}\" rx=\"12\"/>",
            n(x + 0.5),
            n(w - 1.0),
            n(h)
        ),
    );
    let href = domain_href(at, lane.domain);
    if let Some(href) = &href {
        out.push_str("<a href=\"");
        escape_to(out, href);
        out.push_str("\">");
    }
    let name = if lane.domain.is_empty() {
        "no domain"
    } else {
        lane.domain
    };
    canvas.text(x + 14.0, 23.0, "lh", &fit(name, w - 24.0));
    if href.is_some() {
        canvas.body.push_str("</a>");
    }
    canvas.body.push_str("</g>");
}

fn draw_net(canvas: &mut Canvas, net: &Net, tiles: &[Placed<'_>], track: f64) {
    let ids: Vec<String> = net.tiles.iter().map(ToString::to_string).collect();
    let dash = if net.is_queue { " q" } else { "" };
    put(
        &mut canvas.body,
        format_args!(
            "<g class=\"net d{}{dash}\" data-n=\"{}\">",
            net.hue,
            ids.join(" ")
        ),
    );
    // Where a box's line begins: the side that faces the tracks.
    let edge = |port: &Port| {
        let Some(tile) = tiles.get(port.tile) else {
            return (track, 'd');
        };
        if tile.y < track {
            (tile.y + tile.h, 'u')
        } else {
            (tile.y, 'd')
        }
    };
    let mut heads = String::new();
    for from in &net.from {
        for to in &net.to {
            let (start, _) = edge(from);
            let (end, direction) = edge(to);
            let tip = if direction == 'u' {
                end + 7.0
            } else {
                end - 7.0
            };
            canvas.path("e", &elbow((from.x, start), (to.x, tip), track));
            let tip = if direction == 'u' {
                end + 1.0
            } else {
                end - 1.0
            };
            heads.push_str(&arrow(to.x, tip, direction));
        }
    }
    canvas.path("a", &heads);
    canvas.body.push_str("</g>");
}

/// A line with two rounded corners through a track.
fn elbow((x1, y1): (f64, f64), (x2, y2): (f64, f64), track: f64) -> String {
    let distance = (x2 - x1).abs();
    if distance < 1.0 {
        return format!("M{} {}V{}", n(x1), n(y1), n(y2));
    }
    let r = 5.0_f64.min(distance / 2.0);
    let side = r * (x2 - x1).signum();
    let (up, down) = (r * (track - y1).signum(), r * (y2 - track).signum());
    format!(
        "M{} {}V{}Q{} {} {} {}H{}Q{} {} {} {}V{}",
        n(x1),
        n(y1),
        n(track - up),
        n(x1),
        n(track),
        n(x1 + side),
        n(track),
        n(x2 - side),
        n(x2),
        n(track),
        n(x2),
        n(track + down),
        n(y2)
    )
}
