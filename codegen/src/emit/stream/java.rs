//! Emitter: the application on Kafka Streams, a Maven project.

mod class;
mod constants;
mod expr;
mod group;
mod library;
mod select;
mod shape;
mod tests;
mod topology;

use crate::{
    emit::{EmitError, rust_file::MARKER},
    files::Files,
    model::Model,
    schema,
};
use class::{class, class_name};
use library::LIBRARY;
use shape::Shape;

/// Where the project's classes lie.
const MAIN: &str = "streams/src/main/java/herald/streams";

/// Where its tests lie.
const TEST: &str = "streams/src/test/java/herald/streams";

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
    let logging = include_str!("../../../../templates/streams/simplelogger.properties");
    files.add(
        "streams/src/main/resources/simplelogger.properties",
        format!("# {MARKER}\n{logging}"),
    )?;
    for (name, text) in tests::SUPPORT {
        files.add(
            format!("{TEST}/{name}.java"),
            format!("// {MARKER}\n{text}"),
        )?;
    }
    let mut names: Vec<&str> = Vec::new();
    for stream in model.streams.values() {
        let text = class(model, stream);
        let name = class_name(stream);
        files.add(format!("{MAIN}/catalog/{name}.java"), text)?;
        let own_tests = tests::test(&Shape::new(model, stream));
        files.add(format!("{TEST}/catalog/{name}Test.java"), own_tests)?;
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
        .map(|s| format!("new {}()", class_name(s)))
        .collect();
    let environments: Vec<String> = model
        .deployments()
        .map(|(name, _)| format!("{name:?}"))
        .collect();
    format!(
        "// {MARKER}\npackage herald.streams.catalog;\n\nimport herald.streams.Stream;\nimport java.util.List;\n\n/** Every stream of the catalog. */\npublic final class Catalog {{\n  /** The system. */\n  public static final String SYSTEM = {:?};\n\n  /** Where it runs; in the first one nothing is overridden. */\n  public static final List<String> ENVIRONMENTS =\n      List.of({});\n\n  /** The streams. */\n  public static final List<Stream> STREAMS =\n      List.of(\n          {});\n\n  private Catalog() {{}}\n}}\n",
        model.system.name,
        environments.join(", "),
        all.join(",\n          ")
    )
}
