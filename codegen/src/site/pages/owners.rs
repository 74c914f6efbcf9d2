//! Who owns what.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::pager;
use crate::{
    emit::EmitError,
    site::{
        File, Site,
        links::Kind,
        render::{At, Page},
    },
};

/// Owners of a page, and names of a kind that one owner's row shows.
const MOST: usize = 60;
const NAMES: usize = 10;

/// What an owner has, by kind.
type Owned<'a> = BTreeMap<Kind, Vec<&'a str>>;

/// All pages.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let owners: Vec<(Option<&str>, Owned<'_>)> = owners(site).into_iter().collect();
    pager::parts("owners.html", &owners, MOST)
        .into_iter()
        .map(|part| {
            let at = site.at(&part.url);
            let rows: Vec<Value> = part
                .items
                .iter()
                .map(|(o, owned)| row(&at, *o, owned))
                .collect();
            site.page(&Page {
                url: &part.url,
                template: "owners",
                title: &format!("Ownership{}", part.suffix),
                about: "Which team answers for what.",
                section: "owners",
                toc: Vec::new(),
                values: json!({ "rows": rows, "pager": part.pager }),
            })
        })
        .collect()
}

/// Owners by name; what has none comes first.
fn owners<'a>(site: &Site<'a>) -> BTreeMap<Option<&'a str>, Owned<'a>> {
    let model = site.model;
    let mut owners: BTreeMap<Option<&str>, Owned<'_>> = BTreeMap::new();
    let mut add = |owner: &'a Option<String>, kind: Kind, name: &'a str| {
        let owned = owners.entry(owner.as_deref()).or_default();
        owned.entry(kind).or_default().push(name);
    };
    for domain in model.domains.values() {
        add(&domain.owner, Kind::Domain, &domain.name);
    }
    for service in model.services().values() {
        add(&service.owner, Kind::Service, &service.name);
    }
    for event in model.events.values() {
        add(&event.owner, Kind::Event, &event.message.name);
    }
    for command in model.commands.values() {
        let receiver = model.services().get(&command.to);
        if let Some(receiver) = receiver {
            add(&receiver.owner, Kind::Command, &command.message.name);
        }
    }
    owners
}

fn row(at: &At<'_, '_>, owner: Option<&str>, things: &Owned<'_>) -> Value {
    let groups: Vec<Value> = things
        .iter()
        .map(|(kind, names)| {
            let (names, more) = pager::first(names, NAMES);
            let refs: Vec<Value> = names.iter().map(|n| at.reference(*kind, n)).collect();
            json!({ "kind": kind.folder(), "refs": refs, "more": more })
        })
        .collect();
    json!({ "owner": owner, "groups": groups })
}
