//! The runtime declares queues exactly as the generated definitions import them: a queue that
//! differs in one argument would refuse the one who comes second.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use herald::transport::{QueueSpec, Route};
use serde_json::Value;

fn definitions(environment: &str) -> Value {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated");
    let folder = match environment {
        "default" => generated,
        other => generated.join("environments").join(other),
    };
    let text = std::fs::read_to_string(folder.join("rabbitmq/definitions.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_runtime_declares_what_the_generator_wrote() {
    for environment in ["default", "chaos", "demo", "production"] {
        let specs = QueueSpec::all_of(generated::topology::topology(environment).unwrap());
        let definitions = definitions(environment);
        let declared: BTreeMap<_, _> = specs
            .iter()
            .map(|spec| (spec.name.as_str(), Value::Object(spec.arguments())))
            .collect();
        let written: BTreeMap<_, _> = definitions["queues"]
            .as_array()
            .unwrap()
            .iter()
            .map(|queue| (queue["name"].as_str().unwrap(), queue["arguments"].clone()))
            .collect();
        assert_eq!(declared, written, "{environment}");
        assert!(!declared.is_empty());
        assert_eq!(bindings(&specs), written_bindings(&definitions));
    }
}

fn bindings(specs: &[QueueSpec]) -> Vec<(Route, String)> {
    let mut all: Vec<_> = specs
        .iter()
        .flat_map(|spec| {
            let bindings = spec.bindings.iter();
            bindings.map(|route| (route.clone(), spec.name.clone()))
        })
        .collect();
    all.sort_by_key(|(route, queue)| (route.to_string(), queue.clone()));
    all
}

fn written_bindings(definitions: &Value) -> Vec<(Route, String)> {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    let written = definitions["bindings"].as_array().unwrap().iter();
    let mut all: Vec<_> = written
        .map(|it| {
            let route = Route::new(text(it, "source"), text(it, "routing_key"));
            (route, text(it, "destination"))
        })
        .collect();
    all.sort_by_key(|(route, queue)| (route.to_string(), queue.clone()));
    all
}
