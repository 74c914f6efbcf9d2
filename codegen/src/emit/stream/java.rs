//! Emitter: the application on Kafka Streams, a Maven project.

mod expr;
mod group;
mod topology;

use std::fmt::Write as _;

use super::group::kept;
use crate::{
    emit::{EmitError, rust_file::MARKER},
    files::Files,
    model::{Body, Field, Group, Model, Record, Stream, Type, WindowKind},
    schema,
};

/// Files that are the same for every catalog, by their names below the package's folder.
const LIBRARY: &[(&str, &str)] = &[
    (
        "App",
        include_str!("../../../../templates/streams/App.java"),
    ),
    (
        "CloseWindows",
        include_str!("../../../../templates/streams/CloseWindows.java"),
    ),
    (
        "Datum",
        include_str!("../../../../templates/streams/Datum.java"),
    ),
    (
        "DeadLetters",
        include_str!("../../../../templates/streams/DeadLetters.java"),
    ),
    (
        "Emission",
        include_str!("../../../../templates/streams/Emission.java"),
    ),
    (
        "Emit",
        include_str!("../../../../templates/streams/Emit.java"),
    ),
    (
        "Head",
        include_str!("../../../../templates/streams/Head.java"),
    ),
    (
        "HttpRegistry",
        include_str!("../../../../templates/streams/HttpRegistry.java"),
    ),
    (
        "Ids",
        include_str!("../../../../templates/streams/Ids.java"),
    ),
    (
        "Item",
        include_str!("../../../../templates/streams/Item.java"),
    ),
    (
        "KeyText",
        include_str!("../../../../templates/streams/KeyText.java"),
    ),
    (
        "LateRecords",
        include_str!("../../../../templates/streams/LateRecords.java"),
    ),
    (
        "Message",
        include_str!("../../../../templates/streams/Message.java"),
    ),
    (
        "Pair",
        include_str!("../../../../templates/streams/Pair.java"),
    ),
    (
        "Registry",
        include_str!("../../../../templates/streams/Registry.java"),
    ),
    (
        "Settings",
        include_str!("../../../../templates/streams/Settings.java"),
    ),
    (
        "Stream",
        include_str!("../../../../templates/streams/Stream.java"),
    ),
    (
        "Times",
        include_str!("../../../../templates/streams/Times.java"),
    ),
    (
        "Values",
        include_str!("../../../../templates/streams/Values.java"),
    ),
];

/// Where the project's classes lie.
const MAIN: &str = "streams/src/main/java/herald/streams";

/// Writes the Maven project `streams/`, where the catalog has streams.
pub(in crate::emit) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    if model.streams.is_empty() {
        return Ok(());
    }
    let pom = include_str!("../../../../templates/streams/pom.xml");
    files.add("streams/pom.xml", pom)?;
    for (name, text) in LIBRARY {
        files.add(
            format!("{MAIN}/{name}.java"),
            format!("// {MARKER}\n{text}"),
        )?;
    }
    let driver = include_str!("../../../../templates/streams/ParityDriver.java");
    files.add(
        "streams/src/test/java/herald/streams/ParityDriver.java",
        format!("// {MARKER}\n{driver}"),
    )?;
    let mut names: Vec<&str> = Vec::new();
    for stream in model.streams.values() {
        let text = class(model, stream);
        files.add(format!("{MAIN}/catalog/{}.java", stream.rust), text)?;
        names.extend(stream.reads().chain([stream.emits.as_str()]));
    }
    names.sort_unstable();
    names.dedup();
    for event in names.into_iter().filter_map(|n| model.events.get(n)) {
        let text = schema::text(&schema::of_message(model, &event.message));
        let path = format!(
            "streams/src/main/resources/avro/{}.avsc",
            event.message.full_name()
        );
        files.add(path, text)?;
    }
    files.add(format!("{MAIN}/catalog/Catalog.java"), catalog(model))?;
    Ok(())
}

