//! JSON Schema → types of the catalog. Schemas that are referred to become types with the names
//! they have in the document; what stands in a property becomes a type named after its owner and
//! the property.

mod constraints;
mod defaults;
mod enums;
mod fields;
mod flat;
mod headers;
mod named;
mod scalars;
mod shapes;
mod subtypes;
mod types;
mod unions;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use super::{
    context::{Context, Id, id},
    names::{self, Names},
    native::{self, Draft, Mapping},
    payload::Formatted,
    plan::Plan,
    refs::Target,
};
use crate::{source::Span, syntax::Node};
use constraints::Constraints;
use flat::Flat;
use named::base;
use shapes::Shape;
use subtypes::Subtypes;
pub(super) use types::Ty;

/// Most types in a row that are only another name for the next.
const MAX_ALIASES: usize = 40;

/// The types of all payloads.
pub(super) struct Schemas<'c, 't> {
    cx: &'c Context<'t>,
    names: Names,
    /// Types that have names, by the node of their schema.
    by_node: HashMap<Id, String>,
    /// Branches of the unions that have names.
    unions: BTreeMap<String, Vec<Ty>>,
    /// Values of the enums that have names, as the document writes them, with their symbols.
    enums: BTreeMap<String, Vec<(String, String)>>,
    /// Records that are named and not written yet.
    queue: VecDeque<Job<'t>>,
    drafts: Vec<Draft>,
    /// Records that each record always contains.
    contains: BTreeMap<String, BTreeSet<String>>,
    /// Schemas without a name of their own that are being read.
    aliases: Vec<Id>,
    subtypes: Subtypes<'t>,
    constraints: Constraints,
    /// Messages whose headers have a struct.
    with_headers: HashSet<String>,
}

/// A record to be written.
struct Job<'t> {
    name: String,
    flat: Flat<'t>,
    at: Span,
}

/// Where a type stands: its owner and the field.
#[derive(Clone, Copy)]
struct Place<'p> {
    owner: &'p str,
    field: &'p str,
}

impl Place<'_> {
    /// Name of a type that stands there and has none.
    fn name(&self) -> String {
        let field = names::type_name(self.field).unwrap_or_default();
        format!("{}{}", self.owner, field.trim_start_matches('_'))
    }
}

/// A type as a field or a list uses it.
#[derive(Debug, Clone)]
struct Typed {
    ty: Ty,
    /// Whether null is allowed.
    nullable: bool,
}

impl Typed {
    fn of(ty: Ty) -> Self {
        let nullable = false;
        Self { ty, nullable }
    }
}

impl<'c, 't> Schemas<'c, 't> {
    pub(super) fn new(cx: &'c Context<'t>, plan: &Plan<'t>) -> Self {
        Self {
            cx,
            // Names of messages are distinct already; types make room for them.
            names: plan.names.clone(),
            by_node: HashMap::new(),
            unions: BTreeMap::new(),
            enums: BTreeMap::new(),
            queue: VecDeque::new(),
            drafts: Vec::new(),
            contains: BTreeMap::new(),
            aliases: Vec::new(),
            subtypes: Subtypes::find(cx),
            constraints: Constraints::default(),
            with_headers: HashSet::new(),
        }
    }

    /// Puts the fields of a message's payload; says whether a record was put around it.
    pub(super) fn payload(
        &mut self,
        message: &str,
        schema: &'t Node<'t>,
        body: &mut Mapping,
    ) -> bool {
        let flat = self.flat(schema);
        let at = schema.span;
        let referred = flat.named.as_ref().map(base);
        let owner = referred.clone().unwrap_or_else(|| message.to_owned());
        let mut inner = match flat.named {
            Some(target) => self.flat(target.node),
            None => flat,
        };
        let is_record = match self.shape(&inner) {
            Shape::Record => true,
            Shape::Union(branches) => match self.merged(&inner, &branches) {
                Some(whole) => {
                    inner = whole;
                    true
                }
                None => false,
            },
            _ => false,
        };
        let doc = self.doc(&inner);
        body.put_text("doc", at, doc);
        if is_record {
            let fields = self.fields(&inner, message, &owner);
            if !fields.is_empty() {
                body.put("fields", fields.node());
            }
            return false;
        }
        let place = Place {
            owner: message,
            field: "value",
        };
        let mut typed = self.shaped(&inner, place);
        typed.nullable |= inner.nullable();
        let what = typed.ty.words();
        let said = format!("the payload of `{message}` is {what}, and a payload is a record");
        self.cx
            .changed(at, said, "it becomes the field `value` of one");
        let mut fields = Mapping::new(at);
        let ty = self.spread(typed.optional());
        fields.put("value", text(&ty, false, at));
        body.put("fields", fields.node());
        true
    }

