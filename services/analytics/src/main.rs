//! The analytics service as a process of its own.

use analytics::Analytics;
use analytics::store::FigureTables;
use herald::store::memory::Tables;

fn main() -> std::process::ExitCode {
    herald::main(&generated::analytics::DEFINITION, |_| {
        let figures = Tables::<FigureTables>::default();
        Ok(generated::analytics::bind(
            Analytics::new(figures.clone()),
            figures,
        ))
    })
}