fn catalog(model: &Model) -> String {
    let all: Vec<String> = model
        .streams
        .values()
        .map(|s| format!("new {}()", s.rust))
        .collect();
    format!(
        "// {MARKER}\npackage herald.streams.catalog;\n\nimport herald.streams.Stream;\nimport java.util.List;\n\n/** Every stream of the catalog. */\npublic final class Catalog {{\n  /** The system. */\n  public static final String SYSTEM = {:?};\n\n  /** The streams. */\n  public static final List<Stream> STREAMS =\n      List.of(\n          {});\n\n  private Catalog() {{}}\n}}\n",
        model.system.name,
        all.join(",\n          ")
    )
}

/// What a class is written from.
struct Shape<'m> {
    model: &'m Model,
    stream: &'m Stream,
    /// Message type and constant of each source's schema.
    events: Vec<(String, String)>,
    /// The same of the other side.
    other: Option<(String, String)>,
    topics: Vec<&'m str>,
    other_topic: Option<&'m str>,
    output: String,
    output_topic: &'m str,
    output_key: Option<&'m str>,
}

impl<'m> Shape<'m> {
    fn new(model: &'m Model, stream: &'m Stream) -> Self {
        let event = |name: &str| model.events.get(name);
        let full = |name: &str| {
            event(name)
                .map(|e| e.message.full_name())
                .unwrap_or_default()
        };
        let topic = |name: &str| event(name).map_or("", |e| e.topic.as_str());
        let several = stream.input.events.len() > 1;
        let events = stream.input.events.iter().enumerate();
        let events = events.map(|(at, name)| {
            let constant = if several {
                format!("EVENT_{}", at + 1)
            } else {
                "EVENT".to_owned()
            };
            (full(name), constant)
        });
        let mut topics: Vec<&str> = stream.input.events.iter().map(|e| topic(e)).collect();
        topics.dedup();
        let other = stream.input.other.as_ref();
        Self {
            model,
            stream,
            events: events.collect(),
            other: other.map(|o| (full(&o.event), "OTHER".to_owned())),
            topics,
            other_topic: other.map(|o| topic(&o.event)),
            output: full(&stream.emits),
            output_topic: topic(&stream.emits),
            output_key: event(&stream.emits).and_then(|e| e.message.key.as_deref()),
        }
    }

    /// Constant of the schema of what `event` names.
    fn event_schema(&self) -> &str {
        if self.events.len() > 1 {
            "SOURCE"
        } else {
            "EVENT"
        }
    }
}

fn class(model: &Model, stream: &Stream) -> String {
    let shape = Shape::new(model, stream);
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
        "\n/** {} */\npublic final class {} implements herald.streams.Stream {{\n",
        doc.split_whitespace().collect::<Vec<_>>().join(" "),
        stream.rust
    );
    text.push_str(&constants(&shape));
    text.push_str(&about(&shape));
    text.push_str(&topology::method(&shape).replace("STREAM_CLASS", &stream.rust));
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

fn constants(shape: &Shape<'_>) -> String {
    let stream = shape.stream;
    let mut text = String::new();
    let mut constant = |ty: &str, name: &str, value: &str| {
        let _ = writeln!(text, "  private static final {ty} {name} = {value};");
    };
    constant("String", "NAME", &format!("{:?}", stream.name));
    constant("String", "SYSTEM", "Catalog.SYSTEM");
    constant("Serde<byte[]>", "BYTES", "Serdes.ByteArray()");
    constant("Ids", "IDS", "new Ids(NAME)");
    for (ty, name) in shape.events.iter().chain(&shape.other) {
        constant("Schema", name, &format!("Datum.schema({ty:?})"));
    }
    constant(
        "Schema",
        "OUTPUT",
        &format!("Datum.schema({:?})", shape.output),
    );
    let mut record = |name: &str, constant_name: &str, fields: Vec<Field>| {
        let namespace = format!("herald.streams.{}", stream.module);
        let record = Record { fields };
        let schema = schema::of_record(shape.model, &namespace, name, &record);
        let json = expr::text_literal(&schema.to_string());
        constant("Schema", constant_name, &format!("Datum.parse({json})"));
    };
    if stream.input.events.len() > 1 {
        let shared = stream.input.shared.iter();
        record(
            "Source",
            "SOURCE",
            shared.map(|f| field(&f.name, &f.ty)).collect(),
        );
    }
    if let Body::Group(group) = &stream.body {
        let keys = group.keys.iter();
        record(
            "Key",
            "KEY",
            keys.map(|k| field(&k.name, &k.expr.ty)).collect(),
        );
        record("Row", "ROW", rows(group));
        let kept = kept(group).into_iter().map(|k| field(&k.name, &k.ty));
        let revision = field(&revision_name(group), &Type::Long);
        record("State", "STATE", kept.chain([revision]).collect());
        constant("String", "REVISION", &format!("{:?}", revision_name(group)));
        constant("byte[]", "BARE", "new byte[0]");
    }
    text
}

