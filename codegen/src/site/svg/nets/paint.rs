//! Lanes and lines as SVG.

use super::{Net, Placed, Port};
use crate::site::{
    html::escape_to,
    render::At,
    svg::{
        Canvas, arrow, fit,
        map::{Lane, domain_href},
        n, put,
    },
};

/// The ground of a lane with the name of its domain.
pub(super) fn draw_lane(
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

/// The lines of a net and their arrowheads.
pub(super) fn draw_net(canvas: &mut Canvas, net: &Net, tiles: &[Placed<'_>], track: f64) {
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
