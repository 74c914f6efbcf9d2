//! The parts of a request that generated code reads its fields from.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use bytes::Bytes;

use super::error::Violation;
use super::json;
use crate::avro::codec::Described;

/// Path, query and body of a request.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    pub(crate) path: BTreeMap<String, String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// Everything that is wrong with a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invalid(Vec<Violation>);

impl Invalid {
    /// Adds something that is wrong.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(Violation {
            path: path.into(),
            message: message.into(),
        });
    }

    /// What is wrong, in the order of the request's fields.
    pub fn violations(&self) -> &[Violation] {
        &self.0
    }

    pub(crate) fn into_violations(self) -> Vec<Violation> {
        self.0
    }
}

impl Parts {
    /// Reads fields one by one, noting all that is wrong.
    ///
    /// ```ignore
    /// let mut fields = parts.fields();
    /// let payment_id = fields.path("payment_id");
    /// let body = fields.body();
    /// fields.finish(|| Some(Self { payment_id: payment_id?, body: body? }))
    /// ```
    pub fn fields(&self) -> Fields<'_> {
        Fields {
            parts: self,
            known: Vec::new(),
            invalid: Invalid::default(),
        }
    }
}

/// Reads the fields of one request. Each method gives `None` where the field is
/// wrong, and notes why.
#[derive(Debug)]
pub struct Fields<'a> {
    parts: &'a Parts,
    known: Vec<&'static str>,
    invalid: Invalid,
}

impl Fields<'_> {
    /// A parameter of the path.
    pub fn path<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.parts.path.get(name).map_or("", String::as_str);
        self.parse("path", name, text)
    }

    /// A parameter of the query that must be there.
    pub fn query<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let value = self.query_optional(name)?;
        if value.is_none() {
            self.invalid.add(format!("query.{name}"), "is missing");
        }
        value
    }

    /// A parameter of the query that may be left out.
    pub fn query_optional<T>(&mut self, name: &'static str) -> Option<Option<T>>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.known.push(name);
        let mut given = self.parts.query.iter().filter(|(at, _)| at == name);
        let Some((_, text)) = given.next() else {
            return Some(None);
        };
        if given.next().is_some() {
            self.invalid
                .add(format!("query.{name}"), "is given more than once");
            return None;
        }
        self.parse("query", name, text).map(Some)
    }

    /// The body, JSON by the type's schema.
    pub fn body<T: Described + 'static>(&mut self) -> Option<T> {
        match json::from_json(&self.parts.body) {
            Ok(value) => Some(value),
            Err(errors) => {
                for (path, message) in errors {
                    self.invalid.add(path, message);
                }
                None
            }
        }
    }

    /// The request, or all that was wrong with it: unknown parameters of the
    /// query too.
    pub fn finish<R>(mut self, build: impl FnOnce() -> Option<R>) -> Result<R, Invalid> {
        for (name, _) in &self.parts.query {
            if !self.known.iter().any(|known| known == name) {
                self.invalid.add(
                    format!("query.{name}"),
                    "is not a parameter of this request",
                );
            }
        }
        match build() {
            Some(request) if self.invalid.0.is_empty() => Ok(request),
            _ => Err(self.invalid),
        }
    }

    fn parse<T>(&mut self, place: &str, name: &str, text: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.invalid
                    .add(format!("{place}.{name}"), error.to_string());
                None
            }
        }
    }
}
