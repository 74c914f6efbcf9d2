//! The analytics service as a process of its own.

fn main() -> std::process::ExitCode {
    herald::main(&generated::analytics::DEFINITION, analytics::wiring::bound)
}
