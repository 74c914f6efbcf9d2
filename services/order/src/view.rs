//! An order as HTTP shows it.

use generated::types::OrderView;

use crate::document::Placed;
use crate::saga::in_words;

impl From<&Placed> for OrderView {
    fn from(placed: &Placed) -> Self {
        let order = &placed.order;
        Self {
            order_id: order.order_id,
            state: placed.state,
            total: order.total,
            currency: order.currency.clone(),
            placed_at: order.placed_at,
            accepted_at: placed.accepted_at,
            decided_at: placed.decided_at,
            reason: placed.cause.as_ref().map(in_words),
            lines: order.lines.clone(),
        }
    }
}
