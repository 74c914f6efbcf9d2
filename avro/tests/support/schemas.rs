//! Random schemas, and random changes of them.

use herald_avro::value::Random;
use serde_json::{Value, json};

/// A random schema: mostly records, with every kind of type somewhere.
pub(crate) fn schema(random: &mut Random) -> Value {
    let mut names = Names { made: Vec::new() };
    let depth = 1 + random.below(4);
    names.record(random, depth)
}

struct Names {
    made: Vec<String>,
}

impl Names {
    fn name(&mut self) -> String {
        let name = format!("N{}", self.made.len());
        self.made.push(name.clone());
        name
    }

    fn record(&mut self, random: &mut Random, depth: usize) -> Value {
        let name = self.name();
        let count = random.below(6);
        let fields: Vec<Value> = (0..count)
            .map(|at| {
                let mut field =
                    json!({"name": format!("f{at}"), "type": self.any(random, depth, &name)});
                if random.below(3) == 0
                    && let Some(default) = default(&field["type"])
                {
                    field["default"] = default;
                }
                field
            })
            .collect();
        json!({"type": "record", "name": name, "fields": fields})
    }

    fn any(&mut self, random: &mut Random, depth: usize, outer: &str) -> Value {
        if depth == 0 {
            return primitive(random);
        }
        match random.below(10) {
            0 => json!({"type": "array", "items": self.any(random, depth - 1, outer)}),
            1 => json!({"type": "map", "values": self.any(random, depth - 1, outer)}),
            2 => self.record(random, depth - 1),
            3 => {
                let count = 1 + random.below(4);
                let symbols: Vec<String> = (0..count).map(|at| format!("S{at}")).collect();
                let mut symbols = json!({"type": "enum", "name": self.name(), "symbols": symbols});
                if random.below(2) == 0 {
                    symbols["default"] = json!("S0");
                }
                symbols
            }
            4 => json!({"type": "fixed", "name": self.name(), "size": random.below(20)}),
            5 | 6 => self.union(random, depth, outer),
            7 => json!(["null", outer]),
            _ => primitive(random),
        }
    }

    fn union(&mut self, random: &mut Random, depth: usize, outer: &str) -> Value {
        let mut branches: Vec<Value> = Vec::new();
        for _ in 0..=random.below(4) {
            let branch = self.any(random, depth - 1, outer);
            let tag = |value: &Value| {
                let name = value.get("name").or(value.get("type")).unwrap_or(value);
                name.clone()
            };
            if !branch.is_array() && branches.iter().all(|other| tag(other) != tag(&branch)) {
                branches.push(branch);
            }
        }
        if branches.is_empty() {
            json!(["null"])
        } else {
            Value::Array(branches)
        }
    }
}

const PRIMITIVES: [&str; 8] = [
    "null", "boolean", "int", "long", "float", "double", "bytes", "string",
];

fn primitive(random: &mut Random) -> Value {
    json!(PRIMITIVES[random.below(PRIMITIVES.len())])
}

/// A default for a type without names to resolve.
fn default(schema: &Value) -> Option<Value> {
    Some(match schema {
        Value::String(name) => match name.as_str() {
            "null" => Value::Null,
            "boolean" => json!(true),
            "int" => json!(-7),
            "long" => json!(5_000_000_000_i64),
            "float" => json!(1.5),
            "double" => json!(-0.25),
            "bytes" => json!("\u{0}\u{ff}"),
            "string" => json!("é"),
            _ => return None,
        },
        Value::Array(branches) => default(branches.first()?)?,
        Value::Object(object) => match object["type"].as_str()? {
            "array" => json!([default(&object["items"])?]),
            "map" => json!({"k": default(&object["values"])?}),
            "enum" => object["symbols"][0].clone(),
            "fixed" => json!("x".repeat(object["size"].as_u64()? as usize)),
            _ => return None,
        },
        _ => return None,
    })
}

