//! Retries and dead letters at a glance: a row for every way in which a service works through
//! messages.

use serde_json::{Value, json};

use super::pager;
use crate::{
    emit::EmitError,
    lint::{self, Entry},
    model::{AfterDeadLetter, Policy},
    site::{
        File, Site, elsewhere,
        links::Kind,
        render::{At, Page},
        words,
    },
};

/// Rows of a page, and messages that one row names.
const MOST: usize = 80;
const NAMES: usize = 8;

/// Entries of one service that share a policy.
struct Row<'a> {
    service: &'a str,
    is_queue: bool,
    policy: &'a Policy,
    messages: Vec<&'a str>,
}

/// All pages.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut first_of_service = 0;
    for Entry {
        service,
        message,
        policy,
        consume,
        ..
    } in lint::entries(&site.model.deployment)
    {
        let is_queue = consume.is_none();
        if rows.last().is_some_and(|row| row.service != service.name) {
            first_of_service = rows.len();
        }
        let own = rows.get_mut(first_of_service..).unwrap_or_default();
        let same = own
            .iter_mut()
            .find(|row| row.is_queue == is_queue && row.policy == policy);
        match same {
            Some(row) => row.messages.push(message),
            None => rows.push(Row {
                service: &service.name,
                is_queue,
                policy,
                messages: vec![message],
            }),
        }
    }
    pager::parts("delivery.html", &rows, MOST)
        .into_iter()
        .map(|part| {
            let at = site.at(&part.url);
            let rows: Vec<Value> = part.items.iter().map(|row| described(&at, row)).collect();
            site.page(&Page {
                url: &part.url,
                template: "delivery",
                title: &format!("Retries and dead letters{}", part.suffix),
                about: "How often each service tries, how long it waits, and what it gives up on.",
                section: "delivery",
                toc: Vec::new(),
                values: json!({ "rows": rows, "pager": part.pager }),
            })
        })
        .collect()
}

fn described(at: &At<'_, '_>, row: &Row<'_>) -> Value {
    let policy = row.policy;
    let kind = if row.is_queue {
        Kind::Command
    } else {
        Kind::Event
    };
    let (names, more) = pager::first(&row.messages, NAMES);
    let refs: Vec<Value> = names.iter().map(|m| at.reference(kind, m)).collect();
    let after = match (policy.dead_letter, policy.after_dead_letter) {
        (false, _) => "dropped",
        (true, AfterDeadLetter::Continue) => "dead letter",
        (true, AfterDeadLetter::Park) => "dead letter, its key waits",
    };
    json!({
        "service": at.reference(Kind::Service, row.service),
        "refs": refs,
        "more": more,
        "attempts": policy.attempts,
        "backoff": elsewhere::waits(policy),
        "budget": words::duration(policy.budget_ms()),
        "order": if policy.order_by_key { "by key" } else { "none" },
        "concurrency": policy.concurrency,
        "after": after,
        "dropped": !policy.dead_letter,
    })
}
