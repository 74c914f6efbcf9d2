//! The order service as a process of its own.

use herald::store::memory::Documents;
use order::{Order, OrderDocument};

fn main() -> std::process::ExitCode {
    herald::main(&generated::order::DEFINITION, |_| {
        let orders = Documents::<OrderDocument>::default();
        Ok(generated::order::bind(Order::new(orders.clone()), orders))
    })
}
