//! Type expressions → types of the model. Types that a field owns get their names here.

use std::sync::Arc;

use super::{
    expression::{self, Expr, Problem},
    index::Index,
    union,
};
use crate::{
    diagnostic::{Diagnostic, codes, nearest},
    ident,
    model::{Fixed, FixedLogical, Type, TypeDef, TypeKind},
    source::Span,
    syntax::Node,
};

/// Primitive and logical types by name.
pub(super) const PLAIN: &[(&str, Type)] = &[
    ("boolean", Type::Boolean),
    ("int", Type::Int),
    ("long", Type::Long),
    ("float", Type::Float),
    ("double", Type::Double),
    ("bytes", Type::Bytes),
    ("string", Type::String),
    ("uuid", Type::Uuid),
    ("date", Type::Date),
    ("time-millis", Type::TimeMillis),
    ("time-micros", Type::TimeMicros),
    ("timestamp-millis", Type::TimestampMillis),
    ("timestamp-micros", Type::TimestampMicros),
    ("timestamp-nanos", Type::TimestampNanos),
    ("local-timestamp-millis", Type::LocalTimestampMillis),
    ("local-timestamp-micros", Type::LocalTimestampMicros),
    ("local-timestamp-nanos", Type::LocalTimestampNanos),
];

/// Names people type out of habit, and what they mean here.
const HABITS: &[(&str, &str)] = &[
    ("bool", "boolean"),
    ("integer", "int"),
    ("i32", "int"),
    ("int32", "int"),
    ("i64", "long"),
    ("int64", "long"),
    ("f64", "double"),
    ("f32", "float"),
    ("number", "double"),
    ("str", "string"),
    ("text", "string"),
    ("String", "string"),
    ("timestamp", "timestamp-millis"),
    ("datetime", "timestamp-millis"),
    ("array", "[T]"),
    ("list", "[T]"),
    ("decimal", "decimal(12, 2)"),
    ("map", "map<T>"),
    ("fixed", "fixed(16)"),
];

/// Lowers the types of one owner: a record, an event, a command, or a service's requests.
pub(super) struct Lower<'a, 'o> {
    pub(super) index: &'o Index<'a>,
    /// Name and namespace of the record whose fields are lowered; none where a type can own none.
    pub(super) owner: Option<(&'o str, &'o str)>,
    /// Types that fields own.
    pub(super) owned: Vec<TypeDef>,
    pub(super) out: &'o mut Vec<Diagnostic>,
}

impl Lower<'_, '_> {
    /// The type that a node writes, for a field of that name.
    pub(super) fn node(&mut self, node: &Node<'_>, field: &str) -> Option<Type> {
        match expression::parse(node) {
            Ok(expr) => self.expr(&expr, field),
            Err(Problem { message, help, at }) => {
                let help = help.or_else(|| {
                    Some("see `cargo xtask explain H017` for how types are written".into())
                });
                self.out.push(
                    Diagnostic::new(codes::BAD_TYPE, message, at, "not a type").maybe_help(help),
                );
                None
            }
        }
    }

    fn expr(&mut self, expr: &Expr, field: &str) -> Option<Type> {
        match expr {
            Expr::Name(name, at) => self.name(name, *at),
            Expr::Call(name, numbers, at) => self.call(name, numbers, *at, field),
            Expr::Array(items) => Some(Type::Array(Box::new(self.expr(items, field)?))),
            Expr::Map(values) => Some(Type::Map(Box::new(self.expr(values, field)?))),
            Expr::Optional(inner, at) => self.optional(inner, *at, field),
            Expr::Union(branches, at) => self.union(branches, *at, field),
        }
    }

    fn optional(&mut self, inner: &Expr, at: Span, field: &str) -> Option<Type> {
        if let Expr::Union(branches, _) = inner {
            let null = std::iter::once(Expr::Name("null".into(), at));
            return self.union(
                &null.chain(branches.iter().cloned()).collect::<Vec<_>>(),
                at,
                field,
            );
        }
        let inner = self.expr(inner, field)?;
        self.not_a_union(&inner, at)?;
        Some(Type::Optional {
            inner: Box::new(inner),
            null_first: true,
        })
    }

    fn union(&mut self, branches: &[Expr], at: Span, field: &str) -> Option<Type> {
        let null = |e: &&Expr| matches!(e, Expr::Name(name, _) if name == "null");
        let others: Vec<&Expr> = branches.iter().filter(|e| !null(e)).collect();
        if let (true, [only]) = (others.len() < branches.len(), others.as_slice()) {
            return self.optional(only, at, field);
        }
        let mut types = Vec::new();
        for branch in branches {
            if null(&branch) {
                types.push(Type::Null);
                continue;
            }
            let ty = self.expr(branch, field)?;
            self.not_a_union(&ty, at)?;
            types.push(ty);
        }
        // `null` first, so that null can be the default.
        types.sort_by_key(|t| *t != Type::Null);
        let Some((owner, namespace)) = self.owner else {
            let message = "a union needs a name here";
            let help = "declare it as `type: Name` with `union: [A, B]`, and use the name";
            self.out.push(
                Diagnostic::new(codes::BAD_UNION, message, at, "no field owns it").help(help),
            );
            return None;
        };
        let kind = TypeKind::Union(union::definition(self.index, types, at, self.out)?);
        let name = format!("{}{}", ident::pascal(owner), ident::pascal(field));
        if self.owned.iter().any(|t| t.name == name) {
            let message = format!("the field `{field}` has two unions");
            let help = "declare one as `type: Name` with `union: [A, B]`, and use the name";
            self.out
                .push(Diagnostic::new(codes::BAD_UNION, message, at, "the second").help(help));
            return None;
        }
        let (owner, namespace) = (owner.to_owned(), namespace.to_owned());
        self.owned
            .push(owned(name.clone(), namespace, owner, kind, self.index, at));
        Some(Type::Named(name))
    }

