//! Service `payment` does not send `RestockItems`.

use generated::commands::RestockItems;
use generated::payment::Permits;
use herald::{Context, HandlerError};

fn handle(items: RestockItems, cx: &mut Context<'_, Permits, ()>) -> Result<(), HandlerError> {
    cx.send(items)?;
    Ok(())
}

fn main() {}
