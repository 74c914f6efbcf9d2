//! Keys that AsyncAPI 3 does not know: misspelt ones, and those that only version 2 had.

use std::collections::{BTreeMap, HashSet};

use super::{
    context::{Context, Id, id},
    plan::{App, Plan},
};
use crate::{diagnostic::did_you_mean, source::Span, syntax::Node};

/// An object of the specification and its fixed fields (AsyncAPI 3.1, "Schema").
struct Object {
    what: &'static str,
    keys: &'static [&'static str],
    /// What to write in place of keys that version 2 had.
    moved: &'static [(&'static str, &'static str)],
}

const ROOT: Object = Object {
    what: "a document",
    keys: &[
        "asyncapi",
        "id",
        "info",
        "servers",
        "defaultContentType",
        "channels",
        "operations",
        "components",
    ],
    moved: &[
        ("tags", "version 3 has them under `info`"),
        ("externalDocs", "version 3 has them under `info`"),
    ],
};
const INFO: Object = Object {
    what: "`info`",
    keys: &[
        "title",
        "version",
        "description",
        "termsOfService",
        "contact",
        "license",
        "tags",
        "externalDocs",
    ],
    moved: &[],
};
const SERVER: Object = Object {
    what: "a server",
    keys: &[
        "host",
        "protocol",
        "protocolVersion",
        "pathname",
        "description",
        "title",
        "summary",
        "variables",
        "security",
        "tags",
        "externalDocs",
        "bindings",
    ],
    moved: &[("url", "version 3 has `host`, `protocol` and `pathname`")],
};
const CHANNEL: Object = Object {
    what: "a channel",
    keys: &[
        "address",
        "messages",
        "title",
        "summary",
        "description",
        "servers",
        "parameters",
        "tags",
        "externalDocs",
        "bindings",
    ],
    moved: &[
        ("publish", "version 3 has `operations` beside the channels"),
        (
            "subscribe",
            "version 3 has `operations` beside the channels",
        ),
    ],
};
const PARAMETER: Object = Object {
    what: "a parameter",
    keys: &["enum", "default", "description", "examples", "location"],
    moved: &[(
        "schema",
        "version 3 has `enum`, `default` and `examples` in the parameter itself",
    )],
};
const OPERATION: Object = Object {
    what: "an operation",
    keys: &[
        "action",
        "channel",
        "title",
        "summary",
        "description",
        "security",
        "tags",
        "externalDocs",
        "bindings",
        "traits",
        "messages",
        "reply",
    ],
    moved: &[
        ("operationId", "version 3 has it as the operation's key"),
        (
            "message",
            "version 3 has a list of references under `messages`",
        ),
    ],
};
const MESSAGE: Object = Object {
    what: "a message",
    keys: &[
        "headers",
        "payload",
        "correlationId",
        "contentType",
        "name",
        "title",
        "summary",
        "description",
        "tags",
        "externalDocs",
        "bindings",
        "examples",
        "traits",
    ],
    moved: &[
        (
            "schemaFormat",
            "version 3 has it in the payload, beside `schema`",
        ),
        ("messageId", "version 3 has it as the message's key"),
    ],
};
const COMPONENTS: Object = Object {
    what: "`components`",
    keys: &[
        "schemas",
        "servers",
        "channels",
        "operations",
        "messages",
        "securitySchemes",
        "serverVariables",
        "parameters",
        "correlationIds",
        "replies",
        "replyAddresses",
        "externalDocs",
        "tags",
        "operationTraits",
        "messageTraits",
        "serverBindings",
        "channelBindings",
        "operationBindings",
        "messageBindings",
    ],
    moved: &[],
};

/// Where each key is found that is not known, by its object.
#[derive(Default)]
struct Found<'t> {
    places: BTreeMap<(&'static str, &'t str), Vec<Span>>,
    helps: BTreeMap<(&'static str, &'t str), String>,
    /// Objects that were looked at: many refer to one.
    seen: HashSet<Id>,
}

/// Says once for each document, object and key what is not known.
pub(super) fn report<'t>(cx: &Context<'t>, plan: &Plan<'t>) {
    for (index, app) in plan.apps.iter().enumerate() {
        let mut found = Found::default();
        found.document(cx, plan, index, app);
        for (key, places) in &found.places {
            let Some((first, others)) = places.split_first() else {
                continue;
            };
            let more = match others.len() {
                0 => String::new(),
                count => format!("; so it is with {count} more"),
            };
            let message = format!("{} has no `{}`{more}", key.0, key.1);
            let help = found.helps.get(key).map_or("", String::as_str);
            cx.changed(*first, message, help);
        }
    }
}

impl<'t> Found<'t> {
    fn document(&mut self, cx: &Context<'t>, plan: &Plan<'t>, index: usize, app: &App<'t>) {
        self.look(&ROOT, app.root);
        let inside = |key| app.root.get(key).and_then(|n| Some(cx.follow(n)?.node));
        if let Some(info) = inside("info") {
            self.look(&INFO, info);
        }
        if let Some(components) = inside("components") {
            self.look(&COMPONENTS, components);
        }
        for entry in cx.entries(app.root, "servers") {
            cx.follow(&entry.value)
                .into_iter()
                .for_each(|t| self.look(&SERVER, t.node));
        }
        for channel in plan.channels.iter().filter(|c| c.app == index) {
            self.look(&CHANNEL, channel.node);
            for entry in cx.entries(channel.node, "parameters") {
                cx.follow(&entry.value)
                    .into_iter()
                    .for_each(|t| self.look(&PARAMETER, t.node));
            }
        }
        for operation in plan.operations.iter().filter(|o| o.app == index) {
            for node in &operation.layers.0 {
                self.look(&OPERATION, node);
            }
        }
        let of_app = |channel: usize| plan.channels.get(channel).is_some_and(|c| c.app == index);
        for message in plan.uses.iter().filter(|u| of_app(u.channel)) {
            self.look(&MESSAGE, message.node);
        }
    }

    fn look(&mut self, object: &Object, node: &'t Node<'t>) {
        if !self.seen.insert(id(node)) {
            return;
        }
        for entry in node.entries() {
            let key = &*entry.key;
            if object.keys.contains(&key) || key.starts_with("x-") || key == "$ref" {
                continue;
            }
            let moved = object.moved.iter().find(|(old, _)| *old == key);
            let moved = moved.map(|(_, now)| (*now).to_owned());
            let help = match moved.or_else(|| did_you_mean(key, object.keys.iter().copied())) {
                Some(more) => format!("it is left out; {more}"),
                None => "it is left out".to_owned(),
            };
            self.helps.insert((object.what, key), help);
            self.places
                .entry((object.what, key))
                .or_default()
                .push(entry.key_span);
        }
    }
}