/// Another version of a schema: a few random changes, most of them harmless.
pub(crate) fn change(schema: &Value, random: &mut Random) -> Value {
    let mut changed = schema.clone();
    for _ in 0..=random.below(3) {
        let count = count(&changed);
        let target = random.below(count);
        visit(&mut changed, &mut target.clone(), random);
    }
    changed
}

fn count(schema: &Value) -> usize {
    1 + match schema {
        Value::Array(branches) => branches.iter().map(count).sum(),
        Value::Object(object) => match object["type"].as_str() {
            Some("array") => count(&object["items"]),
            Some("map") => count(&object["values"]),
            Some("record") => fields(schema)
                .iter()
                .map(|field| count(&field["type"]))
                .sum(),
            _ => 0,
        },
        _ => 0,
    }
}

fn fields(record: &Value) -> Vec<Value> {
    record["fields"].as_array().cloned().unwrap_or_default()
}

/// Changes the type at position `left` of a walk.
fn visit(schema: &mut Value, left: &mut usize, random: &mut Random) -> bool {
    if *left == 0 {
        *schema = mutate(schema, random);
        return true;
    }
    *left -= 1;
    match schema {
        Value::Array(branches) => branches
            .iter_mut()
            .any(|branch| visit(branch, left, random)),
        Value::Object(object) => match object["type"].as_str() {
            Some("array") => visit(&mut object["items"], left, random),
            Some("map") => visit(&mut object["values"], left, random),
            Some("record") => object["fields"].as_array_mut().is_some_and(|all| {
                all.iter_mut()
                    .any(|field| visit(&mut field["type"], left, random))
            }),
            _ => false,
        },
        _ => false,
    }
}

fn mutate(schema: &Value, random: &mut Random) -> Value {
    let mut schema = schema.clone();
    match &schema {
        Value::String(name) => match (name.as_str(), random.below(4)) {
            ("int", 0) => json!("long"),
            ("int" | "long", 2) => json!("float"),
            ("int" | "long" | "float", 1) => json!("double"),
            ("bytes", 0 | 1) => json!("string"),
            ("string", 0 | 1) => json!("bytes"),
            ("null", _) => schema,
            _ => json!(["null", schema]),
        },
        Value::Array(branches) => {
            let mut branches = branches.clone();
            match random.below(3) {
                0 => branches.reverse(),
                1 if branches.len() > 1 => drop(branches.pop()),
                _ if !branches.contains(&json!("boolean")) => branches.insert(0, json!("boolean")),
                _ => branches.rotate_left(1),
            }
            Value::Array(branches)
        }
        Value::Object(object) if object["type"] == "record" && random.below(4) > 0 => {
            let mut all = fields(&schema);
            match random.below(5) {
                0 => all.push(json!({"name": "added", "type": "string", "default": "new"})),
                1 => drop(all.pop()),
                2 => all.reverse(),
                3 if !all.is_empty() => {
                    let at = random.below(all.len());
                    let old = all[at]["name"].clone();
                    all[at]["aliases"] = json!([old]);
                    all[at]["name"] = json!("renamed");
                }
                _ => {
                    schema["aliases"] = json!([schema["name"]]);
                    schema["name"] = json!("Renamed");
                }
            }
            let mut seen = std::collections::HashSet::new();
            all.retain(|field| seen.insert(field["name"].to_string()));
            schema["fields"] = Value::Array(all);
            schema
        }
        Value::Object(object) if object.contains_key("name") && random.below(3) == 0 => {
            // Another namespace, with or without an alias that makes up for it.
            if random.below(2) == 0 {
                schema["aliases"] = json!([format!(".{}", object["name"].as_str().unwrap_or("X"))]);
            }
            schema["namespace"] = json!("other");
            schema
        }
        Value::Object(object) if object["type"] == "enum" => {
            let mut symbols = object["symbols"].as_array().cloned().unwrap_or_default();
            if random.below(2) == 0 && symbols.len() > 1 {
                symbols.pop();
            } else {
                symbols.reverse();
            }
            schema["symbols"] = Value::Array(symbols);
            schema
        }
        _ => json!(["null", schema]),
    }
}