/// A name that no field of the state has.
fn revision_name(group: &Group) -> String {
    let mut name = "revision".to_owned();
    while kept(group).iter().any(|k| k.name == name) {
        name.push('_');
    }
    name
}

fn rows(group: &Group) -> Vec<Field> {
    let rows = group.aggregates.iter();
    rows.filter_map(|a| Some(field(&a.name, &a.argument.as_ref()?.ty)))
        .collect()
}

fn field(name: &str, ty: &Type) -> Field {
    super::field(name, ty, "")
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

/// What one record gives.
fn select(shape: &Shape<'_>) -> String {
    let (model, stream) = (shape.model, shape.stream);
    let ty = match &stream.body {
        Body::Map(_) => "GenericRecord",
        Body::Group(_) => "KeyValue<GenericRecord, GenericRecord>",
    };
    let mut text = format!(
        "\n  private static List<{ty}> select(GenericRecord event, GenericRecord other) {{\n    List<{ty}> selected = new ArrayList<>();\n"
    );
    if let Some(filter) = &stream.filter {
        let wanted = expr::value(model, filter);
        let _ = write!(
            text,
            "    boolean wanted = {wanted};\n    if (!wanted) {{\n      return selected;\n    }}\n"
        );
    }
    let indent = if let Some(each) = &stream.each {
        let list = expr::value(model, &each.list);
        let _ = writeln!(text, "    for (Object item : items({list})) {{");
        "      "
    } else {
        "    "
    };
    match &stream.body {
        Body::Map(columns) => {
            let _ = writeln!(
                text,
                "{indent}GenericRecord given = new GenericData.Record(OUTPUT);"
            );
            for column in columns {
                let value = expr::value(model, &column.expr);
                let _ = writeln!(text, "{indent}put(given, {:?}, {value});", column.name);
            }
            let _ = writeln!(text, "{indent}selected.add(given);");
        }
        Body::Group(group) => {
            let _ = writeln!(
                text,
                "{indent}GenericRecord key = new GenericData.Record(KEY);"
            );
            for column in &group.keys {
                let value = expr::value(model, &column.expr);
                let _ = writeln!(text, "{indent}put(key, {:?}, {value});", column.name);
            }
            let _ = writeln!(
                text,
                "{indent}GenericRecord row = new GenericData.Record(ROW);"
            );
            for aggregate in &group.aggregates {
                if let Some(argument) = &aggregate.argument {
                    let value = expr::value(model, argument);
                    let _ = writeln!(text, "{indent}put(row, {:?}, {value});", aggregate.name);
                }
            }
            let _ = writeln!(text, "{indent}selected.add(KeyValue.pair(key, row));");
        }
    }
    if stream.each.is_some() {
        text.push_str("    }\n");
    }
    text.push_str("    return selected;\n  }\n");
    if stream.input.table {
        text.push_str(
            "\n  private static KeyValue<GenericRecord, GenericRecord> first(\n      List<KeyValue<GenericRecord, GenericRecord>> selected) {\n    return selected.isEmpty() ? null : selected.get(0);\n  }\n",
        );
    }
    text
}
