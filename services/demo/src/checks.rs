//! What must hold once everything came to rest.

mod analytics;
mod page;
mod streams;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Display};

use generated::types::OrderState;
use inventory::shelf::ReservationState;
use payment::rehearsal::Holding;

use crate::expected::{Expected, expected};
use crate::facts::{Endings, Facts};
use crate::report::thousands;

/// What was checked, and what differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What must hold.
    pub name: &'static str,
    /// A figure worth seeing beside the tick.
    pub note: String,
    /// What differs; empty if it holds.
    pub differences: Vec<String>,
}

impl Check {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Checks everything.
pub fn check(facts: &Facts) -> Vec<Check> {
    let expected = expected(&facts.orders, &facts.states);
    let mut checks = vec![
        one_final_state(facts),
        stock_never_negative(facts),
        stock_adds_up(facts, &expected),
        money_adds_up(facts, &expected),
        each_mail_once(facts, &expected),
        analytics::agree(facts, &expected),
        page::agrees(facts, &expected),
        no_dead_letters(facts),
    ];
    if let Some(emitted) = &facts.streams {
        checks.push(streams::agree(facts, emitted));
    }
    if facts.as_planned {
        checks.push(every_ending_occurs(facts));
    }
    checks
}

fn check_of(name: &'static str, note: String, differences: Vec<String>) -> Check {
    Check {
        name,
        note,
        differences,
    }
}

/// Adds a difference if two values differ.
fn same<T: Copy + PartialEq + Debug>(
    out: &mut Vec<String>,
    what: impl Display,
    found: T,
    expected: T,
) {
    if found != expected {
        out.push(format!("{what}: found {found:?}, expected {expected:?}"));
    }
}

fn one_final_state(facts: &Facts) -> Check {
    let mut differences = Vec::new();
    for order in &facts.orders {
        let number = order.number;
        let endings = facts.endings.get(&order.order_id).copied();
        let wanted = match facts.states.get(&order.order_id) {
            Some(OrderState::Confirmed) => (1, 0, 0),
            Some(OrderState::Cancelled) => (0, 1, 0),
            Some(OrderState::Refunded) => (1, 0, 1),
            other => {
                differences.push(format!("order {number} is {other:?}"));
                continue;
            }
        };
        let (confirmed, cancelled, refunded) = wanted;
        let wanted = Endings {
            confirmed,
            cancelled,
            refunded,
        };
        let what = format!("events of order {number}");
        same(&mut differences, what, endings.unwrap_or_default(), wanted);
    }
    if facts.states.len() > facts.orders.len() {
        let more = facts.states.len() - facts.orders.len();
        differences.push(format!("{more} orders that nobody placed"));
    }
    let note = format!("{} orders", facts.orders.len());
    check_of(
        "every order ends in exactly one final state",
        note,
        differences,
    )
}

fn stock_never_negative(facts: &Facts) -> Check {
    let mut differences = Vec::new();
    let fewest = facts.fewest_free;
    if let Some(fewest) = fewest.filter(|fewest| *fewest < 0) {
        differences.push(format!("{fewest} free pieces were written"));
    }
    for (sku, level) in &facts.levels {
        if level.on_hand < 0 || level.reserved < 0 || level.free() < 0 {
            differences.push(format!("{sku}: {level:?}"));
        }
    }
    let note = match fewest {
        Some(fewest) => format!("never fewer than {fewest} free"),
        None => "the database refuses it".to_owned(),
    };
    check_of("stock is never negative", note, differences)
}

fn stock_adds_up(facts: &Facts, expected: &Expected) -> Check {
    let mut differences = Vec::new();
    let skus: BTreeSet<&String> = facts.initial.keys().chain(facts.levels.keys()).collect();
    let mut pieces = 0;
    for sku in skus {
        let level = facts.levels.get(sku).copied().unwrap_or_default();
        let initial = facts.initial.get(sku).copied().unwrap_or_default();
        let sold = expected.sold.get(sku).copied().unwrap_or_default();
        pieces += level.on_hand;
        same(&mut differences, sku, level.on_hand, initial - sold);
        same(
            &mut differences,
            format!("{sku} reserved"),
            level.reserved,
            0,
        );
    }
    let note = format!("{} pieces left", thousands(pieces));
    check_of("stock = initial − confirmed", note, differences)
}

fn money_adds_up(facts: &Facts, expected: &Expected) -> Check {
    let mut differences = Vec::new();
    let (mut captured, mut refunded) = (0, 0);
    for (order_id, (cents, holding)) in &facts.holdings {
        match holding {
            Holding::Captured => captured += cents,
            Holding::Refunded => {
                captured += cents;
                refunded += cents;
            }
            Holding::Voided => {}
            Holding::Held | Holding::Pending => {
                differences.push(format!("order {order_id} still has {holding:?} money"));
            }
        }
    }
    same(
        &mut differences,
        "captured",
        captured,
        expected.captured_cents,
    );
    same(
        &mut differences,
        "refunded",
        refunded,
        expected.refunded_cents,
    );
    let note = format!("{} − {}", money(captured), money(refunded));
    check_of(
        "captured − refunded = confirmed − refunded",
        note,
        differences,
    )
}

fn each_mail_once(facts: &Facts, expected: &Expected) -> Check {
    let mut differences = Vec::new();
    let left: BTreeMap<&str, &str> = facts
        .mails
        .iter()
        .map(|mail| (mail.message_id.as_str(), mail.to.as_str()))
        .collect();
    let mut seen = BTreeSet::new();
    for (message_id, order_id, template) in &facts.recorded {
        let key = (*order_id, *template);
        let wanted = expected.mails.get(&key).map(String::as_str);
        if !seen.insert(key) {
            differences.push(format!("{template} of order {order_id} was sent twice"));
        }
        let what = format!("{template} of order {order_id} went to");
        same(
            &mut differences,
            what,
            left.get(message_id.as_str()).copied(),
            wanted,
        );
    }
    same(
        &mut differences,
        "e-mails recorded",
        seen.len(),
        expected.mails.len(),
    );
    same(
        &mut differences,
        "Message-IDs sent",
        left.len(),
        expected.mails.len(),
    );
    let repeats = facts.mails.len() - left.len();
    let count = thousands(left.len() as i64);
    let note = format!("{count} e-mails, {repeats} repeated with the same Message-ID");
    check_of(
        "each customer e-mail exactly once by Message-ID",
        note,
        differences,
    )
}

fn no_dead_letters(facts: &Facts) -> Check {
    let rows = facts.dead_letters.iter().filter(|(_, count)| **count > 0);
    let differences = rows
        .map(|(name, count)| format!("{name} holds {count}"))
        .collect();
    check_of("nothing ended as a dead letter", String::new(), differences)
}

/// The stock, the provider's rules and the refunds are chosen so that all this
/// happens often, whatever the order of arrival.
fn every_ending_occurs(facts: &Facts) -> Check {
    let of = |state| facts.reservations.values().filter(|s| **s == state).count();
    let rejected = of(ReservationState::Rejected);
    let released = of(ReservationState::Released);
    let is_refunded = |state: &&OrderState| **state == OrderState::Refunded;
    let refunded = facts.states.values().filter(is_refunded).count();
    let declined = facts.declined;
    let orders = facts.orders.len();
    let mut differences = Vec::new();
    let mut at_least = |what: &str, found: usize, least: usize| {
        if found < least {
            differences.push(format!("{what}: {found}, fewer than {least}"));
        }
    };
    at_least("rejected for want of stock", rejected, orders.div_ceil(10));
    at_least("payments declined", declined, orders.div_ceil(20));
    at_least("cancelled after reservation", released, 20);
    at_least("refunded", refunded, 10);
    let note = format!(
        "{rejected} out of stock, {declined} declined, {released} released, {refunded} refunded"
    );
    check_of("every ending occurs often enough", note, differences)
}

/// Cents as people read them.
pub fn money(cents: i64) -> String {
    format!("{}.{:02}", thousands(cents / 100), cents % 100)
}
