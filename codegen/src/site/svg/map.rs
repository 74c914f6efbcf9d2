//! The map of the system: its domains with their services, topics, queues and stores, and who hands
//! what to whom. A small system is drawn with every line ([`nets`](super::nets)), a larger one as
//! cards with lines between domains ([`overview`](super::overview)).

use std::collections::{BTreeMap, BTreeSet};

use super::{nets, overview};
use crate::{
    model::{Queue, Service, Store},
    site::{links::Kind, render::At, words::count},
};

/// What is drawn with every line: more boxes or lines than this are no picture any more.
const MOST_BOXES: usize = 44;
const MOST_NETS: usize = 64;

/// A domain's column of the map.
#[derive(Default)]
pub(super) struct Lane<'a> {
    /// Name of the domain; empty for what belongs to none.
    pub(super) domain: &'a str,
    pub(super) topics: Vec<&'a str>,
    pub(super) services: Vec<&'a Service>,
    pub(super) queues: Vec<&'a Queue>,
}

impl Lane<'_> {
    fn boxes(&self) -> usize {
        self.topics.len() + self.services.len() + self.queues.len()
    }
}

/// What carries messages, with the services on both sides.
pub(super) struct Route<'a> {
    /// Name of the topic or queue.
    pub(super) by: &'a str,
    pub(super) is_queue: bool,
    pub(super) from: Vec<&'a str>,
    pub(super) to: Vec<&'a str>,
}

/// The map of everything; empty where there is nothing to draw.
pub(in crate::site) fn whole(at: &At<'_, '_>) -> String {
    let lanes = lanes(at);
    let routes = routes(at);
    let boxes: usize = lanes.iter().map(Lane::boxes).sum();
    if boxes == 0 {
        String::new()
    } else if boxes <= MOST_BOXES && routes.len() <= MOST_NETS {
        nets::draw(at, lanes, &routes, "Map of the system")
    } else {
        overview::draw(at, &lanes, &routes)
    }
}

/// The map of a domain and of what is one step away; empty where that is too much for a picture.
pub(in crate::site) fn around(at: &At<'_, '_>, domain: &str) -> String {
    let lanes = lanes(at);
    let Some(own) = lanes.iter().find(|lane| lane.domain == domain) else {
        return String::new();
    };
    let own_services: BTreeSet<&str> = own.services.iter().map(|s| s.name.as_str()).collect();
    let own_carriers: BTreeSet<&str> = own
        .topics
        .iter()
        .copied()
        .chain(own.queues.iter().map(|q| q.name.as_str()))
        .collect();
    let mut routes = routes(at);
    for route in routes
        .iter_mut()
        .filter(|route| !own_carriers.contains(route.by))
    {
        // Of a foreign topic only this domain's part is of interest here, and where it comes from.
        let reads = route.to.iter().any(|s| own_services.contains(s));
        let writes = route.from.iter().any(|s| own_services.contains(s));
        route
            .to
            .retain(|s| own_services.contains(s) || (writes && route.is_queue));
        if !reads && !route.is_queue {
            route.from.retain(|s| own_services.contains(s));
        }
        if !reads && !writes {
            route.from.clear();
            route.to.clear();
        }
    }
    routes.retain(|route| {
        own_carriers.contains(route.by) || !(route.from.is_empty() && route.to.is_empty())
    });
    let carriers: BTreeSet<&str> = routes.iter().map(|route| route.by).collect();
    let mut services: BTreeSet<&str> = own_services;
    services.extend(
        routes
            .iter()
            .flat_map(|route| route.from.iter().chain(&route.to)),
    );
    let kept: Vec<Lane<'_>> = lanes
        .into_iter()
        .map(|mut lane| {
            lane.topics.retain(|t| carriers.contains(t));
            lane.queues.retain(|q| carriers.contains(q.name.as_str()));
            lane.services.retain(|s| services.contains(s.name.as_str()));
            lane
        })
        .filter(|lane| lane.boxes() > 0)
        .collect();
    let boxes: usize = kept.iter().map(Lane::boxes).sum();
    if boxes == 0 || boxes > MOST_BOXES || routes.len() > MOST_NETS {
        return String::new();
    }
    nets::draw(
        at,
        kept,
        &routes,
        &format!("Map of the domain {domain} and its neighbours"),
    )
}

fn lanes<'a>(at: &At<'_, 'a>) -> Vec<Lane<'a>> {
    let site = at.site;
    let mut lanes: BTreeMap<&str, Lane<'a>> = BTreeMap::new();
    for (domain, members) in site.graph.domains() {
        let lane = lanes.entry(domain).or_default();
        lane.domain = domain;
        lane.topics.clone_from(&members.topics);
        lane.topics.sort_unstable();
        lane.services.clone_from(&members.services);
    }
    let home = |service: &str| site.graph.home(service).unwrap_or_default();
    for service in site.model.services().values() {
        if site.graph.home(&service.name).is_none() {
            lanes.entry("").or_default().services.push(service);
        }
    }
    for queue in site.model.queues().values() {
        lanes
            .entry(home(&queue.service))
            .or_default()
            .queues
            .push(queue);
    }
    lanes
        .into_values()
        .filter(|lane| lane.boxes() > 0)
        .collect()
}

fn routes<'a>(at: &At<'_, 'a>) -> Vec<Route<'a>> {
    let site = at.site;
    let mut by_topic: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for event in site.model.events.values() {
        let (from, to) = by_topic.entry(event.topic.as_str()).or_default();
        let name = &event.message.name;
        from.extend(site.index.producers(name).iter().map(|s| s.name.as_str()));
        to.extend(
            site.index
                .consumers(name)
                .iter()
                .map(|(s, _)| s.name.as_str()),
        );
    }
    let topics = by_topic.into_iter().map(|(by, (from, to))| Route {
        by,
        is_queue: false,
        from: from.into_iter().collect(),
        to: to.into_iter().collect(),
    });
    let queues = site.model.queues().values().map(|queue| {
        let senders = site.index.senders(&queue.command).iter();
        Route {
            by: queue.name.as_str(),
            is_queue: true,
            from: senders.map(|s| s.name.as_str()).collect(),
            to: vec![queue.service.as_str()],
        }
    });
    topics.chain(queues).collect()
}

/// The second line of a service's box: its store, and how many requests it answers.
pub(super) fn about_service(service: &Service) -> String {
    let store = match service.store {
        Store::Postgres => Some("PostgreSQL".to_owned()),
        Store::Mongodb => Some("MongoDB".to_owned()),
        Store::None => None,
    };
    let requests = Some(service.requests.len()).filter(|n| *n > 0);
    let parts = store
        .into_iter()
        .chain(requests.map(|n| count(n, "request")));
    let text = parts.collect::<Vec<_>>().join(" · ");
    if text.is_empty() {
        "no store".to_owned()
    } else {
        text
    }
}

/// The address of a domain's page.
pub(super) fn domain_href(at: &At<'_, '_>, domain: &str) -> Option<String> {
    at.href(Kind::Domain, domain)
}
