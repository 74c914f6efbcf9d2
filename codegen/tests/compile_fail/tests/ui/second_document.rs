//! A handler of service `order`, which keeps documents, has exactly one of them.

use generated::order::Permits;
use herald::store::{Document, DocumentTx};
use herald::{Context, HandlerError};

#[derive(Clone)]
struct Order;

impl Document for Order {
    fn stub(_: &str) -> Self {
        Order
    }
}

#[derive(Clone)]
struct Customer {
    orders: u32,
}

fn handle(cx: &mut Context<'_, Permits, DocumentTx<Order>>) -> Result<(), HandlerError> {
    let customer: &mut DocumentTx<Customer> = cx.tx();
    customer.orders += 1;
    Ok(())
}

fn main() {}
