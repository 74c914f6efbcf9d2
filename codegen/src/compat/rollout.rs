//! In which order services can be deployed so that nobody meets what it cannot read.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    scene::{Scene, emitter, writers},
    schemas::Change,
};

/// Who goes first for one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Those who read it: new code reads old data, old code does not read new data.
    ConsumersFirst,
    /// Those who write it: old code reads new data, new code does not read old data.
    ProducersFirst,
    /// Anybody.
    Either,
    /// Nobody can: neither side reads the other's data.
    Neither,
}

impl Order {
    /// As machines read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Order::ConsumersFirst => "consumer-first",
            Order::ProducersFirst => "producer-first",
            Order::Either => "either",
            Order::Neither => "neither",
        }
    }
}

/// One changed message and who goes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Event or command.
    pub message: String,
    /// Words for the version that is deployed.
    pub from: String,
    /// Version that is written from now on.
    pub to: u32,
    /// Who goes first.
    pub order: Order,
    /// Services that read it.
    pub consumers: Vec<String>,
    /// Services that write it.
    pub producers: Vec<String>,
}

impl Turn {
    /// Whether somebody must go first.
    pub(crate) fn is_ordered(&self) -> bool {
        matches!(self.order, Order::ConsumersFirst | Order::ProducersFirst)
    }
}

/// The order of deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rollout {
    /// Changed messages, by name.
    pub turns: Vec<Turn>,
    /// Services to deploy one group after the other; within a group in any order.
    pub steps: Vec<Vec<String>>,
    /// Services that would each have to go before the next, around in a circle.
    pub cycle: Vec<String>,
}

impl Rollout {
    /// From the messages that changed.
    pub(crate) fn new(scene: &Scene<'_>, changes: &BTreeMap<String, Change<'_>>) -> Self {
        let turns: Vec<Turn> = changes.values().map(|change| turn(scene, change)).collect();
        let mut after: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for turn in &turns {
            let (first, then) = match turn.order {
                Order::ConsumersFirst => (&turn.consumers, &turn.producers),
                Order::ProducersFirst => (&turn.producers, &turn.consumers),
                Order::Either | Order::Neither => {
                    for service in turn.consumers.iter().chain(&turn.producers) {
                        after.entry(service).or_default();
                    }
                    continue;
                }
            };
            for service in first.iter().chain(then) {
                after.entry(service).or_default();
            }
            for later in then {
                let before = first.iter().filter(|f| *f != later).map(String::as_str);
                after.entry(later).or_default().extend(before);
            }
        }
        let (steps, cycle) = layers(after);
        Self {
            turns,
            steps,
            cycle,
        }
    }
}

fn turn(scene: &Scene<'_>, change: &Change<'_>) -> Turn {
    let order = match (change.backward, change.forward) {
        (true, true) => Order::Either,
        (true, false) => Order::ConsumersFirst,
        (false, true) => Order::ProducersFirst,
        (false, false) => Order::Neither,
    };
    let readers = scene.readers(&change.message.name);
    let services = writers(&scene.now.model, &change.message.name);
    let services = services.iter().map(|s| s.name.clone());
    let stream = emitter(&scene.now.model, &change.message.name);
    Turn {
        message: change.message.name.clone(),
        from: change.from.words.clone(),
        to: change.message.version,
        order,
        consumers: readers.iter().map(|r| r.service.to_owned()).collect(),
        producers: services.chain(stream.map(|s| s.actor.clone())).collect(),
    }
}

type Names<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Groups of services, each after the groups it waits for; and a circle, if there is one.
fn layers(mut after: Names<'_>) -> (Vec<Vec<String>>, Vec<String>) {
    let mut steps = Vec::new();
    while !after.is_empty() {
        let free: Vec<&str> = after
            .iter()
            .filter(|(_, waits)| waits.iter().all(|w| !after.contains_key(w)))
            .map(|(service, _)| *service)
            .collect();
        if free.is_empty() {
            return (steps, circle(&after));
        }
        for service in &free {
            after.remove(service);
        }
        steps.push(free.into_iter().map(str::to_owned).collect());
    }
    (steps, Vec::new())
}

/// Follows who waits for whom until somebody comes again.
fn circle(after: &Names<'_>) -> Vec<String> {
    let mut seen: Vec<&str> = Vec::new();
    let mut next = after.keys().next().copied();
    while let Some(service) = next {
        if let Some(at) = seen.iter().position(|s| *s == service) {
            // Whoever is waited for goes first.
            let circle = seen.get(at..).unwrap_or_default().iter().rev();
            return circle.map(|s| (*s).to_owned()).collect();
        }
        seen.push(service);
        let waits = after.get(service).into_iter().flatten();
        next = waits.copied().find(|w| after.contains_key(w));
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::layers;

    fn of<'a>(pairs: &[(&'a str, &[&'a str])]) -> (Vec<Vec<String>>, Vec<String>) {
        let waits = |w: &[&'a str]| w.iter().copied().collect();
        layers(pairs.iter().map(|(s, w)| (*s, waits(w))).collect())
    }

    #[test]
    fn who_is_waited_for_goes_first() {
        let (steps, cycle) = of(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[]), ("d", &[])]);
        assert_eq!(steps, [vec!["c", "d"], vec!["b"], vec!["a"]]);
        assert!(cycle.is_empty());
    }

    #[test]
    fn a_circle_is_named() {
        let (steps, cycle) = of(&[("a", &["b"]), ("b", &["a"]), ("c", &[])]);
        assert_eq!(steps, [vec!["c"]]);
        assert_eq!(cycle, ["b", "a"]);
    }
}
