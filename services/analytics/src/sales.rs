//! What an order contributes to revenue, and to which figures.

use std::collections::BTreeMap;

use generated::events::OrderPlaced;
use generated::types::{OrderState, Revenue};
use herald::avro::codec::{Decimal, TimestampMillis};
use jiff::Timestamp;
use uuid::Uuid;

/// Milliseconds of a minute.
pub(crate) const MINUTE_MS: i64 = 60_000;

/// What revenue is broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// The country the goods go to.
    Country,
    /// The article.
    Sku,
    /// The minute in which the order was placed.
    Minute,
}

impl Dimension {
    /// The dimension of that name in a path.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "country" => Some(Self::Country),
            "sku" => Some(Self::Sku),
            "minute" => Some(Self::Minute),
            _ => None,
        }
    }
}

/// A figure: how many orders, pieces and cents. Differences may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// Orders that have a part in it.
    pub orders: i64,
    /// Pieces they have of it.
    pub pieces: i64,
    /// What they pay for it.
    pub amount: Decimal<2>,
}

impl Figure {
    /// The figure with another added.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            orders: self.orders + other.orders,
            pieces: self.pieces + other.pieces,
            amount: [self.amount, other.amount].into_iter().sum(),
        }
    }

    /// The figure as HTTP shows it.
    pub fn named(self, name: &str) -> Revenue {
        Revenue {
            name: name.to_owned(),
            orders: self.orders,
            pieces: self.pieces,
            amount: self.amount,
        }
    }
}

/// Figures by what they are about.
pub type Breakdown = BTreeMap<(Dimension, String), Figure>;

/// What is remembered of an order, to count it when it is confirmed and to take
/// it out again when it is refunded.
#[derive(Clone, Debug, PartialEq)]
pub struct Sale {
    /// The order.
    pub order_id: Uuid,
    /// Where it stands.
    pub state: OrderState,
    /// The country the goods go to.
    pub country: String,
    /// The minute in which it was placed.
    pub minute: String,
    /// Article, pieces and amount of each line.
    pub lines: Vec<(String, i32, Decimal<2>)>,
    /// When its placing was published.
    pub accepted_at: Option<TimestampMillis>,
    /// Milliseconds from there to its decision, once there is one.
    pub took_ms: Option<i64>,
}

impl Sale {
    /// An order whose placing was published at `at`; it is no revenue yet.
    pub fn new(order: OrderPlaced, at: Option<Timestamp>) -> Self {
        let line = |line: generated::types::OrderLine| (line.sku, line.quantity, line.amount);
        Self {
            order_id: order.order_id,
            state: OrderState::Placed,
            country: order.country,
            minute: minute_of(order.placed_at),
            lines: order.lines.into_iter().map(line).collect(),
            accepted_at: at.map(|at| TimestampMillis(at.as_millisecond())),
            took_ms: None,
        }
    }

    /// It moves to a state, by what was published at `at`: confirmation and cancellation decide it.
    /// Says where it was before.
    pub fn move_to(&mut self, state: OrderState, at: Option<Timestamp>) -> OrderState {
        if matches!(state, OrderState::Confirmed | OrderState::Cancelled) {
            let accepted = self.accepted_at;
            let took = |at: Timestamp| Some((at.as_millisecond() - accepted?.0).max(0));
            self.took_ms = at.and_then(took);
        }
        std::mem::replace(&mut self.state, state)
    }

    /// What the order adds to revenue (`sign` 1) or takes out of it (−1).
    pub fn contribution(&self, sign: i64) -> Breakdown {
        let mut figures = Breakdown::new();
        for (sku, pieces, amount) in &self.lines {
            let line = Figure {
                orders: 0,
                pieces: sign * i64::from(*pieces),
                amount: Decimal::from_unscaled(i128::from(sign) * amount.unscaled()),
            };
            for place in [
                (Dimension::Country, self.country.clone()),
                (Dimension::Sku, sku.clone()),
                (Dimension::Minute, self.minute.clone()),
            ] {
                let figure = figures.entry(place).or_default();
                *figure = figure.plus(line);
            }
        }
        for figure in figures.values_mut() {
            figure.orders = sign;
        }
        figures
    }
}

/// The start of the minute an instant lies in, in RFC 3339.
pub fn minute_of(at: TimestampMillis) -> String {
    TimestampMillis(at.0 - at.0.rem_euclid(MINUTE_MS)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sale() -> Sale {
        let cents = Decimal::from_unscaled;
        Sale {
            order_id: Uuid::nil(),
            state: OrderState::Placed,
            country: "France".into(),
            minute: "2026-11-02T09:30:00Z".into(),
            lines: vec![("A".into(), 2, cents(500)), ("B".into(), 1, cents(250))],
            accepted_at: Some(TimestampMillis(1_000)),
            took_ms: None,
        }
    }

    #[test]
    fn an_order_takes_from_its_placing_to_its_decision() {
        let at = |millis| Timestamp::from_millisecond(millis).ok();
        let mut order = sale();
        assert_eq!(
            order.move_to(OrderState::Confirmed, at(1_250)),
            OrderState::Placed
        );
        assert_eq!(
            (order.state, order.took_ms),
            (OrderState::Confirmed, Some(250))
        );
        assert_eq!(
            order.move_to(OrderState::Refunded, at(9_000)),
            OrderState::Confirmed
        );
        assert_eq!(order.took_ms, Some(250));
        // Clocks of two instances may differ.
        let mut early = sale();
        early.move_to(OrderState::Cancelled, at(990));
        assert_eq!(early.took_ms, Some(0));
    }

    #[test]
    fn an_order_counts_once_in_each_figure_it_has_a_part_in() {
        let figures = sale().contribution(1);
        let of = |dimension, name: &str| figures[&(dimension, name.to_owned())];
        let country = of(Dimension::Country, "France");
        assert_eq!((country.orders, country.pieces), (1, 3));
        assert_eq!(country.amount.to_string(), "7.50");
        let article = of(Dimension::Sku, "A");
        assert_eq!((article.orders, article.pieces), (1, 2));
        assert_eq!(of(Dimension::Minute, "2026-11-02T09:30:00Z"), country);
    }

    #[test]
    fn taking_an_order_out_leaves_nothing() {
        let out = sale().contribution(-1);
        for (place, figure) in sale().contribution(1) {
            assert_eq!(figure.plus(out[&place]), Figure::default());
        }
    }

    #[test]
    fn minutes_begin_at_their_start() {
        let at: TimestampMillis = "2026-11-02T09:30:59.999Z".parse().unwrap();
        assert_eq!(minute_of(at), "2026-11-02T09:30:00Z");
    }
}
