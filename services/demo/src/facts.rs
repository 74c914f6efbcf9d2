//! What is found where, once everything came to rest: what the checks compare.

use std::collections::BTreeMap;

use generated::types::OrderState;
use inventory::shelf::{Levels, ReservationState};
use notification::mailer::Mail;
use payment::rehearsal::Holding;
use uuid::Uuid;

use crate::expected::Breakdown;
use crate::heard::Heard;
use crate::orders::SourceOrder;
use crate::streams::Emitted;
use crate::told::Told;

/// Everything the checks look at.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The orders that were placed, from the file.
    pub orders: Vec<SourceOrder>,
    /// Whether that is the whole file and nothing interfered, so that every ending
    /// occurs as often as the data are made for.
    pub as_planned: bool,
    /// Pieces of each article before the first order, from the file.
    pub initial: BTreeMap<String, i64>,
    /// The state of each order in the order service's store.
    pub states: BTreeMap<Uuid, OrderState>,
    /// Why orders were cancelled, by the kind of cause, from the event store.
    pub causes: BTreeMap<&'static str, usize>,
    /// How often the event store says that an order was confirmed, cancelled or
    /// refunded; repeats of one event counted once.
    pub endings: BTreeMap<Uuid, Endings>,
    /// Stock levels in the inventory service's store.
    pub levels: Levels,
    /// The fewest free pieces that were ever written, over all articles, where somebody watched.
    pub fewest_free: Option<i64>,
    /// What became of each order's goods, from the inventory service's store.
    pub reservations: BTreeMap<Uuid, ReservationState>,
    /// What the payment provider holds, took or gave back, in cents, by order.
    pub holdings: BTreeMap<Uuid, (i64, Holding)>,
    /// Payments that were declined, from the payment service's store.
    pub declined: usize,
    /// Every e-mail that left, repeats included.
    pub mails: Vec<Mail>,
    /// Message-ID, order and template of every e-mail recorded as sent.
    pub recorded: Vec<(String, Uuid, &'static str)>,
    /// What the analytics service answers over HTTP.
    pub analytics: Analytics,
    /// What the event store says of single orders.
    pub heard: Heard,
    /// What the streams emitted, where they run.
    pub streams: Option<Emitted>,
    /// Messages in dead-letter topics and queues, by name.
    pub dead_letters: BTreeMap<String, u64>,
}

/// How an order ended, as the event store has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Endings {
    /// `OrderConfirmed` events.
    pub confirmed: usize,
    /// `OrderCancelled` events.
    pub cancelled: usize,
    /// `OrderRefunded` events.
    pub refunded: usize,
}

/// What the analytics service answers over HTTP.
#[derive(Clone, Debug, Default)]
pub struct Analytics {
    /// Orders by state.
    pub states: BTreeMap<String, i64>,
    /// Revenue by dimension, then name.
    pub revenue: BTreeMap<&'static str, Breakdown>,
    /// What was taken from customers, in cents.
    pub captured_cents: i64,
    /// What was given back, in cents.
    pub refunded_cents: i64,
    /// What its page is told.
    pub told: Told,
}
