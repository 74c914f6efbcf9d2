//! Where each named type is written, and how small its values can be.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::{FixedLogical, Model, Record, Type, TypeDef, TypeKind};

/// Look-ups that several emitters of Rust need, made once.
#[derive(Debug)]
pub(super) struct Index<'a> {
    model: &'a Model,
    owned: BTreeMap<&'a str, Vec<&'a TypeDef>>,
    min_sizes: HashMap<&'a str, usize>,
    heights: HashMap<&'a str, usize>,
    parsed: HashSet<&'a str>,
}

impl<'a> Index<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        let mut owned: BTreeMap<&str, Vec<&TypeDef>> = BTreeMap::new();
        for def in model.types.values().filter(|def| has_rust(def)) {
            if let Some(owner) = &def.owner {
                owned.entry(owner).or_default().push(def);
            }
        }
        let mut index = Self {
            model,
            owned,
            min_sizes: HashMap::new(),
            heights: heights(model),
            parsed: parsed(model).collect(),
        };
        for (name, def) in &model.types {
            index.measure(name, def);
        }
        index
    }

    pub(super) fn model(&self) -> &'a Model {
        self.model
    }

    /// The types that are written in the file of `owner`, those of its own types included.
    pub(super) fn owned_by(&self, owner: &str) -> Vec<&'a TypeDef> {
        let mut all = Vec::new();
        let mut left: Vec<&TypeDef> = self.directly_owned(owner).rev().collect();
        while let Some(def) = left.pop() {
            all.push(def);
            left.extend(self.directly_owned(&def.name).rev());
        }
        all
    }

    fn directly_owned(&self, owner: &str) -> impl DoubleEndedIterator<Item = &'a TypeDef> {
        self.owned.get(owner).into_iter().flatten().copied()
    }

    /// Whether a request has a parameter or a message a header of that type, so that it is read from
    /// text.
    pub(super) fn is_parsed(&self, name: &str) -> bool {
        self.parsed.contains(name)
    }

    /// The module of the generated crate that exports a type: its owner's, or that of shared types.
    pub(super) fn home(&self, def: &TypeDef) -> &'static str {
        let mut owner = def.owner.as_deref();
        while let Some(name) = owner {
            if self.model.events.contains_key(name) {
                return "crate::events";
            }
            if self.model.commands.contains_key(name) {
                return "crate::commands";
            }
            owner = self
                .model
                .types
                .get(name)
                .and_then(|def| def.owner.as_deref());
        }
        "crate::types"
    }

    /// The least number of bytes a record takes on the wire.
    pub(super) fn min_size_of_record(&self, record: &Record) -> usize {
        record.fields.iter().map(|f| self.min_size(&f.ty)).sum()
    }

    /// The least number of bytes a value of the type takes on the wire, or fewer: a type inside
    /// itself counts for nothing.
    pub(super) fn min_size(&self, ty: &Type) -> usize {
        match ty {
            Type::Null => 0,
            Type::Float => 4,
            Type::Double => 8,
            Type::Fixed(fixed) => fixed.size,
            Type::Boxed(inner) => self.min_size(inner),
            Type::Named(name) => self.min_sizes.get(name.as_str()).copied().unwrap_or(0),
            _ => 1,
        }
    }

    /// How many named types lie inside one another in the least value of the type; `None` where
    /// that is a message which holds itself.
    pub(super) fn height(&self, ty: &Type) -> Option<usize> {
        height_in(&self.heights, ty)
    }

    /// Measures the types inside first; one that is being measured counts for nothing.
    fn measure(&mut self, name: &'a str, def: &'a TypeDef) -> usize {
        if let Some(size) = self.min_sizes.get(name) {
            return *size;
        }
        self.min_sizes.insert(name, 0);
        let size = match &def.kind {
            TypeKind::Record(record) => record.fields.iter().map(|f| self.measured(&f.ty)).sum(),
            TypeKind::Enum(_) => 1,
            TypeKind::Union(union) => {
                let least = union.variants.iter().map(|v| self.measured(&v.ty)).min();
                1 + least.unwrap_or(0)
            }
            TypeKind::Fixed(fixed) => fixed.size,
        };
        self.min_sizes.insert(name, size);
        size
    }

    fn measured(&mut self, ty: &'a Type) -> usize {
        match ty.unboxed() {
            Type::Named(name) => match self.model.types.get_key_value(name) {
                Some((name, def)) => self.measure(name, def),
                None => 0,
            },
            other => self.min_size(other),
        }
    }
}

/// The height of every named type. Blank values take the lowest branch of a union, so they get lower
/// with every step inwards and end.
fn heights(model: &Model) -> HashMap<&str, usize> {
    let mut known = HashMap::new();
    loop {
        let before = known.len();
        let found: Vec<(&str, usize)> = model
            .types
            .iter()
            .filter(|(name, _)| !known.contains_key(name.as_str()))
            .filter_map(|(name, def)| {
                let inside = match &def.kind {
                    TypeKind::Record(record) => record
                        .fields
                        .iter()
                        .try_fold(0, |most, f| Some(most.max(height_in(&known, &f.ty)?)))?,
                    TypeKind::Union(union) => union
                        .variants
                        .iter()
                        .filter_map(|v| height_in(&known, &v.ty))
                        .min()?,
                    TypeKind::Enum(_) | TypeKind::Fixed(_) => 0,
                };
                Some((name.as_str(), inside + 1))
            })
            .collect();
        known.extend(found);
        if known.len() == before {
            return known;
        }
    }
}

fn height_in(known: &HashMap<&str, usize>, ty: &Type) -> Option<usize> {
    match ty.unboxed() {
        Type::Named(name) => known.get(name.as_str()).copied(),
        _ => Some(0),
    }
}

/// Names of the types that parameters of requests and headers of messages have.
fn parsed(model: &Model) -> impl Iterator<Item = &str> {
    let requests = model
        .services()
        .values()
        .flat_map(|service| &service.requests);
    let types = requests
        .flat_map(|request| &request.params)
        .map(|param| &param.ty);
    let headers = model.messages().flat_map(|message| &message.headers.fields);
    types
        .chain(headers.map(|header| &header.ty))
        .filter_map(|ty| match ty {
            Type::Named(name) => Some(name.as_str()),
            Type::Optional { inner, .. } => match &**inner {
                Type::Named(name) => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        })
}

/// Whether Rust has a type of its own for it: a fixed number of bytes is an array there.
pub(super) fn has_rust(def: &TypeDef) -> bool {
    !matches!(def.kind, TypeKind::Fixed(_))
}

/// Whether values of the type are not encoded through `Codec` of their Rust type.
pub(super) fn is_special(ty: &Type) -> bool {
    match ty {
        Type::Optional { inner, null_first } => !null_first || is_special(inner),
        Type::Array(inner) | Type::Map(inner) => is_special(inner),
        Type::Fixed(fixed) => matches!(
            fixed.logical,
            Some(FixedLogical::Uuid | FixedLogical::Decimal { .. })
        ),
        _ => false,
    }
}
