//! The map of the system: its domains with their services, topics, queues and stores, and who hands
//! what to whom. A small system is drawn with every line ([`nets`](super::nets)), a larger one as
//! cards with lines between domains ([`overview`](super::overview)).

use std::collections::{BTreeMap, BTreeSet};

use super::{nets, overview};
use crate::{
    model::{Queue, Service, Store, Stream},
    site::{graph::Members, links::Kind, render::At},
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
    pub(super) streams: Vec<&'a Stream>,
    pub(super) queues: Vec<&'a Queue>,
}

impl Lane<'_> {
    fn boxes(&self) -> usize {
        self.topics.len() + self.services.len() + self.streams.len() + self.queues.len()
    }
}

/// What carries messages, with the services and streams on both sides, by name.
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
    let Some(members) = at.site.graph.members(domain) else {
        return String::new();
    };
    let mut own: BTreeSet<&str> = members.services.iter().map(|s| s.name.as_str()).collect();
    let streams = streams(at).filter(|s| home_of_stream(at, s) == domain);
    own.extend(streams.map(|s| s.name.as_str()));
    let (topics, queues) = carriers(at, members);
    if topics.len() + queues.len() > MOST_BOXES {
        return String::new();
    }
    let here: BTreeSet<&str> = members.topics.iter().copied().collect();
    let topics = topics.into_iter().map(|topic| {
        let mut route = of_topic(at, topic);
        if !here.contains(topic) {
            // Of a foreign topic only this domain's part is of interest, and where it comes from.
            route.to.retain(|s| own.contains(s));
            if route.to.is_empty() {
                route.from.retain(|s| own.contains(s));
            }
        }
        route
    });
    let queues = queues.into_iter().map(|queue| {
        let mut route = of_queue(at, queue);
        if !own.contains(queue.service.as_str()) {
            route.from.retain(|s| own.contains(s));
        }
        route
    });
    let routes: Vec<Route<'_>> = topics.chain(queues).collect();
    let lanes = lanes_of(at, &routes, &own);
    let boxes: usize = lanes.iter().map(Lane::boxes).sum();
    if boxes == 0 || boxes > MOST_BOXES || routes.len() > MOST_NETS {
        return String::new();
    }
    let what = format!("Map of the domain {domain} and its neighbours");
    nets::draw(at, lanes, &routes, &what)
}

/// Topics and queues of a domain, and those that its services work with.
fn carriers<'a>(at: &At<'_, 'a>, members: &Members<'a>) -> (BTreeSet<&'a str>, Vec<&'a Queue>) {
    let model = at.site.model;
    let mut topics: BTreeSet<&str> = members.topics.iter().copied().collect();
    let mut queues: BTreeMap<&str, &Queue> = BTreeMap::new();
    for service in &members.services {
        topics.extend(service.consumes.iter().map(|c| c.topic.as_str()));
        let published = service.publishes.iter();
        topics.extend(published.filter_map(|e| Some(model.events.get(e)?.topic.as_str())));
        let received = service.receives.iter().map(|r| &r.queue);
        let sent = service.sends.iter();
        let sent = sent.filter_map(|c| Some(&model.commands.get(c)?.queue));
        let found = received.chain(sent).filter_map(|q| model.queues().get(q));
        queues.extend(found.map(|q| (q.name.as_str(), q)));
    }
    let events = members.events.iter().map(|e| e.message.name.as_str());
    let computed = events.flat_map(|e| at.site.graph.streams_emitting(e));
    let read = computed.flat_map(|stream| stream.reads());
    topics.extend(read.filter_map(|e| Some(model.events.get(e)?.topic.as_str())));
    (topics, queues.into_values().collect())
}

