//! The inventory service as a process of its own.

fn main() -> std::process::ExitCode {
    herald::main(&generated::inventory::DEFINITION, inventory::wiring::bound)
}
