//! The other side of a join or a look-up: both sides are keyed by the field they meet on.

use super::{
    numbers::{self, plain},
    scope::Schemas,
    short::Side,
    text::Text,
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    ident,
    model::{Event, Meet, Other, Type},
};

/// What a stream's own sources and the other side are checked against.
pub(super) struct Sides<'s, 'n> {
    pub(super) schemas: Schemas<'n>,
    pub(super) sources: &'s [String],
    pub(super) out: &'s mut Vec<Diagnostic>,
}

impl Sides<'_, '_> {
    /// Resolves the other side; `known` tells whether an unknown event was reported already.
    pub(super) fn other(
        &mut self,
        side: &Side<'_>,
        meet: Meet,
        known: &dyn Fn(&str) -> bool,
    ) -> Option<Other> {
        let event = self.event(side.event, known)?;
        let right = self.keyed(event, side.key)?;
        let mut agree = true;
        for source in self.sources {
            let Some(left) = self.schemas.messages.events.get(source) else {
                continue;
            };
            let Some(ty) = self.keyed(left, side.key) else {
                agree = false;
                continue;
            };
            if ty != right {
                agree = false;
                let message = format!(
                    "`{}` is a {} in `{source}` and a {} in `{}`",
                    side.key.text,
                    numbers::name(&ty),
                    numbers::name(&right),
                    event.message.name
                );
                let help = "a join needs one type of key on both sides";
                let at = side.key.span();
                let wrong = Diagnostic::new(codes::BAD_JOIN, message, at, "of two types");
                self.out.push(wrong.help(help));
            }
        }
        let name = side.name.map_or_else(
            || ident::snake(&event.message.name),
            |name| name.text.to_owned(),
        );
        agree.then(|| Other {
            event: event.message.name.clone(),
            name,
            key: side.key.text.to_owned(),
            left: side.left,
            meet,
        })
    }

    /// The event that a word names.
    pub(super) fn event<'n>(
        &mut self,
        word: Text<'_>,
        known: &dyn Fn(&str) -> bool,
    ) -> Option<&'n Event>
    where
        Self: 'n,
    {
        if let Some(event) = self.schemas.messages.events.get(word.text) {
            return Some(event);
        }
        if !known(word.text) {
            let message = format!("`{}` is not an event of this catalog", word.text);
            let names = self.schemas.messages.events.keys().map(String::as_str);
            let help = did_you_mean(word.text, names)
                .unwrap_or_else(|| "declare it, or name an event that is declared".to_owned());
            self.out.push(
                Diagnostic::new(codes::DANGLING, message, word.span(), "not declared").help(help),
            );
        }
        None
    }

    /// The type of an event's key, which must be that field.
    pub(super) fn keyed(&mut self, event: &Event, key: Text<'_>) -> Option<Type> {
        let message = &event.message;
        let name = &message.name;
        let Some(field) = message.record.field(key.text) else {
            let text = format!("`{name}` has no field `{}`", key.text);
            let fields = message.record.fields.iter().map(|f| f.name.as_str());
            let help = did_you_mean(key.text, fields);
            let wrong = Diagnostic::new(codes::DANGLING, text, key.span(), "not a field");
            self.out.push(wrong.maybe_help(help));
            return None;
        };
        if message.key.as_deref() == Some(key.text) {
            return Some(plain(&field.ty));
        }
        let (text, help) = match &message.key {
            Some(own) => (
                format!("`{name}` is keyed by `{own}`, not by `{}`", key.text),
                format!(
                    "join on `{own}`, or group `{name}` by `{}` in a stream of its own first",
                    key.text
                ),
            ),
            None => (
                format!("`{name}` has no key, so its records lie in any partition"),
                format!("write `key: {}` in `event: {name}`", key.text),
            ),
        };
        let wrong = Diagnostic::new(codes::BAD_JOIN, text, key.span(), "not its key");
        self.out.push(wrong.help(help));
        None
    }
}
