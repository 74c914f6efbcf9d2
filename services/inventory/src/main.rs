//! The inventory service as a process of its own.

use herald::store::memory::Tables;
use inventory::Inventory;
use inventory::store::StockTables;

fn main() -> std::process::ExitCode {
    herald::main(&generated::inventory::DEFINITION, |_| {
        let stock = Tables::<StockTables>::default();
        Ok(generated::inventory::bind(
            Inventory::new(stock.clone()),
            stock,
        ))
    })
}
