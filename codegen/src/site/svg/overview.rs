//! The map of a larger system: a card a domain, its boxes inside while they are few enough, and
//! lines between the domains that have most to do with each other.

use std::collections::{BTreeMap, HashMap};

use super::{
    Canvas, Tile, fit,
    map::{Lane, Route, domain_href},
    n,
    nets::{HUES, short},
    put,
};
use crate::site::{html::escape_to, links::Kind, render::At, words::count};

/// Boxes that are shown one by one.
const MOST_BOXES: usize = 260;
/// Cards that are shown; those with most to do come first.
const MOST_CARDS: usize = 120;
/// Lines that are shown, the thickest first.
const MOST_LINES: usize = 90;
/// Lines that do not yet hide each other; more are drawn faintly until one points at a box.
const FEW_LINES: usize = 16;
/// Width of a card with boxes in it, and of one without.
const DETAILED: f64 = 324.0;
const PLAIN: f64 = 238.0;
const CHIP: f64 = 26.0;
const GUTTER: f64 = 46.0;

struct Card<'l, 'a> {
    lane: &'l Lane<'a>,
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

/// The drawing.
pub(super) fn draw(at: &At<'_, '_>, lanes: &[Lane<'_>], routes: &[Route<'_>]) -> String {
    let links = between(lanes, routes);
    let mut weights: HashMap<&str, usize> = HashMap::new();
    for ((from, to), count) in &links {
        *weights.entry(from).or_default() += count;
        *weights.entry(to).or_default() += count;
    }
    let weight = |lane: &Lane<'_>| weights.get(lane.domain).copied().unwrap_or(0);
    let mut shown: Vec<&Lane<'_>> = lanes.iter().collect();
    if shown.len() > MOST_CARDS {
        shown.sort_by_cached_key(|lane| (std::cmp::Reverse(weight(lane)), lane.domain));
        shown.truncate(MOST_CARDS);
        shown.sort_by_key(|lane| lane.domain);
    }
    let boxes: usize = shown.iter().map(|lane| chips(lane).len()).sum();
    let detailed = boxes <= MOST_BOXES;
    let (cards, size) = place(&shown, detailed);
    let mut canvas = Canvas::new();
    let many = links.len() > FEW_LINES;
    if many {
        canvas.body.push_str("<g class=\"faint\">");
    }
    draw_lines(&mut canvas, &cards, &links);
    if many {
        canvas.body.push_str("</g>");
    }
    for (i, card) in cards.iter().enumerate() {
        draw_card(at, &mut canvas, card, detailed, i);
    }
    canvas.finish(size.0, size.1, "Map of the system's domains")
}

/// How many lines lead from one domain to another.
fn between<'a>(lanes: &[Lane<'a>], routes: &[Route<'a>]) -> BTreeMap<(&'a str, &'a str), usize> {
    let mut home: HashMap<&str, &str> = HashMap::new();
    for lane in lanes {
        home.extend(lane.services.iter().map(|s| (s.name.as_str(), lane.domain)));
        home.extend(lane.streams.iter().map(|s| (s.name.as_str(), lane.domain)));
    }
    let mut links = BTreeMap::new();
    for route in routes {
        for from in &route.from {
            for to in &route.to {
                if let (Some(a), Some(b)) = (home.get(from), home.get(to))
                    && a != b
                {
                    *links.entry((*a, *b)).or_default() += 1;
                }
            }
        }
    }
    links
}

fn chips<'a>(lane: &Lane<'a>) -> Vec<(Kind, &'a str)> {
    let services = lane
        .services
        .iter()
        .map(|s| (Kind::Service, s.name.as_str()));
    let topics = lane.topics.iter().map(|t| (Kind::Topic, *t));
    let queues = lane.queues.iter().map(|q| (Kind::Queue, q.name.as_str()));
    let streams = lane.streams.iter().map(|s| (Kind::Stream, s.name.as_str()));
    services
        .chain(streams)
        .chain(topics)
        .chain(queues)
        .collect()
}

/// What a box says in the card of its domain.
fn label<'a>(lane: &Lane<'a>, kind: Kind, name: &'a str) -> &'a str {
    match kind {
        Kind::Topic => short(lane.domain, name),
        Kind::Queue => {
            let queue = lane.queues.iter().find(|q| q.name == name);
            queue.map_or(name, |q| short(&q.service, name))
        }
        _ => name,
    }
}

