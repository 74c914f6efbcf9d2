//! The parts of a stream: which need one another, and which exclude one another.

use super::Declared;
use crate::{diagnostic::Diagnostic, syntax::Node};

impl Declared<'_, '_> {
    /// Keys that need one another, or exclude one another.
    pub(super) fn parts_fit(&self, out: &mut Vec<Diagnostic>) {
        let has = |key: &str| self.node(key).is_some();
        if !has("from") && !has("table") {
            let help = "write `from: OrderPlaced`, or `table: latest OrderPlaced by order_id`";
            self.wrong(
                "stream",
                "the stream reads nothing",
                "reads what?",
                help,
                out,
            );
        }
        if has("join") && has("table") {
            let help = "chain two streams: one that joins, one that looks up";
            let message = "a stream has one other side, a `join` or a `table`";
            self.wrong("table", message, "the second other side", help, out);
        }
        if has("join") && !has("from") {
            let help = "write `from:` with the event of the first side";
            self.wrong(
                "join",
                "there is nothing to join with",
                "with what?",
                help,
                out,
            );
        }
        if has("map") && (has("compute") || has("group_by")) {
            let help = "drop `map`, or `group_by` and `compute`";
            let message = "a stream maps each record or computes over groups, not both";
            self.wrong("map", message, "beside a group", help, out);
        } else if !has("map") && !has("compute") {
            let help = "write `compute:` with `group_by:`, or `map:` with the fields to emit";
            self.wrong(
                "emit",
                "the emitted event has no fields",
                "of what?",
                help,
                out,
            );
        } else if has("compute") != has("group_by") {
            let (given, missing) = if has("compute") {
                ("compute", "group_by")
            } else {
                ("group_by", "compute")
            };
            let message = format!("`{given}` needs `{missing}`");
            let help =
                "write `group_by: { country: event.country }` and `compute: { orders: count() }`";
            self.wrong(given, message, "half of a group", help, out);
        }
        if !has("from") && has("map") {
            let help = "write `from:` to map each record as it comes";
            self.wrong(
                "map",
                "a table is grouped, not mapped",
                "of a table",
                help,
                out,
            );
        }
        if !has("from") && has("each") {
            let help = "write `from:` to take items one by one";
            self.wrong(
                "each",
                "a row of a table counts once",
                "of a table",
                help,
                out,
            );
        }
        self.window_fits(out);
    }

    fn window_fits(&self, out: &mut Vec<Diagnostic>) {
        let has = |key: &str| self.node(key).is_some();
        let when = self.node("when").and_then(Node::text);
        if has("window") {
            if has("map") {
                let help = "drop the window: each record is emitted as it comes";
                self.wrong(
                    "window",
                    "`map` needs no window",
                    "of what group?",
                    help,
                    out,
                );
            }
            if !has("from") && has("table") {
                let help = "drop the window, or read the event with `from`";
                self.wrong(
                    "window",
                    "rows of a table have no window",
                    "over a table",
                    help,
                    out,
                );
            }
            let session = self.node("window").and_then(|w| w.get("session")).is_some();
            if session && when == Some("on update") {
                let help = "write `when: window closes`";
                let message = "a session's bounds change with each record";
                self.wrong("when", message, "not for sessions", help, out);
            }
            if session && has("late") {
                let help = "drop `late`; records that come too late are counted in any case";
                let message = "whether a record is late for a session is known behind its group";
                self.wrong("late", message, "not for sessions", help, out);
            }
            return;
        }
        let help = "add `window: { tumbling: 1m }`, or drop it";
        for key in ["late", "idle"] {
            if has(key) {
                let message = format!("`{key}` belongs to a window, and there is none");
                self.wrong(key, message, "of which window?", help, out);
            }
        }
        if when == Some("window closes") {
            let message = "without a window nothing closes";
            self.wrong("when", message, "of which window?", help, out);
        }
    }
}
