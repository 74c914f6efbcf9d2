//! `Counted` always has the header `tenant`.

#[path = "../support/counted.rs"]
mod counted;

use counted::{Counted, CountedHeaders, Permits};
use herald::{Context, HandlerError};

fn with(count: i64, cx: &mut Context<'_, Permits, ()>) -> Result<(), HandlerError> {
    let tenant = "acme".to_owned();
    cx.publish_with(Counted { count }, CountedHeaders { tenant })?;
    Ok(())
}

fn without(counted: Counted, cx: &mut Context<'_, Permits, ()>) -> Result<(), HandlerError> {
    cx.publish(counted)?;
    Ok(())
}

fn main() {}