/// Cards in columns, each put where there is most room.
fn place<'l, 'a>(lanes: &[&'l Lane<'a>], detailed: bool) -> (Vec<Card<'l, 'a>>, (f64, f64)) {
    let (card, most) = if detailed {
        (DETAILED, 3.0)
    } else {
        (PLAIN, 4.0)
    };
    let columns = (lanes.len() as f64).sqrt().ceil().clamp(1.0, most) as usize;
    let mut heights = vec![1.0_f64; columns];
    let mut cards = Vec::new();
    for lane in lanes {
        let rows = if detailed {
            chips(lane).len().div_ceil(2)
        } else {
            0
        };
        let h = 56.0 + rows as f64 * (CHIP + 6.0) + if rows > 0 { 8.0 } else { 0.0 };
        let column = (0..columns)
            .min_by(|a, b| heights[*a].total_cmp(&heights[*b]))
            .unwrap_or(0);
        let (x, y) = (1.0 + column as f64 * (card + GUTTER), heights[column]);
        heights[column] += h + 26.0;
        cards.push(Card {
            lane,
            x,
            y,
            w: card,
            h,
        });
    }
    let wide = columns as f64 * (card + GUTTER) - GUTTER + 2.0;
    let tall = heights.iter().copied().fold(0.0, f64::max) - 24.0;
    (cards, (wide, tall))
}

fn draw_lines(canvas: &mut Canvas, cards: &[Card<'_, '_>], links: &BTreeMap<(&str, &str), usize>) {
    let places: HashMap<&str, (usize, &Card<'_, '_>)> = cards
        .iter()
        .enumerate()
        .map(|(i, c)| (c.lane.domain, (i, c)))
        .collect();
    let mut thick: Vec<(&(&str, &str), &usize)> = links.iter().collect();
    thick.sort_by_key(|(pair, count)| (std::cmp::Reverse(**count), **pair));
    for ((from, to), count) in thick.into_iter().take(MOST_LINES) {
        let (Some((a, from)), Some((b, to))) = (places.get(from), places.get(to)) else {
            continue;
        };
        let stroke = (1.0 + (*count as f64).ln()).clamp(1.0, 4.0);
        let (y1, y2) = (from.y + 26.0, to.y + 26.0);
        let same = (from.x - to.x).abs() < 1.0;
        // In one column around its side, else from gutter to gutter.
        let (x1, x2, bend) = if same {
            (from.x + from.w, to.x + to.w, GUTTER * 0.9)
        } else if from.x < to.x {
            (from.x + from.w, to.x, GUTTER)
        } else {
            (from.x, to.x + to.w, -GUTTER)
        };
        let second = if same { bend } else { -bend };
        put(
            &mut canvas.body,
            format_args!(
                "<g class=\"net d{}\" data-n=\"{a} {b}\"><path class=\"e\" style=\"stroke-width:{}\" d=\"M{} {}C{} {} {} {} {} {}\"/><circle class=\"a\" cx=\"{}\" cy=\"{}\" r=\"3.5\"/></g>",
                a % HUES,
                n(stroke),
                n(x1),
                n(y1),
                n(x1 + bend),
                n(y1),
                n(x2 + second),
                n(y2),
                n(x2),
                n(y2),
                n(x2),
                n(y2)
            ),
        );
    }
}

fn draw_card(at: &At<'_, '_>, canvas: &mut Canvas, card: &Card<'_, '_>, detailed: bool, i: usize) {
    let Card { lane, x, y, w, h } = card;
    let name = if lane.domain.is_empty() {
        "no domain"
    } else {
        lane.domain
    };
    let href = domain_href(at, lane.domain);
    put(
        &mut canvas.body,
        format_args!("<g class=\"lane d{}\" data-t=\"{i}\">", i % HUES),
    );
    if let Some(href) = &href {
        canvas.body.push_str("<a href=\"");
        escape_to(&mut canvas.body, href);
        canvas.body.push_str("\">");
    }
    put(
        &mut canvas.body,
        format_args!(
            "<rect class=\"card\" x=\"{}\" y=\"{}\" width=\"{w}\" height=\"{}\" rx=\"12\"/>",
            n(*x),
            n(*y),
            n(*h)
        ),
    );
    canvas.text(x + 14.0, y + 23.0, "lh", &fit(name, w - 28.0));
    let about = [
        (lane.services.len(), "service"),
        (lane.streams.len(), "stream"),
        (lane.topics.len(), "topic"),
        (lane.queues.len(), "queue"),
    ];
    let about = about
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, noun)| count(*n, noun));
    let about = about.collect::<Vec<_>>().join(" · ");
    canvas.text(x + 14.0, y + 41.0, "s", &about);
    if href.is_some() {
        canvas.body.push_str("</a>");
    }
    if detailed {
        let w = (w - 34.0) / 2.0;
        for (k, (kind, name)) in chips(lane).into_iter().enumerate() {
            canvas.tile(&Tile {
                x: x + 14.0 + (k % 2) as f64 * (w + 6.0),
                y: y + 54.0 + (k / 2) as f64 * (CHIP + 6.0),
                w,
                h: CHIP,
                class: kind.word(),
                name: label(lane, kind, name),
                full: name,
                below: None,
                href: at.href(kind, name),
            });
        }
    }
    canvas.body.push_str("</g>");
}
