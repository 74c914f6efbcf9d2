//! A flow as a sequence diagram.

use std::collections::HashMap;

use super::{Canvas, Tile, arrow, fit, n, put, width};
use crate::{
    model::{Flow, Step, StepKind},
    site::{html::escape_to, links::Kind, links::request_name, render::At},
};

const HEAD: f64 = 40.0;
const ROW: f64 = 56.0;
const LEAST: f64 = 150.0;
const WIDEST: f64 = 240.0;

/// The drawing of a flow.
pub(in crate::site) fn draw(at: &At<'_, '_>, flow: &Flow) -> String {
    let actors = actors(flow);
    let order: HashMap<&str, usize> = actors.iter().enumerate().map(|(i, a)| (*a, i)).collect();
    let gap = gap(flow, &actors);
    let x = |actor: &str| 90.0 + order.get(actor).copied().unwrap_or(0) as f64 * gap;
    let mut canvas = Canvas::new();
    let bottom = HEAD + 30.0 + flow.steps.len() as f64 * ROW;
    for actor in &actors {
        let line = format!("M{} {HEAD}V{}", n(x(actor)), n(bottom));
        canvas.path("life", &line);
        let href = at.href(Kind::Service, actor);
        let wide = (width(actor) + 30.0).clamp(80.0, gap - 16.0);
        canvas.tile(&Tile {
            x: x(actor) - wide / 2.0,
            y: 1.0,
            w: wide,
            h: HEAD - 4.0,
            class: if href.is_some() { "service" } else { "outside" },
            name: actor,
            full: actor,
            below: None,
            href,
        });
    }
    for (i, step) in flow.steps.iter().enumerate() {
        let y = HEAD + 46.0 + i as f64 * ROW;
        draw_step(at, &mut canvas, step, (y, i + 1), &x, gap);
    }
    let wide = 180.0 + (actors.len().saturating_sub(1)) as f64 * gap;
    canvas.finish(
        wide.max(300.0),
        bottom + 8.0,
        &format!("Sequence of {}", flow.name),
    )
}

/// Everybody who acts or is reached, in the order of appearance.
fn actors(flow: &Flow) -> Vec<&str> {
    let mut actors: Vec<&str> = Vec::new();
    for step in &flow.steps {
        for name in std::iter::once(&step.from).chain(&step.to) {
            if !actors.contains(&name.as_str()) {
                actors.push(name);
            }
        }
    }
    actors
}

fn gap(flow: &Flow, actors: &[&str]) -> f64 {
    let names = actors.iter().map(|a| width(a) + 46.0);
    let labels = flow.steps.iter().map(|s| width(label(s)) + 46.0);
    names.chain(labels).fold(LEAST, f64::max).min(WIDEST)
}

fn label(step: &Step) -> &str {
    match &step.what {
        StepKind::Event(name)
        | StepKind::Command(name)
        | StepKind::Request(name)
        | StepKind::Timer(name)
        | StepKind::Words(name) => name,
    }
}

fn draw_step(
    at: &At<'_, '_>,
    canvas: &mut Canvas,
    step: &Step,
    (y, number): (f64, usize),
    x: &dyn Fn(&str) -> f64,
    gap: f64,
) {
    let from = x(&step.from);
    let (class, href) = target(at, step);
    let others: Vec<f64> = step
        .to
        .iter()
        .map(|t| x(t))
        .filter(|t| (t - from).abs() > 1.0)
        .collect();
    let itself = others.is_empty();
    let left = others.iter().copied().fold(from, f64::min);
    let right = others.iter().copied().fold(from, f64::max);
    if itself {
        let loops = format!("M{} {}h34v16h-27", n(from), n(y - 4.0));
        canvas.path(&format!("m {class}"), &loops);
        canvas.path(&format!("a {class}"), &arrow(from + 2.0, y + 12.0, 'l'));
    } else {
        canvas.path(
            &format!("m {class}"),
            &format!("M{} {}H{}", n(left), n(y), n(right)),
        );
        for to in &others {
            let (tip, direction) = if *to > from {
                (to - 1.0, 'r')
            } else {
                (to + 1.0, 'l')
            };
            canvas.path(&format!("a {class}"), &arrow(tip, y, direction));
        }
        put(
            &mut canvas.body,
            format_args!(
                "<circle class=\"a {class}\" cx=\"{}\" cy=\"{}\" r=\"3.5\"/>",
                n(from),
                n(y)
            ),
        );
    }
    // The label stands beside the sender, towards whom it reaches.
    let text = label(step);
    let room = if itself { gap - 52.0 } else { gap - 24.0 };
    let shown = fit(text, room);
    let start = if itself {
        from + 42.0
    } else if right > from {
        from + 12.0
    } else {
        from - 12.0 - width(&shown)
    };
    put(
        &mut canvas.body,
        format_args!(
            "<text x=\"{}\" y=\"{}\" class=\"s\">{number}</text>",
            n(6.0),
            n(y + 4.0)
        ),
    );
    if let Some(href) = &href {
        canvas.body.push_str("<a href=\"");
        escape_to(&mut canvas.body, href);
        put(&mut canvas.body, format_args!("\" class=\"l {class}\">"));
    }
    let above = if itself { y + 7.0 } else { y - 8.0 };
    canvas.text(start.max(22.0), above, "n", &shown);
    if href.is_some() {
        canvas.body.push_str("</a>");
    }
    if let Some(note) = &step.note {
        let short = fit(note, gap + 40.0);
        let below = if itself { y + 22.0 } else { y + 17.0 };
        let start = if right > from || itself {
            start
        } else {
            from - 12.0 - width(&short) * 0.88
        };
        canvas.text(start.max(22.0), below, "s", &short);
    }
}

fn target(at: &At<'_, '_>, step: &Step) -> (&'static str, Option<String>) {
    match &step.what {
        StepKind::Event(name) => ("event", at.href(Kind::Event, name)),
        StepKind::Command(name) => ("command", at.href(Kind::Command, name)),
        StepKind::Request(name) => {
            let of = |service: &String| at.href(Kind::Request, &request_name(service, name));
            ("request", step.to.iter().find_map(of))
        }
        StepKind::Timer(_) => (
            "timer",
            at.href(Kind::Service, &step.from).map(|h| h + "#timers"),
        ),
        StepKind::Words(_) => ("outside", None),
    }
}
