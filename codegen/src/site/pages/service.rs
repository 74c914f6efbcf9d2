//! A page per service.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{code, each, fact, leads, pager};
use crate::{
    emit::EmitError,
    model::{Service, Store},
    site::{
        File, Site,
        links::Kind,
        policy,
        render::{At, Page},
        svg::route,
        words,
    },
};

/// Entries that a page describes with a timeline each, and that it lists.
const MOST_TIMELINES: usize = 20;
const MOST: usize = 150;
/// Handlers of a service whose code is shown, and the longest code in bytes.
const LONGEST_SKELETON: usize = 24 * 1024;
const MOST_HANDLERS: usize = 60;

/// Pages of all services.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let services: Vec<&Service> = site.model.services().values().collect();
    each(&services, |service| page(site, service))
}

fn page(site: &Site<'_>, service: &Service) -> Result<Vec<File>, EmitError> {
    let Some(url) = site.links.url(Kind::Service, &service.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let consumes = consumes(&at, service);
    let receives = receives(&at, service);
    let (publishes, more_publishes) =
        pager::first(&refs(&at, Kind::Event, &service.publishes), MOST);
    let (sends, more_sends) = pager::first(&refs(&at, Kind::Command, &service.sends), MOST);
    let (requests, more_requests) = pager::first(&requests(&at, service), MOST);
    let timers = timers(&at, service);
    let policies = policies(&at, service);
    let flows = site.graph.flows(&service.name).iter();
    let flows: Vec<Value> = flows
        .take(60)
        .map(|f| at.reference(Kind::Flow, &f.name))
        .collect();
    let mut toc = vec![("way", "What goes in and out")];
    for (there, id, label) in [
        (
            !consumes.is_empty() || !receives.is_empty(),
            "in",
            "What it reads",
        ),
        (
            !publishes.is_empty() || !sends.is_empty(),
            "out",
            "What it says",
        ),
        (!requests.is_empty(), "requests", "HTTP requests"),
        (!timers.is_empty(), "timers", "Timers"),
        (!policies.is_empty(), "failure", "When something fails"),
        (!flows.is_empty(), "flows", "Flows"),
    ] {
        if there {
            toc.push((id, label));
        }
    }
    toc.push(("rust", "In Rust"));
    let total = service.consumes.len() + service.receives.len();
    let values = json!({
        "name": service.name,
        "doc": at.doc(service.doc.as_deref()),
        "facts": facts(&at, service),
        "owner": service.owner,
        "tier": service.tier,
        "domain": site.graph.home(&service.name).map(|d| at.reference(Kind::Domain, d)),
        "route": drawing(&at, service),
        "consumes": consumes,
        "receives": receives,
        "more_in": total.saturating_sub(consumes.len() + receives.len()),
        "publishes": publishes,
        "more_publishes": more_publishes,
        "sends": sends,
        "more_sends": more_sends,
        "requests": requests,
        "more_requests": more_requests,
        "timers": timers,
        "policies": policies,
        "flows": flows,
        "skeleton": skeleton(site, service),
        "module": service.module,
        "source": service.source.to_string(),
    });
    let about = words::first_sentence(service.doc.as_deref().unwrap_or_default(), 160);
    Ok(vec![site.page(&Page {
        url,
        template: "service",
        title: &service.name,
        about: &about,
        section: Kind::Service.folder(),
        toc,
        values,
    })?])
}

/// The whole service to be filled in, where that is no longer than somebody wants to copy.
fn skeleton(site: &Site<'_>, service: &Service) -> Value {
    let handlers = service.consumes.len() + service.receives.len();
    let handlers = handlers + service.timers.len() + service.requests.len();
    if handlers > MOST_HANDLERS {
        return Value::Null;
    }
    let text = site.sampler.skeleton(service);
    if text.len() > LONGEST_SKELETON {
        return Value::Null;
    }
    crate::site::highlight::html(&text).into()
}

fn facts(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let store = match service.store {
        Store::Postgres => "PostgreSQL, one transaction a message",
        Store::Mongodb => "MongoDB, one document a message",
        Store::None => "none of its own",
    };
    let mut facts = vec![fact("Store", store)];
    if let Some(domain) = at.site.graph.home(&service.name) {
        facts.insert(0, leads("Domain", at.reference(Kind::Domain, domain)));
    }
    if !service.consumes.is_empty() {
        let mut groups: Vec<&str> = service.consumes.iter().map(|c| c.group.as_str()).collect();
        groups.sort_unstable();
        groups.dedup();
        facts.push(code("Consumer group", words::clip(&groups.join(", "), 80)));
    }
    facts
}

fn refs(at: &At<'_, '_>, kind: Kind, names: &[String]) -> Vec<Value> {
    names.iter().map(|n| at.reference(kind, n)).collect()
}

fn consumes(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let entries = service.consumes.iter().take(MOST);
    entries
        .map(|consume| {
            json!({
                "ref": at.reference(Kind::Event, &consume.event),
                "by": at.reference(Kind::Topic, &consume.topic),
                "reads": consume.reads,
                "handler": consume.handler,
            })
        })
        .collect()
}

fn receives(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let entries = service.receives.iter().take(MOST);
    entries
        .map(|receive| {
            json!({
                "ref": at.reference(Kind::Command, &receive.command),
                "by": at.reference(Kind::Queue, &receive.queue),
                "reads": receive.reads,
                "handler": receive.handler,
            })
        })
        .collect()
}

fn requests(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let requests = service.requests.iter();
    requests
        .map(|request| {
            json!({
                "ref": at.request(&service.name, &request.name),
                "method": request.method.as_str(),
                "path": request.path,
                "about": request.doc.as_deref().map(|d| words::first_sentence(d, 120)),
            })
        })
        .collect()
}

fn timers(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let timers = service.timers.iter();
    timers
        .map(|timer| {
            let elsewhere: Vec<Value> = at
                .site
                .model
                .environments
                .values()
                .filter_map(|e| {
                    let there = e.deployment.services.get(&service.name)?;
                    let there = there.timers.iter().find(|t| t.name == timer.name)?;
                    let differs = there.after_ms != timer.after_ms;
                    differs.then(
                        || json!({ "name": e.name, "after": words::duration(there.after_ms) }),
                    )
                })
                .collect();
            json!({
                "name": timer.name,
                "after": words::duration(timer.after_ms),
                "key": timer.key,
                "doc": at.doc(timer.doc.as_deref()),
                "handler": timer.handler,
                "elsewhere": elsewhere,
            })
        })
        .collect()
}

/// Policies with the messages that share each, so that a timeline stands once.
fn policies(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let mut found: Vec<(Value, Vec<Value>)> = Vec::new();
    let mut seen: Vec<(crate::model::Policy, bool)> = Vec::new();
    let events = service.consumes.iter().map(|c| {
        (
            &c.policy,
            false,
            at.reference(Kind::Event, &c.event),
            policy::of_topic(c),
        )
    });
    let commands = service.receives.iter().map(|r| {
        let queue = at.site.model.queues().get(&r.queue);
        (
            &r.policy,
            true,
            at.reference(Kind::Command, &r.command),
            policy::of_queue(queue, r),
        )
    });
    for (policy, is_queue, reference, described) in events.chain(commands) {
        let key = (policy.clone(), is_queue);
        let known = seen.iter().position(|s| *s == key);
        if let Some((_, messages)) = known.and_then(|i| found.get_mut(i)) {
            messages.push(reference);
        } else if found.len() < MOST_TIMELINES {
            seen.push(key);
            found.push((described, vec![reference]));
        }
    }
    found
        .into_iter()
        .map(|(policy, messages)| {
            let (messages, more) = pager::first(&messages, 40);
            json!({ "policy": policy, "messages": messages, "more": more })
        })
        .collect()
}

fn drawing(at: &At<'_, '_>, service: &Service) -> String {
    let stop = |kind: Kind, name: &str, messages: Vec<&str>| route::Stop {
        class: kind.word(),
        name: name.to_owned(),
        below: Some(match messages[..] {
            [one] => one.to_owned(),
            _ => words::count(
                messages.len(),
                if kind == Kind::Queue {
                    "command"
                } else {
                    "event"
                },
            ),
        }),
        href: at.href(kind, name),
    };
    let model = at.site.model;
    let incoming = service
        .consumes
        .iter()
        .map(|c| (Kind::Topic, c.topic.as_str(), c.event.as_str()));
    let received = service
        .receives
        .iter()
        .map(|r| (Kind::Queue, r.queue.as_str(), r.command.as_str()));
    let topic = |e: &'_ String| {
        model
            .events
            .get(e)
            .map(|e| (e.topic.as_str(), e.message.name.as_str()))
    };
    let outgoing = service
        .publishes
        .iter()
        .filter_map(topic)
        .map(|(t, e)| (Kind::Topic, t, e));
    let queue = |c: &'_ String| {
        model
            .commands
            .get(c)
            .map(|c| (c.queue.as_str(), c.message.name.as_str()))
    };
    let sent = service
        .sends
        .iter()
        .filter_map(queue)
        .map(|(q, c)| (Kind::Queue, q, c));
    let grouped = |all: Vec<(Kind, &str, &str)>| {
        let mut groups: BTreeMap<(Kind, String), Vec<String>> = BTreeMap::default();
        for (kind, by, message) in all {
            groups
                .entry((kind, by.to_owned()))
                .or_default()
                .push(message.to_owned());
        }
        groups
            .iter()
            .map(|((kind, by), messages)| {
                stop(*kind, by, messages.iter().map(String::as_str).collect())
            })
            .collect::<Vec<_>>()
    };
    let middle = route::Stop {
        class: Kind::Service.word(),
        name: service.name.clone(),
        below: Some(service.store.as_str().to_owned()).filter(|s| s != "none"),
        href: None,
    };
    route::draw(
        [
            grouped(incoming.chain(received).collect()),
            vec![middle],
            grouped(outgoing.chain(sent).collect()),
        ],
        &format!("What goes in and out of {}", service.name),
    )
}
