//! The payment service as a process of its own.

use herald::store::memory::Tables;
use payment::rehearsal::Rehearsal;
use payment::store::PaymentTable;

fn main() -> std::process::ExitCode {
    herald::main(&generated::payment::DEFINITION, |_| {
        let payments = Tables::<PaymentTable>::default();
        let service = payment::Payment::new(Rehearsal::default(), payments.clone());
        Ok(generated::payment::bind(service, payments))
    })
}
