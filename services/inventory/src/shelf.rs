//! What lies on the shelf, and what of it is promised: the rules.

use std::collections::BTreeMap;

use generated::types::{OrderLine, StockLine};

/// Stock levels by article.
pub type Levels = BTreeMap<String, Level>;

/// The stock of one article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// Pieces on the shelf, promised ones included.
    pub on_hand: i64,
    /// Pieces of them promised to orders that are not confirmed yet.
    pub reserved: i64,
}

impl Level {
    /// Pieces that are promised to nobody.
    pub fn free(self) -> i64 {
        self.on_hand - self.reserved
    }
}

/// What was set aside for one order, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reservation {
    /// What was set aside; empty where nothing was.
    pub lines: Vec<StockLine>,
    /// What became of it.
    pub state: ReservationState,
}

/// What became of a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservationState {
    /// An article was short.
    Rejected,
    /// Set aside.
    Reserved,
    /// Sold: the goods left.
    Shipped,
    /// Free again, because the order was cancelled.
    Released,
    /// Back on the shelf, because the order was refunded.
    Returned,
}

/// An article that is short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The article.
    pub sku: String,
    /// Pieces asked for.
    pub requested: i32,
    /// Pieces that are free.
    pub available: i32,
}

/// What an order needs, by article.
pub fn needs(lines: &[OrderLine]) -> Vec<StockLine> {
    let mut needs = BTreeMap::<&str, i32>::new();
    for line in lines {
        let pieces = needs.entry(&line.sku).or_default();
        *pieces = pieces.saturating_add(line.quantity);
    }
    let line = |(sku, quantity): (&str, i32)| StockLine {
        sku: sku.to_owned(),
        quantity,
    };
    needs.into_iter().map(line).collect()
}

/// Sets everything aside, or nothing. Returns the articles that have no free
/// piece left.
///
/// # Errors
/// The first article that is short; `levels` are as before.
pub fn reserve(levels: &mut Levels, needs: &[StockLine]) -> Result<Vec<String>, Shortage> {
    for need in needs {
        let free = levels.get(&need.sku).map_or(0, |level| level.free());
        if free < i64::from(need.quantity) {
            return Err(Shortage {
                sku: need.sku.clone(),
                requested: need.quantity,
                available: i32::try_from(free).unwrap_or(i32::MAX),
            });
        }
    }
    each(levels, needs, |level, pieces| level.reserved += pieces);
    let depleted = |need: &&StockLine| levels.get(&need.sku).is_some_and(|l| l.free() == 0);
    Ok(needs
        .iter()
        .filter(depleted)
        .map(|need| need.sku.clone())
        .collect())
}

impl Reservation {
    /// The order was confirmed: the goods leave. Says whether that is news.
    pub fn ship(&mut self, levels: &mut Levels) -> bool {
        let news = self.state == ReservationState::Reserved;
        if news {
            each(levels, &self.lines, |level, pieces| {
                level.reserved -= pieces;
                level.on_hand -= pieces;
            });
            self.state = ReservationState::Shipped;
        }
        news
    }

    /// The order was cancelled: the goods are free again. Says whether that is news.
    pub fn release(&mut self, levels: &mut Levels) -> bool {
        let news = self.state == ReservationState::Reserved;
        if news {
            each(levels, &self.lines, |level, pieces| {
                level.reserved -= pieces;
            });
            self.state = ReservationState::Released;
        }
        news
    }

    /// The order was refunded: the goods are back, or never left where the
    /// refund overtook the confirmation. Says whether that is news.
    pub fn take_back(&mut self, levels: &mut Levels) -> bool {
        match self.state {
            ReservationState::Shipped => {
                each(levels, &self.lines, |level, pieces| level.on_hand += pieces);
            }
            ReservationState::Reserved => {
                each(levels, &self.lines, |level, pieces| {
                    level.reserved -= pieces;
                });
            }
            ReservationState::Rejected
            | ReservationState::Released
            | ReservationState::Returned => return false,
        }
        self.state = ReservationState::Returned;
        true
    }
}

fn each(levels: &mut Levels, lines: &[StockLine], change: impl Fn(&mut Level, i64)) {
    for line in lines {
        let level = levels.entry(line.sku.clone()).or_default();
        change(level, i64::from(line.quantity));
    }
}

#[cfg(test)]
mod tests;