    /// Writes what is queued; all types.
    pub(super) fn finish(mut self) -> Vec<Draft> {
        while let Some(job) = self.queue.pop_front() {
            let mut draft = Draft::new("type", &job.name, job.at);
            let doc = self.doc(&job.flat);
            draft.body.put_text("doc", job.at, doc);
            let fields = self.fields(&job.flat, &job.name, &job.name);
            draft.body.put("fields", fields.node());
            self.drafts.push(draft);
        }
        self.constraints.report(self.cx);
        self.drafts
    }

    /// The type of a schema.
    fn typed(&mut self, schema: &'t Node<'t>, place: Place<'_>) -> Typed {
        let flat = self.flat(schema);
        self.flat_typed(&flat, place)
    }

    fn flat_typed(&mut self, flat: &Flat<'t>, place: Place<'_>) -> Typed {
        let mut typed = match &flat.named {
            Some(target) => self.referred(target),
            None => self.shaped(flat, place),
        };
        typed.nullable |= flat.nullable();
        typed
    }

    /// The type that a reference leads to.
    fn referred(&mut self, target: &Target<'t>) -> Typed {
        let at = target.last.unwrap_or(target.node).span;
        self.reached(target.node, &base(target), at)
    }

    /// The type of a schema that has a name in its document.
    fn reached(&mut self, node: &'t Node<'t>, base: &str, at: Span) -> Typed {
        let node = unwrapped(node);
        let flat = self.flat(node);
        if let Some(name) = self.by_node.get(&id(node)) {
            let ty = Ty::Named(name.clone());
            let nullable = flat.nullable();
            return Typed { ty, nullable };
        }
        if self.aliases.contains(&id(node)) || self.aliases.len() > MAX_ALIASES {
            let message = "this schema is nothing but another name for itself";
            self.cx
                .changed(at, message, "its values travel as JSON text");
            return Typed::of(Ty::Json);
        }
        self.aliases.push(id(node));
        let place = Place {
            owner: base,
            field: "",
        };
        let typed = self.flat_typed(&flat, place);
        self.aliases.pop();
        typed
    }

    /// The type of a schema that is no reference.
    fn shaped(&mut self, flat: &Flat<'t>, place: Place<'_>) -> Typed {
        if let Some(name) = flat.id().and_then(|id| self.by_node.get(&id)) {
            return Typed::of(Ty::Named(name.clone()));
        }
        match self.shape(flat) {
            Shape::Enum => self.enumeration(flat, place),
            Shape::Union(branches) => self.union(flat, &branches, place),
            Shape::Record => self.record(flat, place),
            Shape::Map(Some(values)) => {
                let values = self.typed(values, place).optional();
                Typed::of(Ty::Map(Box::new(self.spread(values))))
            }
            Shape::Map(None) => {
                let message = "an object of any form has no type";
                let becomes = "it becomes a map from names to values as JSON text";
                self.cx.changed(flat.at, message, becomes);
                Typed::of(Ty::Map(Box::new(Ty::Json)))
            }
            Shape::Array(Some(items)) => {
                let items = self.typed(items, place).optional();
                Typed::of(Ty::Array(Box::new(self.spread(items))))
            }
            Shape::Array(None) => {
                let message = "the items of this list may be anything";
                self.cx
                    .changed(flat.at, message, "each travels as JSON text");
                Typed::of(Ty::Array(Box::new(Ty::Json)))
            }
            Shape::Scalar(kind) => self.scalar(flat, kind),
            Shape::Several(kinds) => self.several(flat, &kinds, place),
            // A reference that finds nothing, which was said.
            Shape::Any if flat.parts.is_empty() => Typed::of(Ty::Json),
            Shape::Any => {
                self.cx.changed(
                    flat.at,
                    "a value of any kind has no type",
                    "it travels as JSON text",
                );
                Typed::of(Ty::Json)
            }
        }
    }

    /// A record with a name: written later, so that it may contain itself.
    fn record(&mut self, flat: &Flat<'t>, place: Place<'_>) -> Typed {
        let Some(name) = self.claim(place, flat.at) else {
            return Typed::of(Ty::Json);
        };
        if let Some(id) = flat.id() {
            self.by_node.insert(id, name.clone());
        }
        self.queue.push_back(Job {
            name: name.clone(),
            flat: flat.clone(),
            at: flat.at,
        });
        Typed::of(Ty::Named(name))
    }

    /// A name for what stands at a place.
    fn claim(&mut self, place: Place<'_>, at: Span) -> Option<String> {
        let base = place.name();
        let wanted = ["", "Data", "Value", "Type"].map(|suffix| format!("{base}{suffix}"));
        let name = self.names.claim(&wanted);
        if name.is_none() {
            let message = format!("there are too many types called `{base}`");
            self.cx
                .changed(at, message, "values of this one travel as JSON text");
        }
        name
    }
}

/// The type as the catalog writes it.
fn text(ty: &Ty, nullable: bool, at: Span) -> Node<'static> {
    native::text(at, ty.text(nullable))
}

/// A schema object inside a Multi Format Schema Object, or the node itself.
fn unwrapped<'t>(node: &'t Node<'t>) -> &'t Node<'t> {
    Formatted::of(node).schema
}
