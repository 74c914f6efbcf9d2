//! Security schemes in words: how a service logs in is among its settings, not in the catalog.

use super::context::Context;
use crate::syntax::{Node, Value};

/// The schemes that a list under `security` names, in a sentence or two; none where it has none.
pub(super) fn words<'t>(cx: &Context<'t>, list: Option<&'t Node<'t>>) -> Option<String> {
    let Value::List(schemes) = &list?.value else {
        return None;
    };
    let words = schemes.iter().filter_map(|scheme| {
        let node = cx.follow(scheme)?.node;
        let kind = node.get("type")?.text()?;
        let scopes = scopes(cx, node);
        let doc = node.get("description").and_then(Node::text);
        let doc = doc.map(|doc| format!(" {}", doc.trim()));
        Some(format!(
            "Security: {kind}{scopes}.{}",
            doc.unwrap_or_default()
        ))
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The scopes that a scheme asks for, as OAuth 2 has them.
fn scopes<'t>(cx: &Context<'t>, scheme: &'t Node<'t>) -> String {
    let scopes = cx.items(scheme, "scopes").iter();
    let scopes: Vec<String> = scopes
        .filter_map(|scope| scope.text().map(|text| format!("`{text}`")))
        .collect();
    if scopes.is_empty() {
        return String::new();
    }
    format!(" with {}", scopes.join(", "))
}
