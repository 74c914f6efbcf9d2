//! Declared objects against those there are. No I/O.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Live, Step, TAG, access};
use crate::{change::Change, desired::Desired, http::segment};

/// Every difference, in the order in which it is safe to remove them: what others need comes first,
/// what is deleted comes last.
pub fn compare(desired: &Desired, vhost: &str, live: &Live) -> Vec<Change<Step>> {
    let place = Place {
        path: segment(vhost),
        system: &desired.system,
    };
    let declared = &desired.queues;
    let mut changes = Vec::new();
    if !live.vhost {
        let description = format!("Messages of system {}", desired.system);
        let body = json!({ "description": description, "tags": TAG });
        let step = Step::Put(format!("/api/vhosts/{}", place.path), body);
        changes.push(Change::create("vhost", vhost, step));
    }
    place.exchanges(items(declared, "exchanges"), live, &mut changes);
    place.policies(items(declared, "policies"), live, &mut changes);
    place.queues(items(declared, "queues"), live, &mut changes);
    place.bindings(declared, live, &mut changes);
    changes.extend(access::compare(desired, &place.path, live));
    place.undeclared(declared, live, &mut changes);
    changes
}

fn items<'a>(declared: &'a Value, what: &str) -> &'a [Value] {
    declared[what].as_array().map_or(&[], Vec::as_slice)
}

fn name(item: &Value) -> &str {
    item["name"].as_str().unwrap_or_default()
}

/// Where the objects are.
struct Place<'a> {
    /// The virtual host as a segment of a path.
    path: String,
    system: &'a str,
}

/// What an object is made with.
const MADE_WITH: [&str; 5] = ["type", "durable", "auto_delete", "internal", "arguments"];

/// The differences in what an object is made with, a line each.
fn differences(declared: &Value, there: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for key in MADE_WITH {
        match (&declared[key], &there[key]) {
            // Queues have no type of their own in definitions.
            (Value::Null, _) => {}
            (Value::Object(want), Value::Object(have)) => {
                let keys: BTreeSet<&String> = want.keys().chain(have.keys()).collect();
                for key in keys
                    .into_iter()
                    .filter(|key| want.get(*key) != have.get(*key))
                {
                    let word = |value: Option<&Value>| {
                        value.map_or_else(|| "nothing".to_owned(), Value::to_string)
                    };
                    lines.push(format!(
                        "{key} {} → {}",
                        word(have.get(key)),
                        word(want.get(key))
                    ));
                }
            }
            (want, have) if want == have => {}
            (want, have) => lines.push(format!("{key} {have} → {want}")),
        }
    }
    lines
}

fn body(declared: &Value) -> Value {
    let kept = MADE_WITH.iter().filter(|key| !declared[**key].is_null());
    kept.map(|key| ((*key).to_owned(), declared[*key].clone()))
        .collect()
}

