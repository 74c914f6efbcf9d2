//! The committed Compose file is the generated one. `stack compose --check` has Compose read it.

use std::fs;
use std::path::Path;

fn committed() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compose.yaml")
}

#[test]
fn the_committed_file_is_the_generated_one() {
    let found = fs::read_to_string(committed()).unwrap_or_default();
    assert_eq!(
        found,
        stack::compose(),
        "run `cargo run -p stack -- compose > stack/compose.yaml`"
    );
}

#[test]
fn every_component_with_an_image_publishes_on_loopback_only() {
    let text = stack::compose();
    // A part of RabbitMQ's container, and what is built from the catalog.
    let without = ["epmd", "streams"];
    for component in stack::COMPONENTS
        .iter()
        .filter(|component| !without.contains(&component.name))
    {
        assert!(
            text.contains(&format!("\n  {}:\n    image:", component.name)),
            "{}",
            component.name
        );
    }
    let published: Vec<_> = text
        .lines()
        .filter(|line| line.trim_start().starts_with("- \"127.0.0.1:"))
        .collect();
    assert!(published.len() >= 9, "{published:?}");
    assert!(!text.contains("- \"0.0.0.0:"));
}
