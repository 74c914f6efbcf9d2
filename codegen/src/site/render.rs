//! Templates, and what every page has: navigation, title, the way to the root.

use serde_json::{Value, json};
use tera::{Context, Kwargs, State, Tera, Value as TeraValue};

use super::{
    File, Site,
    graph::Graph,
    html,
    links::{Kind, request_name},
};
use crate::{emit::EmitError, model::Model};

/// Spells the table of templates: each is compiled in.
macro_rules! templates {
    ($($name:literal)*) => {
        const TEMPLATES: &[(&str, &str)] = &[$((
            concat!($name, ".html"),
            include_str!(concat!("../../../templates/site/", $name, ".html")),
        )),*];
    };
}

templates! {
    "ui" "base" "home" "message" "type" "topic" "queue" "stream" "service" "domain" "request" "flow" "list"
    "matrix" "owners" "delivery" "rules" "rule" "changelog"
}

/// The filled-in templates.
pub(super) struct Renderer {
    tera: Tera,
    nav: TeraValue,
    system: String,
}

impl Renderer {
    pub(super) fn new(model: &Model, graph: &Graph<'_>) -> Result<Self, EmitError> {
        let mut tera = Tera::new();
        tera.register_filter("name", |text: &str, _: Kwargs, _: &State| {
            TeraValue::safe_string(&html::breakable(text))
        });
        tera.add_raw_templates(TEMPLATES.iter().copied())?;
        Ok(Self {
            tera,
            nav: TeraValue::from_serializable(&nav(model, graph)),
            system: model.system.name.clone(),
        })
    }
}

/// A page before it is filled in.
pub(super) struct Page<'p> {
    /// Address from the root.
    pub(super) url: &'p str,
    /// Template without its suffix.
    pub(super) template: &'static str,
    /// Title.
    pub(super) title: &'p str,
    /// One sentence for search engines and previews.
    pub(super) about: &'p str,
    /// Identifier of its place in the navigation.
    pub(super) section: &'p str,
    /// Sections with their anchors, for the table of contents.
    pub(super) toc: Vec<(&'static str, &'static str)>,
    /// What the template shows.
    pub(super) values: Value,
}

impl Site<'_> {
    /// Fills a page in.
    pub(super) fn page(&self, page: &Page<'_>) -> Result<File, EmitError> {
        let renderer = &self.renderer;
        let mut context = Context::from_serialize(&page.values)?;
        let toc: Vec<Value> = page
            .toc
            .iter()
            .map(|(id, label)| json!({ "id": id, "label": label }))
            .collect();
        context.insert("root", root(page.url));
        context.insert("title", &super::words::clip(page.title, 200));
        context.insert("about", page.about);
        context.insert("section", page.section);
        context.insert("system", &renderer.system);
        context.insert("toc", &toc);
        context.insert_value("nav", renderer.nav.clone());
        let template = format!("{}.html", page.template);
        let text = renderer.tera.render(&template, &context)?;
        // All pages are in memory at once: what the text grew in goes to the next one.
        Ok((page.url.to_owned(), text.into()))
    }

    /// Addresses as they are written on a page.
    pub(super) fn at(&self, url: &str) -> At<'_, '_> {
        At {
            site: self,
            root: root(url),
        }
    }
}

/// The way from a page to the root.
fn root(url: &str) -> &'static str {
    if url.contains('/') { "../" } else { "" }
}

/// A page from which links lead.
#[derive(Clone, Copy)]
pub(super) struct At<'s, 'a> {
    pub(super) site: &'s Site<'a>,
    pub(super) root: &'static str,
}

impl At<'_, '_> {
    /// Relative address of a page, where there is one.
    pub(super) fn href(&self, kind: Kind, name: &str) -> Option<String> {
        let url = self.site.links.url(kind, name)?;
        Some(format!("{}{url}", self.root))
    }

    /// Relative address of what has that name, whatever it is.
    pub(super) fn any(&self, name: &str) -> Option<String> {
        const KINDS: [Kind; 9] = [
            Kind::Stream,
            Kind::Event,
            Kind::Command,
            Kind::Type,
            Kind::Service,
            Kind::Topic,
            Kind::Queue,
            Kind::Flow,
            Kind::Request,
        ];
        KINDS.iter().find_map(|kind| self.href(*kind, name))
    }

    /// A name with its kind and address, for the templates' `ui.ref`.
    pub(super) fn reference(&self, kind: Kind, name: &str) -> Value {
        json!({ "kind": kind.word(), "name": name, "href": self.href(kind, name) })
    }

    /// As [`reference`](At::reference), for a request of a service.
    pub(super) fn request(&self, service: &str, name: &str) -> Value {
        let href = self.href(Kind::Request, &request_name(service, name));
        json!({ "kind": Kind::Request.word(), "name": name, "href": href })
    }

    /// HTML of a text of the catalog; `null` for none.
    pub(super) fn doc(&self, text: Option<&str>) -> Value {
        text.map_or(Value::Null, |text| super::markdown::html(self, text).into())
    }
}

/// An object of values that are moved into it.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let members = members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Value::Object(members.collect())
}

/// The navigation: kinds that have members, then what is looked at across them.
fn nav(model: &Model, graph: &Graph<'_>) -> Value {
    let count = |kind: Kind| match kind {
        Kind::Domain => graph.domains().count(),
        Kind::Service => model.services().len(),
        Kind::Event => model.events.len(),
        Kind::Command => model.commands.len(),
        Kind::Type => model.types.values().filter(|d| d.owner.is_none()).count(),
        Kind::Topic => {
            let topics = model.topics().values();
            topics
                .filter(|t| t.role == crate::model::TopicRole::Events)
                .count()
        }
        Kind::Queue => model.queues().len(),
        Kind::Request => model.services().values().map(|s| s.requests.len()).sum(),
        Kind::Flow => model.flows.len(),
        Kind::Stream => model.streams.len(),
    };
    let kinds = Kind::ALL.into_iter().filter(|kind| count(*kind) > 0);
    let kinds: Vec<Value> = kinds
        .map(|kind| {
            json!({
                "id": kind.folder(),
                "label": title(kind),
                "url": format!("{}/index.html", kind.folder()),
                "count": html::grouped(count(kind)),
                "kind": kind.word(),
            })
        })
        .collect();
    let across = [
        ("matrix", "Services × events", "matrix.html"),
        ("owners", "Ownership", "owners.html"),
        ("delivery", "Retries and dead letters", "delivery.html"),
        ("changelog", "Changes", "changelog.html"),
        ("rules", "Rules", "rules/index.html"),
    ];
    let across: Vec<Value> = across
        .iter()
        .map(|(id, label, url)| json!({ "id": id, "label": label, "url": url }))
        .collect();
    json!({ "kinds": kinds, "across": across })
}

/// The heading of the list of a kind.
pub(super) fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Domain => "Domains",
        Kind::Service => "Services",
        Kind::Event => "Events",
        Kind::Command => "Commands",
        Kind::Type => "Types",
        Kind::Topic => "Topics",
        Kind::Queue => "Queues",
        Kind::Request => "HTTP requests",
        Kind::Flow => "Flows",
        Kind::Stream => "Streams",
    }
}