    fn not_a_union(&mut self, ty: &Type, at: Span) -> Option<()> {
        let nested = match ty {
            Type::Named(name) => self.index.is_union(name),
            Type::Optional { .. } | Type::Null => true,
            _ => false,
        };
        if nested {
            let message = "Avro has no union inside a union";
            let help = "write the branches in one union; `null` may be one of them";
            self.out
                .push(Diagnostic::new(codes::BAD_UNION, message, at, "nested").help(help));
        }
        (!nested).then_some(())
    }

    fn name(&mut self, name: &str, at: Span) -> Option<Type> {
        if let Some((_, ty)) = PLAIN.iter().find(|(plain, _)| *plain == name) {
            return Some(ty.clone());
        }
        if name == "duration" {
            return Some(Type::Fixed(Arc::new(duration())));
        }
        if let Some(fixed) = self.index.fixed(name) {
            return Some(Type::Fixed(Arc::new(fixed)));
        }
        if self.index.types.contains_key(name) {
            return Some(Type::Named(name.to_owned()));
        }
        let help = self.meant(name);
        let message = format!("there is no type `{name}`");
        self.out
            .push(Diagnostic::new(codes::DANGLING, message, at, "not declared").help(help));
        None
    }

    /// What to type in place of a name that is no type.
    fn meant(&self, name: &str) -> String {
        let habit = |name: &str| {
            HABITS
                .iter()
                .find(|(typed, _)| *typed == name)
                .map(|(_, meant)| *meant)
        };
        if name == "null" {
            return "write `T?` for null or T".to_owned();
        }
        if self.index.events.contains_key(name) || self.index.commands.contains_key(name) {
            return format!("`{name}` is a message; move what both need into a `type`");
        }
        let plain = PLAIN
            .iter()
            .map(|(name, _)| *name)
            .chain(["duration", "decimal", "fixed", "map"]);
        let near = nearest(name, plain.chain(self.index.types.keys().copied()));
        match (habit(name).or_else(|| near.and_then(habit)), near) {
            (Some(meant), _) => format!("write `{meant}`"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => format!("declare it with `type: {name}`"),
        }
    }

    fn call(&mut self, name: &str, numbers: &[u64], at: Span, field: &str) -> Option<Type> {
        match (name, numbers) {
            ("decimal", &[precision, scale]) => self.decimal(precision, scale, at),
            ("decimal", &[precision]) => self.decimal(precision, 0, at),
            ("fixed", &[size]) => self.fixed(size, at, field),
            ("decimal", _) => {
                let message = "a decimal has a precision and a scale";
                let help = "write digits in all and digits after the point: `decimal(12, 2)`";
                self.out.push(
                    Diagnostic::new(codes::BAD_DECIMAL, message, at, "not a decimal").help(help),
                );
                None
            }
            _ => {
                let message = format!("`{name}` takes no numbers");
                let help = "only `decimal(precision, scale)` and `fixed(size)` do";
                self.out
                    .push(Diagnostic::new(codes::BAD_TYPE, message, at, "not a type").help(help));
                None
            }
        }
    }

    fn decimal(&mut self, precision: u64, scale: u64, at: Span) -> Option<Type> {
        let message = if !(1..=38).contains(&precision) {
            format!("a decimal has 1 to 38 digits, not {precision}")
        } else if scale > precision {
            format!("a decimal of {precision} digits cannot have {scale} of them after the point")
        } else {
            return Some(Type::Decimal {
                precision: precision as u32,
                scale: scale as u32,
            });
        };
        let help = "write digits in all and digits after the point: `decimal(12, 2)`";
        self.out
            .push(Diagnostic::new(codes::BAD_DECIMAL, message, at, "not a decimal").help(help));
        None
    }

    fn fixed(&mut self, size: u64, at: Span, field: &str) -> Option<Type> {
        if !(1..=1_048_576).contains(&size) {
            let message = format!("a fixed type has 1 to 1048576 bytes, not {size}");
            self.out
                .push(Diagnostic::new(codes::BAD_TYPE, message, at, "not a size"));
            return None;
        }
        let Some((owner, namespace)) = self.owner else {
            let message = "a fixed type needs a name here";
            let help = format!("declare it as `type: Name` with `fixed: {size}`, and use the name");
            self.out
                .push(Diagnostic::new(codes::BAD_TYPE, message, at, "no field owns it").help(help));
            return None;
        };
        let name = format!("{}{}", ident::pascal(owner), ident::pascal(field));
        let namespace = namespace.to_owned();
        Some(Type::Fixed(Arc::new(Fixed {
            name,
            namespace,
            size: size as usize,
            logical: None,
        })))
    }
}

/// A type that a field owns.
pub(super) fn owned(
    name: String,
    namespace: String,
    owner: String,
    kind: TypeKind,
    index: &Index<'_>,
    at: Span,
) -> TypeDef {
    TypeDef {
        rust: ident::rust_type(&name),
        module: ident::rust_module(&name),
        name,
        namespace,
        avro_name: None,
        doc: None,
        aliases: Vec::new(),
        version: None,
        owner: Some(owner),
        kind,
        source: index.sources.source(at),
    }
}

/// Avro's `duration` is a fixed type and needs a name; every catalog has the same.
fn duration() -> Fixed {
    Fixed {
        name: "Duration".into(),
        namespace: "herald".into(),
        size: 12,
        logical: Some(FixedLogical::Duration),
    }
}
