//! Names of an expression: variables, the fields of records, and the keys of maps.

use super::{
    super::{
        cel::Ast,
        numbers::{name, nullable, plain, required},
    },
    Typing,
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    model::{Expr, ExprKind, Type, Variable},
};

impl Typing<'_, '_> {
    pub(super) fn variable(&mut self, ast: &Ast, name: &str) -> Option<Expr> {
        if let Some(found) = self.scope.find(name) {
            return Some(Expr {
                ty: found.ty.clone(),
                kind: ExprKind::Variable(found.variable),
            });
        }
        let names = self.scope.names.iter().map(|n| n.word.as_str());
        let is_field = !self
            .scope
            .fields(Some(Variable::Event), &self.event())
            .is_empty()
            && self
                .scope
                .field(Some(Variable::Event), &self.event(), name)
                .is_some();
        let help = if is_field {
            Some(format!("write `event.{name}`"))
        } else {
            did_you_mean(name, names.clone()).or_else(|| {
                let known: Vec<&str> = names.collect();
                Some(format!(
                    "an expression starts from `{}`",
                    known.join("` or `")
                ))
            })
        };
        let message = format!("`{name}` is not a name of this stream");
        let at = self.text.place(ast.at);
        self.out
            .push(Diagnostic::new(codes::DANGLING, message, at, "not a name").maybe_help(help));
        None
    }

    fn event(&self) -> Type {
        self.scope
            .find("event")
            .map_or(Type::Null, |n| n.ty.clone())
    }

    pub(super) fn select(&mut self, ast: &Ast, of: &Ast, field: &str) -> Option<Expr> {
        let record = self.expr(of)?;
        let variable = match &record.kind {
            ExprKind::Variable(variable) => Some(*variable),
            _ => None,
        };
        let (of_null, record_ty) = (record.is_nullable(), required(&record.ty).clone());
        let several = variable == Some(Variable::Event) && self.scope.sources.len() > 1;
        if !several && self.scope.record(&record_ty).is_none() {
            let message = format!("a {} has no fields", name(&record_ty));
            return self.wrong(of, message, "not a record", None);
        }
        let Some(found) = self.scope.field(variable, &record_ty, field) else {
            self.no_field(ast, field, variable, &record_ty, several);
            return None;
        };
        let ty = plain(&found.ty);
        Some(Expr {
            ty: if of_null { nullable(ty) } else { ty },
            kind: ExprKind::Field {
                of: Box::new(record),
                name: field.to_owned(),
                rust: found.rust,
                declared: found.ty,
            },
        })
    }

    fn no_field(
        &mut self,
        ast: &Ast,
        field: &str,
        variable: Option<Variable>,
        of: &Type,
        several: bool,
    ) {
        let message = if several {
            let all = self.scope.sources.join("` and `");
            format!("`{all}` do not all have a field `{field}` of one type")
        } else {
            format!("`{}` has no field `{field}`", name(of))
        };
        let help = did_you_mean(field, self.scope.fields(variable, of));
        let at = self.text.place((ast.at.1 - field.len(), ast.at.1));
        self.out
            .push(Diagnostic::new(codes::DANGLING, message, at, "not a field").maybe_help(help));
    }

    pub(super) fn lookup(&mut self, of: &Ast, key: &Ast) -> Option<Expr> {
        let (map, key_expr) = (self.never_null(of)?, self.never_null(key)?);
        let Type::Map(values) = &map.ty else {
            let message = format!("only a map is looked up in, this is a {}", name(&map.ty));
            return self.wrong(of, message, "not a map", None);
        };
        if key_expr.ty != Type::String {
            let message = format!("a map's keys are text, this is a {}", name(&key_expr.ty));
            return self.wrong(key, message, "not text", None);
        }
        Some(Expr {
            ty: nullable(plain(values)),
            kind: ExprKind::Lookup {
                map: Box::new(map),
                key: Box::new(key_expr),
            },
        })
    }
}
