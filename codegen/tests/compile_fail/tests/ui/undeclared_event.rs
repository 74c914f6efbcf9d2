//! Service `payment` does not publish `OrderPlaced`.

use generated::events::OrderPlaced;
use generated::payment::Permits;
use herald::{Context, HandlerError};

fn handle(order: OrderPlaced, cx: &mut Context<'_, Permits, ()>) -> Result<(), HandlerError> {
    cx.publish(order)?;
    Ok(())
}

fn main() {}
