//! Which letters are meant.

use std::time::Duration;

use jiff::Timestamp;

use crate::letter::Letter;

/// What a letter must be like; everything that is said must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// One of these reasons.
    pub reasons: Vec<String>,
    /// One of these types: Avro full names, or the catalog's names.
    pub types: Vec<String>,
    /// One of these keys.
    pub keys: Vec<String>,
    /// One of these ids or places.
    pub ids: Vec<String>,
    /// Given up at least that long ago.
    pub older_than: Option<Duration>,
    /// Given up at most that long ago.
    pub newer_than: Option<Duration>,
}

impl Filter {
    /// Whether a letter is meant. One that does not say when it was given up is neither older nor
    /// newer than anything.
    pub fn takes(&self, letter: &Letter, now: Timestamp) -> bool {
        let any = |of: &[String], is: &dyn Fn(&str) -> bool| {
            of.is_empty() || of.iter().any(|wanted| is(wanted))
        };
        let age = letter
            .given_up()
            .map(|time| now.duration_since(time).max(jiff::SignedDuration::ZERO));
        let age = age.map(jiff::SignedDuration::unsigned_abs);
        any(&self.reasons, &|reason| letter.reason() == reason)
            && any(&self.types, &|wanted| is_type(letter, wanted))
            && any(&self.keys, &|key| letter.key().is_some_and(|it| it == key))
            && any(&self.ids, &|name| letter.is_called(name))
            && self
                .older_than
                .is_none_or(|least| age.is_some_and(|age| age >= least))
            && self
                .newer_than
                .is_none_or(|most| age.is_some_and(|age| age <= most))
    }

    /// The ids that none of the letters has.
    pub fn missing<'a>(&'a self, letters: &[Letter]) -> Vec<&'a str> {
        let ids = self.ids.iter().map(String::as_str);
        ids.filter(|id| !letters.iter().any(|letter| letter.is_called(id)))
            .collect()
    }
}

fn is_type(letter: &Letter, wanted: &str) -> bool {
    let Some(name) = letter.message_type() else {
        return false;
    };
    name == wanted || name.rsplit('.').next() == Some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::tests::letter;
    use herald::delivery::dead_letter::names;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn everything_that_is_said_must_hold() {
        let now = at("2026-01-02T00:00:00Z");
        let dead = letter(&[
            ("ce_id", "1"),
            ("ce_source", "/shop/order"),
            ("ce_type", "shop.ordering.OrderPlaced"),
            ("ce_subject", "k"),
            (names::REASON, "rejected"),
            (names::TIME, "2026-01-01T00:00:00Z"),
        ]);
        let words = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let all = Filter {
            reasons: words(&["undecodable", "rejected"]),
            types: words(&["OrderPlaced"]),
            keys: words(&["k"]),
            ids: words(&["1"]),
            older_than: Some(Duration::from_hours(23)),
            newer_than: Some(Duration::from_hours(25)),
        };
        assert!(all.takes(&dead, now));
        let others = [
            Filter {
                reasons: words(&["unknown"]),
                ..all.clone()
            },
            Filter {
                types: words(&["Placed"]),
                ..all.clone()
            },
            Filter {
                keys: words(&["l"]),
                ..all.clone()
            },
            Filter {
                ids: words(&["2"]),
                ..all.clone()
            },
            Filter {
                older_than: Some(Duration::from_hours(25)),
                ..all.clone()
            },
            Filter {
                newer_than: Some(Duration::from_hours(23)),
                ..all.clone()
            },
        ];
        assert!(others.iter().all(|filter| !filter.takes(&dead, now)));
        assert!(Filter::default().takes(&dead, now));
        assert_eq!(others[3].missing(&[dead]), ["2"]);
    }

    #[test]
    fn a_letter_without_a_time_has_no_age() {
        let now = at("2026-01-02T00:00:00Z");
        let old = Filter {
            older_than: Some(Duration::ZERO),
            ..Filter::default()
        };
        assert!(!old.takes(&letter(&[]), now));
    }
}