/// The lanes of what routes touch, and of some services that none may touch.
fn lanes_of<'a>(
    at: &At<'_, 'a>,
    routes: &[Route<'a>],
    services: &BTreeSet<&'a str>,
) -> Vec<Lane<'a>> {
    let (graph, model) = (&at.site.graph, at.site.model);
    let mut lanes: BTreeMap<&str, Lane<'a>> = BTreeMap::new();
    let mut touched = services.clone();
    for route in routes {
        touched.extend(route.from.iter().chain(&route.to));
        let queue = model.queues().get(route.by).filter(|_| route.is_queue);
        if let Some(queue) = queue {
            let home = graph.home(&queue.service).unwrap_or_default();
            lanes.entry(home).or_default().queues.push(queue);
        } else {
            let home = graph.domain_of_topic(route.by).unwrap_or_default();
            lanes.entry(home).or_default().topics.push(route.by);
        }
    }
    for stream in streams(at).filter(|s| touched.contains(s.name.as_str())) {
        let home = home_of_stream(at, stream);
        lanes.entry(home).or_default().streams.push(stream);
    }
    for service in touched.iter().filter_map(|s| model.services().get(*s)) {
        let home = graph.home(&service.name).unwrap_or_default();
        lanes.entry(home).or_default().services.push(service);
    }
    let named = lanes
        .into_iter()
        .map(|(domain, lane)| Lane { domain, ..lane });
    named.collect()
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
    for stream in streams(at) {
        let home = home_of_stream(at, stream);
        lanes.entry(home).or_default().streams.push(stream);
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
    let model = at.site.model;
    let topics: BTreeSet<&str> = model.events.values().map(|e| e.topic.as_str()).collect();
    let topics = topics.into_iter().map(|topic| of_topic(at, topic));
    let queues = model.queues().values().map(|queue| of_queue(at, queue));
    topics.chain(queues).collect()
}

fn of_topic<'a>(at: &At<'_, 'a>, topic: &'a str) -> Route<'a> {
    let index = &at.site.index;
    let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
    let events = at.site.model.topics().get(topic).map(|t| &t.events);
    for event in events.into_iter().flatten() {
        from.extend(index.producers(event).iter().map(|s| s.name.as_str()));
        to.extend(index.consumers(event).iter().map(|(s, _)| s.name.as_str()));
        let drawn = |s: &&&Stream| is_drawn(at, s);
        let emitting = at.site.graph.streams_emitting(event).iter();
        from.extend(emitting.filter(drawn).map(|s| s.name.as_str()));
        let reading = at.site.graph.streams_reading(event).iter();
        to.extend(reading.filter(drawn).map(|s| s.name.as_str()));
    }
    Route {
        by: topic,
        is_queue: false,
        from: from.into_iter().collect(),
        to: to.into_iter().collect(),
    }
}

fn of_queue<'a>(at: &At<'_, 'a>, queue: &'a Queue) -> Route<'a> {
    let senders = at.site.index.senders(&queue.command).iter();
    Route {
        by: queue.name.as_str(),
        is_queue: true,
        from: senders.map(|s| s.name.as_str()).collect(),
        to: vec![queue.service.as_str()],
    }
}

/// Streams that have a box: lines find services and streams by name, so that one which is called
/// like a service has none.
fn streams<'a>(at: &At<'_, 'a>) -> impl Iterator<Item = &'a Stream> {
    let streams = at.site.model.streams.values();
    streams.filter(|s| is_drawn(at, s))
}

fn is_drawn(at: &At<'_, '_>, stream: &Stream) -> bool {
    !at.site.model.services().contains_key(&stream.name)
}

/// The domain of what a stream emits.
fn home_of_stream<'a>(at: &At<'_, 'a>, stream: &Stream) -> &'a str {
    let emitted = at.site.model.events.get(&stream.emits);
    emitted.map(|e| e.domain.as_str()).unwrap_or_default()
}

/// The second line of a service's box: its store.
pub(super) fn about_service(service: &Service) -> String {
    let store = match service.store {
        Store::Postgres => "PostgreSQL",
        Store::Mongodb => "MongoDB",
        Store::None => "no store",
    };
    store.to_owned()
}

/// The address of a domain's page.
pub(super) fn domain_href(at: &At<'_, '_>, domain: &str) -> Option<String> {
    at.href(Kind::Domain, domain)
}
