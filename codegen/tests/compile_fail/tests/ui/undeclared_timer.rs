//! Service `payment` has no timers; `PaymentOverdue` is one of service `order`.

use generated::order::PaymentOverdue;
use generated::payment::Permits;
use herald::{Context, HandlerError};

fn handle(timer: PaymentOverdue, cx: &mut Context<'_, Permits, ()>) -> Result<(), HandlerError> {
    cx.set_timer(timer)?;
    Ok(())
}

fn main() {}
