//! The tests of a stream's class: what it reads as samples, and what must come of them.

use std::fmt::Write as _;

use super::{class::class_name, shape::Shape};
use crate::{emit::rust_file::MARKER, model::Stream};

/// Classes that the tests stand on, and tests that are the same for every catalog, by their names below
/// the package's folder.
pub(super) const SUPPORT: &[(&str, &str)] = &[
    (
        "ClusterTest",
        include_str!("../../../../../templates/streams/test/ClusterTest.java"),
    ),
    (
        "Harness",
        include_str!("../../../../../templates/streams/test/Harness.java"),
    ),
    (
        "HttpRegistryTest",
        include_str!("../../../../../templates/streams/test/HttpRegistryTest.java"),
    ),
    (
        "SettingsTest",
        include_str!("../../../../../templates/streams/test/SettingsTest.java"),
    ),
    (
        "ParityDriver",
        include_str!("../../../../../templates/streams/test/ParityDriver.java"),
    ),
    (
        "Samples",
        include_str!("../../../../../templates/streams/test/Samples.java"),
    ),
];

/// The test of a stream's class.
pub(super) fn test(shape: &Shape<'_>) -> String {
    let stream = shape.stream;
    let class = class_name(stream);
    let mut text = format!(
        "// {MARKER}\n// source: {}\npackage herald.streams.catalog;\n\nimport static org.junit.jupiter.api.Assertions.assertEquals;\n{}\nimport herald.streams.Harness;\nimport herald.streams.Harness.Sample;\nimport java.util.List;\nimport org.junit.jupiter.api.Test;\n\nclass {class}Test {{\n",
        stream.source.file,
        if always_emits(stream) {
            "import static org.junit.jupiter.api.Assertions.assertFalse;\n"
        } else {
            ""
        }
    );
    text.push_str(&samples(shape));
    let _ = write!(
        text,
        "\n  @Test\n  void otherTypesArePassedOver() {{\n    try (Harness harness = new Harness(new {class}())) {{\n      harness.send(SAMPLES.get(0).topic(), \"another.Type\", new byte[] {{1}});\n      assertEquals(List.of(), harness.emitted());\n      assertEquals(List.of(), harness.deadLetters());\n    }}\n  }}\n"
    );
    let _ = write!(
        text,
        "\n  @Test\n  void whatCannotBeDecodedIsPutAside() {{\n    Sample sample = SAMPLES.get(0);\n    try (Harness harness = new Harness(new {class}())) {{\n      harness.send(sample.topic(), sample.type(), new byte[] {{1}});\n      assertEquals(List.of(), harness.emitted());\n      assertEquals(\n          List.of(sample.topic() + \".{}.dlt undecodable\"), harness.deadLetters());\n    }}\n  }}\n",
        stream.name
    );
    let _ = write!(
        text,
        "\n  @Test\n  void whatComesWhileTheRegistryIsAwayWaits() {{\n    try (Harness usual = new Harness(new {class}());\n        Harness outages = new Harness(new {class}())) {{\n      outages.sendInOutages(SAMPLES);\n      assertEquals(List.of(), outages.deadLetters());\n      assertEquals(usual.send(SAMPLES, 1).emitted(), outages.emitted());\n    }}\n  }}\n"
    );
    if always_emits(stream) {
        let _ = write!(
            text,
            "\n  @Test\n  void aSampleOfItsInputGivesSomething() {{\n    try (Harness harness = new Harness(new {class}())) {{\n      assertFalse(harness.send(SAMPLES, 1).emitted().isEmpty());\n    }}\n  }}\n"
        );
    }
    if stream.dedup_ms.is_some() {
        let _ = write!(
            text,
            "\n  @Test\n  void aMessageThatComesTwiceCountsOnce() {{\n    try (Harness once = new Harness(new {class}());\n        Harness twice = new Harness(new {class}())) {{\n      assertEquals(once.send(SAMPLES, 1).emitted(), twice.send(SAMPLES, 2).emitted());\n    }}\n  }}\n"
        );
    }
    text.push_str("}\n");
    text
}

/// A condition may refuse a sample, and what is computed over one may have no room.
fn always_emits(stream: &Stream) -> bool {
    stream.filter.is_none()
}

/// One of each event, the other side's first: what is looked up lies there then.
fn samples(shape: &Shape<'_>) -> String {
    let model = shape.model;
    let other = shape.stream.input.other.as_ref().map(|o| &o.event);
    let names = other.into_iter().chain(&shape.stream.input.events);
    let events = names.filter_map(|name| model.events.get(name));
    let samples: Vec<String> = events
        .map(|event| {
            let kind = event.message.full_name();
            format!("          new Sample({:?}, {kind:?})", event.topic.as_str())
        })
        .collect();
    format!(
        "  private static final List<Sample> SAMPLES =\n      List.of(\n{});\n",
        samples.join(",\n")
    )
}
