//! Promotions, and what gets lost in them.

use super::Place;
use crate::schema::Kind;
use crate::value::Value;

/// Whether values are read as another type that takes them.
pub(super) fn is_promoted(place: &Place<'_, '_>) -> bool {
    let (writer, reader) = place.kinds();
    std::mem::discriminant(writer) != std::mem::discriminant(reader)
        && crate::resolve::promotes(writer, reader)
        && !place.is_dead()
}

/// The smallest value that does not arrive as it was.
pub(super) fn lost(place: &Place<'_, '_>) -> Option<Value> {
    Some(match place.kinds() {
        (Kind::Int, Kind::Float) => Value::Int((1 << 24) + 1),
        (Kind::Long, Kind::Float) => Value::Long((1 << 24) + 1),
        (Kind::Long, Kind::Double) => Value::Long((1 << 53) + 1),
        (Kind::Bytes, Kind::String) => Value::Bytes(vec![0xff]),
        _ => return None,
    })
}
