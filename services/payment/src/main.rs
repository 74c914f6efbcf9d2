//! The payment service as a process of its own.

fn main() -> std::process::ExitCode {
    herald::main(&generated::payment::DEFINITION, payment::wiring::bound)
}
