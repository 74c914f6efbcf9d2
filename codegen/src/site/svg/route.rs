//! Who hands what to whom: senders on the left, what carries it in the middle, readers on the right.

use super::{Canvas, Tile, arrow, n, width};

/// A box of a column.
pub(in crate::site) struct Stop {
    pub(in crate::site) class: &'static str,
    pub(in crate::site) name: String,
    pub(in crate::site) below: Option<String>,
    pub(in crate::site) href: Option<String>,
}

const HEIGHT: f64 = 40.0;
const GAP: f64 = 10.0;
const BETWEEN: f64 = 76.0;
const WIDEST: f64 = 230.0;
/// Boxes that a column shows; a last one says how many more there are.
const MOST: usize = 24;

/// The drawing; columns may be empty.
pub(in crate::site) fn draw(columns: [Vec<Stop>; 3], what: &str) -> String {
    let columns = columns.map(shortened);
    let tall = columns.iter().map(|c| height(c)).fold(HEIGHT, f64::max);
    let mut canvas = Canvas::new();
    let mut x = 1.0;
    let mut places: Vec<(f64, f64, Vec<f64>)> = Vec::new();
    for column in &columns {
        if column.is_empty() {
            places.push((x, x, Vec::new()));
            continue;
        }
        let wide = wide(column);
        let mut y = (tall - height(column)) / 2.0 + 1.0;
        let mut middles = Vec::new();
        for stop in column {
            canvas.tile(&Tile {
                x,
                y,
                w: wide,
                h: HEIGHT,
                class: stop.class,
                name: &stop.name,
                full: &stop.name,
                below: stop.below.as_deref(),
                href: stop.href.clone(),
            });
            middles.push(y + HEIGHT / 2.0);
            y += HEIGHT + GAP;
        }
        places.push((x, x + wide, middles));
        x += wide + BETWEEN;
    }
    for pair in places.windows(2) {
        if let [(_, from, left), (to, _, right)] = pair {
            join(&mut canvas, (*from, left), (*to, right));
        }
    }
    let end = places.iter().map(|p| p.1).fold(0.0, f64::max);
    canvas.finish(end + 1.0, tall + 2.0, what)
}

/// Curves from every box of one column to every box of the next.
fn join(canvas: &mut Canvas, (from, left): (f64, &[f64]), (to, right): (f64, &[f64])) {
    for start in left {
        for end in right {
            let half = (to - from) / 2.0;
            let curve = format!(
                "M{} {}C{} {} {} {} {} {}",
                n(from + 2.0),
                n(*start),
                n(from + half),
                n(*start),
                n(to - half),
                n(*end),
                n(to - 9.0),
                n(*end)
            );
            canvas.path("e", &curve);
            canvas.path("a", &arrow(to - 2.0, *end, 'r'));
        }
    }
}

fn shortened(mut column: Vec<Stop>) -> Vec<Stop> {
    if column.len() > MOST {
        let more = column.len() - MOST;
        column.truncate(MOST);
        column.push(Stop {
            class: "more",
            name: format!("and {more} more"),
            below: None,
            href: None,
        });
    }
    column
}

fn height(column: &[Stop]) -> f64 {
    let rows = column.len() as f64;
    (rows * HEIGHT + (rows - 1.0) * GAP).max(0.0)
}

fn wide(column: &[Stop]) -> f64 {
    let of = |stop: &Stop| {
        let below = stop.below.as_deref().map_or(0.0, |b| width(b) * 0.88);
        width(&stop.name).max(below) + 28.0
    };
    column.iter().map(of).fold(96.0, f64::max).min(WIDEST)
}
