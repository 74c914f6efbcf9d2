//! Short forms of joins, tables, lists and hops, and the mappings that say the same.

use super::text::Text;
use crate::{
    diagnostic::{Diagnostic, codes},
    syntax::{Node, duration},
};

/// A join or a look-up as declared.
pub(super) struct Side<'n> {
    pub(super) event: Text<'n>,
    pub(super) key: Text<'n>,
    pub(super) within_ms: Option<u64>,
    pub(super) grace_ms: Option<u64>,
    pub(super) left: bool,
    pub(super) name: Option<Text<'n>>,
}

/// `[left] PaymentAuthorized on order_id within 10m [as payment]`, or a mapping.
pub(super) fn join<'n>(node: &'n Node<'_>, out: &mut Vec<Diagnostic>) -> Option<Side<'n>> {
    const FORM: &str = "PaymentAuthorized on order_id within 10m";
    if node.map().is_some() {
        return mapping(node, "event", "on");
    }
    let text = Text::of(node)?;
    let (words, left, name) = trimmed(text);
    let [event, on, key, within, span] = words.as_slice() else {
        return unclear(text, "a join", FORM, out);
    };
    let within_ms = duration(span.text);
    if on.text != "on" || within.text != "within" || within_ms.is_none() {
        return unclear(text, "a join", FORM, out);
    }
    Some(Side {
        event: *event,
        key: *key,
        within_ms,
        grace_ms: None,
        left,
        name,
    })
}

/// `[left] latest PaymentDeclined by order_id [as declined]`, or a mapping.
pub(super) fn table<'n>(node: &'n Node<'_>, out: &mut Vec<Diagnostic>) -> Option<Side<'n>> {
    const FORM: &str = "latest PaymentDeclined by order_id";
    if node.map().is_some() {
        return mapping(node, "latest", "by");
    }
    let text = Text::of(node)?;
    let (words, left, name) = trimmed(text);
    match words.as_slice() {
        [latest, event, by, key] if latest.text == "latest" && by.text == "by" => Some(Side {
            event: *event,
            key: *key,
            within_ms: None,
            grace_ms: None,
            left,
            name,
        }),
        _ => unclear(text, "a table", FORM, out),
    }
}

/// `event.lines as line`: the list, and the name of an item.
pub(super) fn each<'n>(
    node: &'n Node<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<(Text<'n>, Text<'n>)> {
    let text = Text::of(node)?;
    match text.words().as_slice() {
        [.., list_end, as_, name] if as_.text == "as" => {
            let first = text.words().first().copied().unwrap_or(*list_end);
            let end = offset(text, *as_);
            Some((text.part(offset(text, first), end), *name))
        }
        _ => unclear(text, "`each`", "event.lines as line", out),
    }
}

/// `5m every 1m`: length and step.
pub(super) fn hopping(node: &Node<'_>, out: &mut Vec<Diagnostic>) -> Option<(u64, u64)> {
    let text = Text::of(node)?;
    match text.words().as_slice() {
        [size, every, advance] if every.text == "every" => {
            duration(size.text).zip(duration(advance.text))
        }
        _ => None,
    }
    .or_else(|| unclear(text, "a hopping window", "5m every 1m", out))
}

/// Bytes before a word.
fn offset(text: Text<'_>, word: Text<'_>) -> usize {
    word.start_in(text)
}

/// Takes `left` in front and `as name` behind off.
fn trimmed(text: Text<'_>) -> (Vec<Text<'_>>, bool, Option<Text<'_>>) {
    let mut words = text.words();
    let left = words.first().is_some_and(|w| w.text == "left");
    if left {
        words.remove(0);
    }
    let mut name = None;
    if let [.., as_, last] = words.as_slice()
        && as_.text == "as"
    {
        name = Some(*last);
        words.truncate(words.len() - 2);
    }
    (words, left, name)
}

fn mapping<'n>(node: &'n Node<'_>, event: &str, key: &str) -> Option<Side<'n>> {
    let word = |key: &str| node.get(key).and_then(Text::of);
    let time = |key: &str| node.get(key).and_then(Node::text).and_then(duration);
    Some(Side {
        event: word(event)?,
        key: word(key)?,
        within_ms: time("within"),
        grace_ms: time("grace"),
        left: word("kind").is_some_and(|k| k.text == "left"),
        name: word("as"),
    })
}

fn unclear<T>(text: Text<'_>, what: &str, form: &str, out: &mut Vec<Diagnostic>) -> Option<T> {
    let message = format!("`{}` is not {what}", text.text);
    let help = format!("write it as `{form}`");
    let label = format!("expected {what}");
    out.push(Diagnostic::new(codes::WRONG_TYPE, message, text.span(), label).help(help));
    None
}
