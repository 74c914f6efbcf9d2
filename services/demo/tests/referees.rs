//! Every generated type of the example against apache-avro and Avro's Java library: what one
//! writes the others read, with equal values.
//!
//! Needs a JDK and Maven, so it runs on demand: `mvn -q package` in `avro/java`, then
//! `cargo test -p demo --test referees -- --ignored`.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../../avro/tests/support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::path::Path;

use generated::order::PaymentOverdue;
use generated::{commands::*, events::*, types::*};
use herald::avro::Described;
use support::described::agree;
use support::java::Referee;

/// Random values of each type.
const VALUES: u32 = 200;

/// Holds each type in turn, and returns the names of all of them.
macro_rules! hold {
    ($($type:ty)*) => {{
        let mut java = Referee::start();
        $(agree::<$type>(Some(&mut java), 1, VALUES);)*
        [$(full_name(&<$type>::schema_json())),*]
    }};
}

#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn every_type_is_read_and_written_alike() {
    let held = hold!(
        OrderPlaced OrderConfirmed OrderCancelled OrderCancelledCause OrderRefunded
        PaymentAuthorized PaymentCaptured PaymentDeclined PaymentRefunded PaymentVoided
        StockDepleted StockReceived StockRejected StockReleased StockReserved StockReturned
        RefundPayment RestockItems SendEmail PaymentOverdue
        Dashboard DeclineReason Declines DraftLine EventCount MailTemplate MailView MinuteFigures Money MinuteSales OrderDraft OrderLine
        OrderState OrderView OrdersInState OutOfStock PaymentRefused PaymentState
        PaymentUnanswered PaymentView RefundRequest Revenue SalesChannel StockLevel StockLine
        StockReceipt Withdrawal WithdrawnByCustomer
        DeclinesByReason OrderSold SalesPerMinute
    );
    let held: BTreeSet<String> = held.into_iter().flatten().collect();
    let missing: Vec<String> = written()
        .into_iter()
        .filter(|name| !held.contains(name))
        .collect();
    assert!(
        missing.is_empty(),
        "add these types to the list above: {missing:?}"
    );
}

/// The full name in a schema; a union has none.
fn full_name(schema: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(schema).unwrap();
    let (namespace, name) = (json["namespace"].as_str(), json["name"].as_str()?);
    Some(namespace.map_or_else(|| name.to_owned(), |space| format!("{space}.{name}")))
}

/// The full names of the records and enums that have a schema of their own in `generated/avro`.
fn written() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated/avro");
    let files = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let schemas = files.filter(|path| path.extension().is_some_and(|end| end == "avsc"));
    schemas
        .filter_map(|path| full_name(&std::fs::read_to_string(path).unwrap()))
        .collect()
}
