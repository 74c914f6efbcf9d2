//! Operations: what each application sends and receives.

use super::{
    bindings, channels,
    context::{Context, id},
    layers::Layers,
    plan::{Plan, Use},
    refs,
    replies::Reply,
};
use crate::{source::Span, syntax::Node};

const SECURITY: &str =
    "it stands in the documentation of the service; how that logs in is among its settings";

/// An operation of an application, or the reply to one.
pub(super) struct Operation<'t> {
    pub(super) app: usize,
    /// Service that does it: the application's, unless the operation says otherwise.
    pub(super) service: String,
    /// Whether messages are sent; they are received otherwise.
    pub(super) send: bool,
    pub(super) layers: Layers<'t>,
    pub(super) uses: Vec<usize>,
    pub(super) at: Span,
    /// Its key under `operations`.
    pub(super) key: String,
    /// Whether it is the reply to another operation.
    pub(super) is_reply: bool,
}

/// Finds all of them.
pub(super) fn find<'t>(cx: &Context<'t>, plan: &mut Plan<'t>) {
    for app in 0..plan.apps.len() {
        let root = plan.apps[app].root;
        for entry in cx.entries(root, "operations") {
            let Some(target) = cx.follow(&entry.value) else {
                continue;
            };
            operation(cx, plan, app, &entry.key, entry.key_span, target.node);
        }
    }
}

fn operation<'t>(
    cx: &Context<'t>,
    plan: &mut Plan<'t>,
    app: usize,
    key: &str,
    at: Span,
    node: &'t Node<'t>,
) {
    let layers = Layers::with_traits(cx, node);
    let action = node.get("action");
    let send = match action.and_then(|a| a.text()) {
        Some("send") => true,
        Some("receive") => false,
        _ => {
            let message = format!("the operation `{key}` neither sends nor receives");
            let at = action.map_or(at, |a| a.span);
            cx.wrong(at, message, "write `action: send` or `action: receive`");
            return;
        }
    };
    let Some(channel) = node.get("channel") else {
        let message = format!("the operation `{key}` has no channel");
        cx.wrong(at, message, "write `channel: { $ref: '#/channels/NAME' }`");
        return;
    };
    let Some(channel) = channels::of(cx, plan, app, channel) else {
        return;
    };
    if let Some(security) = layers.get(cx, "security") {
        let message = format!("the security of `{key}` is no part of the catalog");
        cx.changed(security.span, message, SECURITY);
    }
    let uses = uses(cx, plan, channel, node);
    let service = bindings::service(cx, &layers).unwrap_or_else(|| plan.apps[app].name.clone());
    if let Some(reply) = node.get("reply") {
        let asked = (key, send, service.as_str(), uses.as_slice());
        self::reply(cx, plan, app, asked, channel, reply);
    }
    plan.operations.push(Operation {
        app,
        service,
        send,
        layers,
        uses,
        at,
        key: key.to_owned(),
        is_reply: false,
    });
}

/// The messages that an operation or a reply names; all of the channel unless it names some.
fn uses<'t>(
    cx: &Context<'t>,
    plan: &mut Plan<'t>,
    channel: usize,
    node: &'t Node<'t>,
) -> Vec<usize> {
    if node.get("messages").is_none() {
        return plan.uses_of(channel).map(|(i, _)| i).collect();
    }
    let mut found = Vec::new();
    for item in cx.items(node, "messages") {
        if let Some(i) = one(cx, plan, channel, item)
            && !found.contains(&i)
        {
            found.push(i);
        }
    }
    found
}

/// The use that a reference names: a message of the channel, or what that refers to.
fn one<'t>(
    cx: &Context<'t>,
    plan: &mut Plan<'t>,
    channel: usize,
    item: &'t Node<'t>,
) -> Option<usize> {
    let target = cx.follow(item)?;
    let mut at = item;
    for _ in 0..8 {
        let known = plan
            .uses_of(channel)
            .find(|(_, u)| id(u.raw) == id(at) || id(u.node) == id(at));
        if let Some((i, _)) = known {
            return Some(i);
        }
        let Some(next) = refs::reference(at).and_then(|r| cx.step(r, 8)) else {
            break;
        };
        at = next;
    }
    let key = target.last.and_then(|r| r.text()).unwrap_or_default();
    let key = refs::tokens(key).pop().unwrap_or_else(|| "message".into());
    let message = format!("the message `{key}` is none of the operation's channel");
    let becomes = "it is taken for one; list it under `messages` of the channel";
    cx.changed(item.span, message, becomes);
    plan.uses.push(Use {
        channel,
        key,
        key_span: item.span,
        raw: item,
        node: target.node,
        name: String::new(),
        repeated: false,
    });
    Some(plan.uses.len() - 1)
}

/// A reply is an operation the other way round.
fn reply<'t>(
    cx: &Context<'t>,
    plan: &mut Plan<'t>,
    app: usize,
    (key, send, service, requests): (&str, bool, &str, &[usize]),
    channel: usize,
    reply: &'t Node<'t>,
) {
    let Some(target) = cx.follow(reply) else {
        return;
    };
    let node = target.node;
    let own = node.get("channel");
    let channel = match own {
        Some(own) => channels::of(cx, plan, app, own),
        None => Some(channel),
    };
    let Some(channel) = channel else { return };
    let address = node.get("address").and_then(|a| cx.follow(a));
    let address = address.map(|a| a.node);
    let carried = |plan: &mut Plan<'t>, replies: &[usize]| {
        plan.replies.extend(address.map(|address| Reply {
            requests: requests.to_vec(),
            replies: replies.to_vec(),
            address,
        }));
    };
    // Without a channel of its own, and without messages, nothing says what the reply is.
    if own.is_none() && node.get("messages").is_none() {
        carried(plan, &[]);
        let message = format!("the reply of `{key}` names neither channel nor messages");
        let becomes = match address {
            Some(_) => "no event comes of it; its address is described with the request",
            None => "no event comes of it",
        };
        cx.changed(reply.span, message, becomes);
        return;
    }
    let uses = uses(cx, plan, channel, node);
    carried(plan, &uses);
    let (does, at) = (if send { "consumes" } else { "publishes" }, reply.span);
    let message = format!("the reply of `{key}` is an event of its own");
    let becomes = match address {
        Some(_) => format!(
            "`{service}` {does} it, in one place for all who ask, not at the address in the \
             request; both are described with the messages, and correlation travels in the envelope"
        ),
        None => format!("`{service}` {does} it; correlation travels in the envelope"),
    };
    cx.changed(at, message, &becomes);
    plan.operations.push(Operation {
        app,
        service: service.to_owned(),
        send: !send,
        layers: Layers(Vec::new()),
        uses,
        at,
        key: key.to_owned(),
        is_reply: true,
    });
}
