//! The class of a stream.

use std::fmt::Write as _;

use super::{constants::constants, group, select::select, shape::Shape, topology};
use crate::{
    emit::rust_file::MARKER,
    model::{Body, Group, Model, Stream, WindowKind},
};

/// The name of a stream's class. No class of `herald.streams`, and none that a stream's class
/// imports, ends so: no stream of any name stands before one of them.
pub(super) fn class_name(stream: &Stream) -> String {
    format!("{}Topology", stream.rust)
}

pub(super) fn class(model: &Model, stream: &Stream) -> String {
    let shape = Shape::new(model, stream);
    let name = class_name(stream);
    let mut text = format!(
        "// {MARKER}\n// source: {}\npackage herald.streams.catalog;\n\nimport static herald.streams.Values.*;\n\nimport herald.streams.*;\n",
        stream.source.file
    );
    for import in [
        "java.math.BigDecimal",
        "java.math.BigInteger",
        "java.time.Duration",
        "java.util.ArrayList",
        "java.util.List",
        "java.util.Map",
        "org.apache.avro.Schema",
        "org.apache.avro.generic.GenericData",
        "org.apache.avro.generic.GenericRecord",
        "org.apache.kafka.common.serialization.Serde",
        "org.apache.kafka.common.serialization.Serdes",
        "org.apache.kafka.common.utils.Bytes",
        "org.apache.kafka.streams.KeyValue",
        "org.apache.kafka.streams.StreamsBuilder",
        "org.apache.kafka.streams.Topology",
        "org.apache.kafka.streams.kstream.*",
        "org.apache.kafka.streams.state.KeyValueStore",
        "org.apache.kafka.streams.state.SessionStore",
        "org.apache.kafka.streams.state.WindowStore",
    ] {
        let _ = writeln!(text, "import {import};");
    }
    let doc = stream.doc.as_deref().unwrap_or("A stream.");
    let doc = doc.replace("*/", "* /").replace('@', "{@literal @}");
    let _ = write!(
        text,
        "\n/** {} */\npublic final class {name} implements herald.streams.Stream {{\n",
        doc.split_whitespace().collect::<Vec<_>>().join(" "),
    );
    text.push_str(&constants(&shape));
    text.push_str(&about(&shape));
    text.push_str(&idle(&shape));
    if let Body::Group(group) = &stream.body {
        text.push_str(&groups(group, &name));
    }
    text.push_str(&topology::method(&shape).replace("STREAM_CLASS", &name));
    text.push_str(&select(&shape));
    if let Body::Group(group) = &stream.body {
        let sessions = group
            .window
            .is_some_and(|w| matches!(w.kind, WindowKind::Session { .. }));
        text.push_str(&group::methods(model, group, stream.input.table, sessions));
        text.push_str(
            "\n  private static Emission emission(\n      GenericRecord key, long start, long end, GenericRecord state) {\n    String id = IDS.group(Datum.encode(key), start, end, number(state, REVISION));\n    return new Emission(output(key, start, end, state), id);\n  }\n",
        );
    }
    text.push_str("}\n");
    text
}

/// Where an interactive query finds the groups.
fn groups(group: &Group, class: &str) -> String {
    let kind = match group.window.map(|window| window.kind) {
        None => "TOTALS",
        Some(WindowKind::Hopping { .. }) => "WINDOWS",
        Some(WindowKind::Session { .. }) => "SESSIONS",
    };
    format!(
        "\n  @Override\n  public Groups groups() {{\n    return new Groups(NAME + \"-groups\", Groups.Kind.{kind}, {class}::output);\n  }}\n"
    )
}

/// How long partitions may be silent; nothing where that closes no window anywhere.
fn idle(shape: &Shape<'_>) -> String {
    let stream = shape.stream;
    let elsewhere: Vec<_> = shape.model.idle_elsewhere(&stream.name).collect();
    if stream.idle_ms.is_none() && elsewhere.is_empty() {
        return String::new();
    }
    let usual = stream.idle_ms.unwrap_or_default();
    let body = if elsewhere.is_empty() {
        format!("    return {usual}L;\n")
    } else {
        let mut body = "    return switch (environment) {\n".to_owned();
        for (environment, ms) in elsewhere {
            let _ = writeln!(body, "      case {environment:?} -> {ms}L;");
        }
        let _ = writeln!(body, "      default -> {usual}L;\n    }};");
        body
    };
    format!("\n  @Override\n  public long idleMs(String environment) {{\n{body}  }}\n")
}

fn about(shape: &Shape<'_>) -> String {
    let mut topics = shape.topics.clone();
    topics.extend(shape.other_topic.filter(|t| !shape.topics.contains(t)));
    let topics: Vec<String> = topics.iter().map(|t| format!("{t:?}")).collect();
    format!(
        "\n  @Override\n  public String name() {{\n    return NAME;\n  }}\n\n  @Override\n  public List<String> topics() {{\n    return List.of({});\n  }}\n",
        topics.join(", ")
    )
}
