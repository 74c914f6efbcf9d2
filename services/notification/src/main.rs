//! The notification service as a process of its own.

fn main() -> std::process::ExitCode {
    herald::main(
        &generated::notification::DEFINITION,
        notification::wiring::bound,
    )
}
