//! The order service as a process of its own.

fn main() -> std::process::ExitCode {
    herald::main(&generated::order::DEFINITION, order::wiring::bound)
}
