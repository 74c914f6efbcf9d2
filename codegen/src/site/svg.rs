//! Drawings, as SVG inside pages: colours come from the stylesheet's variables, so that they work in
//! light and dark; every box is a link; text is cut to fit its box, with the whole of it as title.

pub(super) mod map;
mod nets;
mod overview;
pub(super) mod route;
pub(super) mod sequence;
pub(super) mod timeline;

use super::html::{escape_to, put};

/// Width of a character in pixels at the drawings' 13 px, on the safe side: measured over the fonts
/// that the stylesheet names.
const WIDE: f64 = 9.4;
const NARROW: f64 = 5.0;
const SLIM: f64 = 6.2;
const USUAL: f64 = 8.0;
/// Letters with a bowl or two stems, as wide as capitals where names are bold.
const ROUND: f64 = 9.2;

/// The size of second lines against that of names.
const SMALL: f64 = 0.88;

/// How wide a text is in pixels, at most.
fn width(text: &str) -> f64 {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '/' => NARROW,
        't' | 'f' | 'r' | '-' => SLIM,
        'b' | 'd' | 'g' | 'h' | 'n' | 'o' | 'p' | 'q' | 'u' => ROUND,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => WIDE * 1.35,
        'D' | 'G' | 'H' | 'N' | 'O' | 'Q' | 'U' => WIDE * 1.15,
        c if c.is_ascii_uppercase() => WIDE,
        c if c.is_ascii() => USUAL,
        _ => WIDE * 1.7,
    }
}

/// A text cut in its middle to a width: the ends of names tell the most.
fn fit(text: &str, most: f64) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().take(400).collect();
    let room = most - WIDE * 1.7;
    let (mut head, mut tail, mut used) = (0, 0, 0.0);
    while head + tail < chars.len() {
        let front = head <= tail;
        let at = if front { head } else { chars.len() - 1 - tail };
        used += char_width(chars[at]);
        if used > room {
            break;
        }
        if front {
            head += 1;
        } else {
            tail += 1;
        }
    }
    let front: String = chars[..head].iter().collect();
    let back: String = chars[chars.len() - tail..].iter().collect();
    format!("{front}…{back}")
}

/// A drawing that grows.
struct Canvas {
    body: String,
}

/// A box with a name, and a second line where there is one.
struct Tile<'t> {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
    /// The kind of what it stands for: its colour.
    class: &'static str,
    /// What is written in it.
    name: &'t str,
    /// The whole name, where that says more.
    full: &'t str,
    below: Option<&'t str>,
    href: Option<String>,
}

impl Canvas {
    fn new() -> Self {
        Self {
            body: String::with_capacity(4096),
        }
    }

    fn tile(&mut self, tile: &Tile<'_>) {
        let Tile {
            x,
            y,
            w,
            h,
            class,
            name,
            full,
            below,
            href,
        } = tile;
        let label = fit(name, w - 22.0);
        let out = &mut self.body;
        match href {
            Some(href) => {
                out.push_str("<a href=\"");
                escape_to(out, href);
                put(out, format_args!("\" class=\"t {class}\">"));
            }
            None => put(out, format_args!("<g class=\"t {class}\">")),
        }
        if label != *full {
            self.title(full);
        }
        let out = &mut self.body;
        put(
            out,
            format_args!(
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"7\"/>",
                n(*x),
                n(*y),
                n(*w),
                n(*h)
            ),
        );
        put(
            out,
            format_args!(
                "<rect class=\"k\" x=\"{}\" y=\"{}\" width=\"3\" height=\"{}\" rx=\"1.5\"/>",
                n(x + 5.0),
                n(y + 7.0),
                n(h - 14.0)
            ),
        );
        let middle = if below.is_some() {
            y + h / 2.0 - 3.0
        } else {
            y + h / 2.0 + 4.5
        };
        self.text(x + 14.0, middle, "n", &label);
        if let Some(below) = below {
            self.text(
                x + 14.0,
                middle + 15.0,
                "s",
                &fit(below, (w - 20.0) / SMALL),
            );
        }
        self.body
            .push_str(if href.is_some() { "</a>" } else { "</g>" });
    }

    fn title(&mut self, text: &str) {
        self.body.push_str("<title>");
        let short: String = text.chars().take(300).collect();
        escape_to(&mut self.body, &short);
        self.body.push_str("</title>");
    }

    fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        put(
            &mut self.body,
            format_args!("<text x=\"{}\" y=\"{}\" class=\"{class}\">", n(x), n(y)),
        );
        escape_to(&mut self.body, text);
        self.body.push_str("</text>");
    }

    fn path(&mut self, class: &str, d: &str) {
        put(
            &mut self.body,
            format_args!("<path class=\"{class}\" d=\"{d}\"/>"),
        );
    }

    /// The whole drawing, `what` being its name for those who do not see it. Below `least` of its
    /// own width it is scrolled instead of shrunk.
    fn finish(self, w: f64, h: f64, what: &str) -> String {
        let mut out = String::with_capacity(self.body.len() + 300);
        out.push_str("<svg class=\"draw\" role=\"group\" aria-label=\"");
        escape_to(&mut out, what);
        let least = (w * 0.78).min(w).max(280.0_f64.min(w));
        put(
            &mut out,
            format_args!(
                "\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" style=\"min-width:{least}px\">",
                w = n(w),
                h = n(h),
                least = n(least)
            ),
        );
        out.push_str(&self.body);
        out.push_str("</svg>");
        out
    }
}

/// A coordinate without needless digits.
fn n(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    format!("{rounded}")
}

/// An arrowhead with its tip at a place, pointing in a direction (`'r'`, `'l'`, `'u'`, `'d'`).
fn arrow(x: f64, y: f64, direction: char) -> String {
    let (dx, dy) = match direction {
        'l' => (7.0, 4.0),
        'r' => (-7.0, 4.0),
        'u' => (4.0, 7.0),
        _ => (4.0, -7.0),
    };
    if matches!(direction, 'l' | 'r') {
        format!(
            "M{} {}L{} {}L{} {}Z",
            n(x),
            n(y),
            n(x + dx),
            n(y - dy),
            n(x + dx),
            n(y + dy)
        )
    } else {
        format!(
            "M{} {}L{} {}L{} {}Z",
            n(x),
            n(y),
            n(x - dx),
            n(y + dy),
            n(x + dx),
            n(y + dy)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_in_the_middle() {
        assert_eq!(fit("short", 100.0), "short");
        let cut = fit(&"OrderPlacedAndConfirmed".repeat(50), 120.0);
        assert!(cut.starts_with("Order") && cut.contains('…'), "{cut}");
        assert!(width(&cut) <= 120.0 + WIDE);
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!((n(3.0), n(3.062)), ("3".into(), "3.1".into()));
    }
}
