//! A page per service.

mod drawing;
mod entries;
mod policies;

use drawing::drawing;
use entries::{consumes, receives, requests, timers};
use policies::policies;
use serde_json::{Value, json};

use super::{code, each, fact, leads, pager};
use crate::{
    emit::EmitError,
    model::{Service, Store},
    site::{
        File, Site,
        links::Kind,
        render::{At, Page},
        words,
    },
};

/// Entries that a page lists.
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
