//! What the event store says of orders and goods.

use std::collections::BTreeMap;

use generated::events::{OrderCancelled, StockRejected, StockReleased};
use herald::Message;
use herald::avro::codec::{Codec, Reader};
use herald::transport::Record;
use inventory::shelf::ReservationState;
use uuid::Uuid;

use crate::collect::{kind, order_of};

/// Magic byte and schema id before the datum.
const FRAME: usize = 5;

/// Why orders were cancelled, by the kind of cause.
pub(super) fn causes(records: &[Record]) -> BTreeMap<&'static str, usize> {
    let mut by_order = BTreeMap::<Uuid, &'static str>::new();
    for record in of_type(records, OrderCancelled::TYPE) {
        // The services that ran were built with this program: the writer's schema is ours.
        let datum = record
            .payload
            .as_deref()
            .and_then(|bytes| bytes.get(FRAME..));
        let event = datum.map(|datum| OrderCancelled::decode(&mut Reader::new(datum)));
        let kind = match event {
            Some(Ok(event)) => kind(&event.cause),
            _ => "unreadable",
        };
        by_order.extend(order_of(record).map(|order_id| (order_id, kind)));
    }
    let mut causes = BTreeMap::new();
    for kind in by_order.into_values() {
        *causes.entry(kind).or_default() += 1;
    }
    causes
}

/// Goods that were not there, and goods that went back to the shelf.
pub(super) fn reservations(records: &[Record]) -> BTreeMap<Uuid, ReservationState> {
    let rejected = of_type(records, StockRejected::TYPE).map(|r| (r, ReservationState::Rejected));
    let released = of_type(records, StockReleased::TYPE).map(|r| (r, ReservationState::Released));
    let both = rejected.chain(released);
    both.filter_map(|(record, state)| Some((order_of(record)?, state)))
        .collect()
}

fn of_type<'a>(records: &'a [Record], name: &'a str) -> impl Iterator<Item = &'a Record> {
    let is = move |record: &&Record| record.headers.text("ce_type") == Some(name);
    records.iter().filter(is)
}
