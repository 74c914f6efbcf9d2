//! Permissions of the services' principals. No I/O.

use serde_json::json;

use super::{Live, Step};
use crate::{
    change::Change,
    desired::{Access, Desired},
    http::segment,
};

/// Differences in permissions; a principal that needs some and is no user is refused, since passwords
/// are not the catalog's.
pub(super) fn compare(desired: &Desired, vhost: &str, live: &Live) -> Vec<Change<Step>> {
    let mut changes = Vec::new();
    for access in &desired.access {
        let user = &access.principal;
        if !live.users.contains(user) && !access.uses_queues() {
            continue;
        }
        if !live.users.contains(user) {
            let why = "there is no such user: make it with a password of its own, and apply again";
            changes.push(Change::refuse("permission", user, why));
            continue;
        }
        let (configure, write, read) = patterns(desired, access);
        let step = Step::Put(
            format!("/api/permissions/{vhost}/{}", segment(user)),
            json!({ "configure": configure, "write": write, "read": read }),
        );
        let Some(there) = live.permissions.get(user) else {
            changes.push(Change::create("permission", user, step));
            continue;
        };
        let wanted = [
            ("configure", &configure),
            ("write", &write),
            ("read", &read),
        ];
        let different = wanted
            .into_iter()
            .filter(|(key, want)| there[*key] != want.as_str());
        let details: Vec<String> = different
            .map(|(key, want)| format!("{key} {} → {want}", there[key]))
            .collect();
        if !details.is_empty() {
            let mut change = Change::alter("permission", user, step);
            change.details = details;
            changes.push(change);
        }
    }
    changes
}

/// Patterns for configure, write and read. A receiver declares its queues anew at every start, which
/// asks for all three; retries and dead letters go through the default exchange.
fn patterns(desired: &Desired, access: &Access) -> (String, String, String) {
    let exchanges = desired.queues["exchanges"].as_array();
    let exchanges = exchanges
        .into_iter()
        .flatten()
        .filter_map(|it| it["name"].as_str());
    let exchanges: Vec<String> = exchanges.map(literal).collect();
    let queues = access
        .queues
        .iter()
        .map(|queue| format!("{}(\\..*)?", literal(queue)));
    let queues: Vec<String> = queues.collect();
    let (mut configure, mut write, mut read) = (queues.clone(), queues.clone(), queues.clone());
    if !queues.is_empty() || access.sends {
        configure.extend(exchanges.clone());
        write.extend(exchanges.clone());
    }
    if !queues.is_empty() {
        read.extend(exchanges);
        write.push("amq\\.default".to_owned());
    }
    (one_of(&configure), one_of(&write), one_of(&read))
}

fn one_of(patterns: &[String]) -> String {
    match patterns {
        [] => "^$".to_owned(),
        patterns => format!("^({})$", patterns.join("|")),
    }
}

/// A name as a pattern of itself.
fn literal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if !c.is_alphanumeric() && c != '_' && c != '-' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desired(queues: &[&str], sends: bool) -> Desired {
        let access = Access {
            principal: "svc-payment".to_owned(),
            queues: queues.iter().map(|name| (*name).to_owned()).collect(),
            sends,
            ..Access::default()
        };
        Desired {
            access: vec![access],
            queues: json!({ "exchanges": [{ "name": "shop.commands" }] }),
            ..crate::desired::tests::nothing("shop")
        }
    }

    fn live() -> Live {
        Live {
            users: ["svc-payment".to_owned()].into(),
            ..Live::default()
        }
    }

    #[test]
    fn a_principal_may_do_what_its_service_declares() {
        let changes = compare(&desired(&["payment.refund"], true), "shop", &live());
        let body = json!({
            "configure": "^(payment\\.refund(\\..*)?|shop\\.commands)$",
            "write": "^(payment\\.refund(\\..*)?|shop\\.commands|amq\\.default)$",
            "read": "^(payment\\.refund(\\..*)?|shop\\.commands)$",
        });
        let step = Step::Put("/api/permissions/shop/svc-payment".to_owned(), body.clone());
        assert_eq!(changes[0].step, Some(step));
        let mut live = live();
        live.permissions.insert("svc-payment".to_owned(), body);
        assert_eq!(
            compare(&desired(&["payment.refund"], true), "shop", &live),
            []
        );
        let changes = compare(&desired(&[], false), "shop", &live);
        assert_eq!(changes[0].details.len(), 3);
    }

    #[test]
    fn users_are_not_made() {
        let changes = compare(&desired(&[], true), "shop", &Live::default());
        assert_eq!((changes.len(), &changes[0].step), (1, &None));
    }

    #[test]
    fn who_has_nothing_to_do_with_queues_need_not_be_a_user() {
        let changes = compare(&desired(&[], false), "shop", &Live::default());
        assert_eq!(changes, []);
    }
}