impl Place<'_> {
    fn at(&self, what: &str, name: &str) -> String {
        format!("/api/{what}/{}/{}", self.path, segment(name))
    }

    fn exchanges(&self, declared: &[Value], live: &Live, changes: &mut Vec<Change<Step>>) {
        for exchange in declared {
            let name = name(exchange);
            let Some(there) = live.exchanges.get(name) else {
                let step = Step::Put(self.at("exchanges", name), body(exchange));
                changes.push(Change::create("exchange", name, step));
                continue;
            };
            let different = differences(exchange, there);
            if !different.is_empty() {
                let why = "an exchange cannot be changed: stop its publishers, delete it, and apply \
                           again; messages published in between come back unroutable";
                let mut change = Change::refuse("exchange", name, why);
                change.details = different;
                changes.push(change);
            }
        }
    }

    fn queues(&self, declared: &[Value], live: &Live, changes: &mut Vec<Change<Step>>) {
        let policies = items_names(live, self.system);
        for queue in declared {
            let name = name(queue);
            let path = self.at("queues", name);
            let Some(there) = live.queues.get(name) else {
                let step = Step::Put(path, body(queue));
                changes.push(Change::create("queue", name, step));
                continue;
            };
            let different = differences(queue, there);
            if !different.is_empty() {
                let mut change = migration(name, there, Step::Recreate(path, body(queue)));
                change.details = different;
                changes.push(change);
            }
            // The management interface fills this in a moment after a policy is made.
            if let Some(policy) = there["policy"]
                .as_str()
                .filter(|it| !it.is_empty() && !policies.contains(*it))
            {
                let why = format!(
                    "policy {policy} is not the catalog's and takes the place of its own: give it a \
                     narrower pattern or a lower priority"
                );
                changes.push(Change::refuse("queue", name, why));
            }
        }
    }

    fn policies(&self, declared: &[Value], live: &Live, changes: &mut Vec<Change<Step>>) {
        for policy in declared {
            let name = name(policy);
            let keys = ["pattern", "apply-to", "priority", "definition"];
            let body: Value = keys
                .iter()
                .map(|key| ((*key).to_owned(), policy[*key].clone()))
                .collect();
            let step = Step::Put(self.at("policies", name), body);
            let Some(there) = live.policies.get(name) else {
                changes.push(Change::create("policy", name, step));
                continue;
            };
            let different = keys.iter().filter(|key| policy[**key] != there[**key]);
            let details: Vec<String> = different
                .map(|key| format!("{key} {} → {}", there[*key], policy[*key]))
                .collect();
            if details.is_empty() {
                continue;
            }
            let room = |it: &Value| {
                it["definition"]["max-length-bytes"]
                    .as_u64()
                    .unwrap_or(u64::MAX)
            };
            let mut change = if room(policy) < room(there) {
                let why = "queues that hold more refuse publishers until they are drained";
                Change::lower("policy", name, why, step)
            } else {
                Change::alter("policy", name, step)
            };
            change.details = details;
            changes.push(change);
        }
    }

    fn bindings(&self, declared: &Value, live: &Live, changes: &mut Vec<Change<Step>>) {
        let wanted = items(declared, "bindings");
        for binding in wanted {
            if !live
                .bindings
                .iter()
                .any(|there| same_binding(binding, there))
            {
                let path = format!(
                    "/api/bindings/{}/e/{}/q/{}",
                    self.path,
                    segment(text(binding, "source")),
                    segment(text(binding, "destination"))
                );
                let body = json!({ "routing_key": binding["routing_key"], "arguments": {} });
                changes.push(Change::create(
                    "binding",
                    label(binding),
                    Step::Post(path, body),
                ));
            }
        }
    }

    /// What is of ours and no longer declared: bindings of our exchanges, and in a virtual host that
    /// we made everything.
    fn undeclared(&self, declared: &Value, live: &Live, changes: &mut Vec<Change<Step>>) {
        let names =
            |what: &str| -> BTreeSet<&str> { items(declared, what).iter().map(name).collect() };
        let exchanges = names("exchanges");
        let known = |there: &Value| {
            let mut wanted = items(declared, "bindings").iter();
            wanted.any(|binding| same_binding(binding, there))
        };
        let of_ours = |it: &&Value| exchanges.contains(text(it, "source")) && !known(it);
        for binding in live.bindings.iter().filter(of_ours) {
            let kind = if binding["destination_type"] == "exchange" {
                "e"
            } else {
                "q"
            };
            let path = format!(
                "/api/bindings/{}/e/{}/{kind}/{}/{}",
                self.path,
                segment(text(binding, "source")),
                segment(text(binding, "destination")),
                segment(text(binding, "properties_key"))
            );
            let why = "not declared; messages of that key would no longer reach it";
            changes.push(Change::delete(
                "binding",
                label(binding),
                why,
                Step::Delete(path),
            ));
        }
        if !live.marked {
            return;
        }
        let kinds = [
            ("queue", "queues", &live.queues),
            ("exchange", "exchanges", &live.exchanges),
            ("policy", "policies", &live.policies),
        ];
        for (kind, what, there) in kinds {
            let declared = names(what);
            for (name, item) in there
                .iter()
                .filter(|(name, _)| !declared.contains(name.as_str()))
            {
                let held = item["messages"].as_u64().unwrap_or(0);
                let why = match held {
                    0 => "not declared".to_owned(),
                    held => format!("not declared; its {held} messages would be lost"),
                };
                let step = Step::Delete(self.at(what, name));
                changes.push(Change::delete(kind, name, &why, step));
            }
        }
    }
}

/// Policies that may be on a declared queue.
fn items_names(live: &Live, system: &str) -> BTreeSet<String> {
    let ours = live
        .policies
        .keys()
        .filter(|name| **name == format!("{system}.queues"));
    ours.cloned().collect()
}

fn text<'a>(item: &'a Value, key: &str) -> &'a str {
    item[key].as_str().unwrap_or_default()
}

fn label(binding: &Value) -> String {
    let (from, to) = (text(binding, "source"), text(binding, "destination"));
    format!("{from}:{}:{to}", text(binding, "routing_key"))
}

fn same_binding(a: &Value, b: &Value) -> bool {
    let keys = [
        "source",
        "destination",
        "destination_type",
        "routing_key",
        "arguments",
    ];
    keys.iter().all(|key| a[*key] == b[*key])
}

/// What is to be done about a queue that is made differently.
fn migration(name: &str, there: &Value, step: Step) -> Change<Step> {
    let held = there["messages"].as_u64().unwrap_or(0);
    let used = there["consumers"].as_u64().unwrap_or(0);
    let steps = format!(
        "a queue's arguments cannot be changed. Move over: 1. declare the command anew in the \
         catalog, under a name of its own, and apply, so that there is a new queue; 2. let senders \
         use that; 3. take away {name}'s binding; 4. let its consumers drain {name}; 5. delete it"
    );
    if held == 0 && used == 0 {
        let why = format!("{steps}. It is empty and unused now, so it can be made anew instead");
        return Change::lower("queue", name, why, step);
    }
    let why = format!("{steps}. It holds {held} messages and has {used} consumers");
    Change::refuse("queue", name, why)
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
