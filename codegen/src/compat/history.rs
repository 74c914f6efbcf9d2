//! The versions of a message that somebody may have data or code of, and those that a mode names.

use std::borrow::Cow;

use herald_avro::schema::parse;

use super::{
    finding::{Direction, Target, When},
    scene::{Scene, former},
};
use crate::{
    frozen,
    lint::Place,
    model::{Compatibility, Message, Model},
};

/// A version that somebody has data or code of.
pub(crate) struct Known<'a> {
    /// Version, from 1.
    pub(crate) version: u32,
    /// What it is frozen as, or would be: JSON text.
    pub(crate) schema: Cow<'a, str>,
    /// Words for it, such as `version 2`.
    pub(crate) words: String,
    /// Where it stands.
    origin: Origin<'a>,
}

enum Origin<'a> {
    /// A frozen file, below the catalog.
    File { when: When, path: &'a str },
    /// The catalog before, in which it was the current version.
    Catalog {
        model: &'a Model,
        message: &'a Message,
    },
}

impl Known<'_> {
    /// Where a field of a record stands in this version, or the version itself.
    pub(crate) fn place(&self, record: &str, field: Option<&str>) -> (When, Target) {
        match &self.origin {
            Origin::File { when, path } => {
                let json = serde_json::from_str(&self.schema).unwrap_or_default();
                let target = Target::Json {
                    file: (*path).to_owned(),
                    pointer: super::place::pointer(&json, record, field),
                };
                (*when, target)
            }
            Origin::Catalog { model, message } => {
                let place = super::place::member(model, record, field);
                let head = || Place::new(&message.source, [message.name.as_str()]);
                (When::Before, Target::Words(place.unwrap_or_else(head)))
            }
        }
    }
}

impl Known<'_> {
    /// Where a header stands in this version.
    pub(crate) fn place_of_header(&self, name: &str) -> (When, Target) {
        match &self.origin {
            Origin::File { when, path } => {
                let target = Target::Json {
                    file: (*path).to_owned(),
                    pointer: frozen::pointer(&self.schema, name),
                };
                (*when, target)
            }
            Origin::Catalog { message, .. } => {
                let place = message.headers.field(name).map_or_else(
                    || Place::new(&message.source, [message.name.as_str()]),
                    |header| Place::field(&message.source, header),
                );
                (When::Before, Target::Words(place))
            }
        }
    }
}

/// Every version but the one that the catalog has now, lowest first. A frozen version of the same
/// number counts when it differs.
pub(crate) fn known<'a>(scene: &Scene<'a>, message: &Message, written: &str) -> Vec<Known<'a>> {
    let when = scene.frozen_when();
    let names = std::iter::once(message.name.as_str());
    let aliases = message.aliases.iter();
    let names = names.chain(aliases.map(|a| a.rsplit('.').next().unwrap_or(a)));
    let mut known: Vec<Known<'a>> = names
        .filter_map(|name| scene.frozen().get(name))
        .flatten()
        .map(|frozen| Known {
            version: frozen.version,
            schema: Cow::Borrowed(&frozen.schema),
            words: format!("version {}", frozen.version),
            origin: Origin::File {
                when,
                path: &frozen.path,
            },
        })
        .collect();
    known.sort_by_key(|k| k.version);
    if let Some(current) = scene.before().and_then(|m| in_catalog(m, message)) {
        // What is frozen is what others have, whatever the catalog says beside it.
        if known.iter().all(|k| k.version != current.version) {
            known.push(current);
            known.sort_by_key(|k| k.version);
        }
    }
    // A registry counts by itself.
    let counts = scene.has_our_numbers();
    known.retain(|k| !same(scene, &k.schema, written) && (!counts || k.version <= message.version));
    known
}

/// Whether a known schema is the one that is written. A registry may write it down in another way,
/// such as without a namespace that is the enclosing one's.
fn same(scene: &Scene<'_>, known: &str, written: &str) -> bool {
    let normal = |text| parse(text).map(|schema| schema.to_json());
    known == written
        || !scene.has_our_numbers()
            && matches!((normal(known), normal(written)), (Ok(a), Ok(b)) if a == b)
}

/// Whether a message changed since what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// It did, or is new.
    Changed,
    /// It is frozen as it is.
    Frozen,
    /// The catalog before has it as it is, in the same mode.
    SameCatalog,
}

/// Whether a message changed.
pub(crate) fn since(scene: &Scene<'_>, message: &Message, written: &str) -> Since {
    if let Some(before) = scene.before() {
        let same = former(before, message).is_some_and(|former| {
            former.compatibility == message.compatibility && frozen::text(before, former) == written
        });
        return if same {
            Since::SameCatalog
        } else {
            Since::Changed
        };
    }
    let frozen = scene.frozen().get(&message.name).into_iter().flatten();
    let counts = scene.has_our_numbers();
    let mut as_it_is = frozen
        .filter(|f| (!counts || f.version == message.version) && same(scene, &f.schema, written));
    if as_it_is.next().is_some() {
        Since::Frozen
    } else {
        Since::Changed
    }
}

fn in_catalog<'a>(before: &'a Model, message: &Message) -> Option<Known<'a>> {
    let former = former(before, message)?;
    Some(Known {
        version: former.version,
        schema: Cow::Owned(frozen::text(before, former)),
        words: format!("version {} before the change", former.version),
        origin: Origin::Catalog {
            model: before,
            message: former,
        },
    })
}

/// The directions that a mode promises.
pub(crate) fn directions(mode: Compatibility) -> &'static [Direction] {
    use Compatibility as C;
    match mode {
        C::Backward | C::BackwardTransitive => &[Direction::Backward],
        C::Forward | C::ForwardTransitive => &[Direction::Forward],
        C::Full | C::FullTransitive => &[Direction::Backward, Direction::Forward],
        C::None => &[],
    }
}

/// The versions that a mode promises to get along with.
pub(crate) fn promised<'k, 'a>(mode: Compatibility, known: &'k [Known<'a>]) -> &'k [Known<'a>] {
    use Compatibility as C;
    match mode {
        C::BackwardTransitive | C::ForwardTransitive | C::FullTransitive => known,
        C::Backward | C::Forward | C::Full => {
            let last = known.last().map_or(0, |k| k.version);
            let first = known.partition_point(|k| k.version < last);
            known.get(first..).unwrap_or_default()
        }
        C::None => &[],
    }
}
