//! What a stream computes, as the runtime asks for it.

use std::fmt::Write as _;

use super::{
    expr::Rust,
    group::{self, Step},
};
use crate::{
    emit::{EmitError, index::Index, rust_file::RustFile, tokens},
    model::{Body, Column, Group, Meet, Stream, Type, Variable, WindowKind},
};

/// `impl Logic` and, where it groups, `impl Grouping`.
pub(super) fn write(
    file: &mut RustFile,
    index: &Index<'_>,
    stream: &Stream,
) -> Result<(), EmitError> {
    let mut rust = Rust {
        index,
        imports: &mut file.imports,
    };
    let mut items = vec![sources(&mut rust, stream), Some(logic(&mut rust, stream))];
    if let Body::Group(group) = &stream.body {
        items.push(Some(grouping(&mut rust, stream, group)));
        items.push(changing(&mut rust, stream, group));
    }
    for item in items.into_iter().flatten().filter(|i| !i.is_empty()) {
        for part in item.split("\n\n").filter(|p| !p.trim().is_empty()) {
            tokens::item(&mut file.body, part.parse().map_err(lexed)?)?;
        }
    }
    Ok(())
}

/// Text that is not even tokens: a mistake of this emitter.
fn lexed(error: proc_macro2::LexError) -> EmitError {
    EmitError::Tokens(syn::Error::new(error.span(), error))
}

/// Conversions from each of several sources, split by empty lines.
fn sources(rust: &mut Rust<'_, '_>, stream: &Stream) -> Option<String> {
    if stream.input.events.len() < 2 {
        return None;
    }
    let mut text = String::new();
    for event in &stream.input.events {
        let ty = event_type(rust, event);
        let fields = stream.input.shared.iter();
        let fields = fields.map(|f| format!("{0}: event.{0}", f.rust));
        let fields = fields.collect::<Vec<_>>().join(", ");
        let _ = write!(
            text,
            "impl From<{ty}> for Source {{ fn from(event: {ty}) -> Self {{ Self {{ {fields} }} }} }}\n\n"
        );
    }
    Some(text)
}

/// An event's Rust type.
pub(super) fn event_type(rust: &mut Rust<'_, '_>, name: &str) -> String {
    match rust.index.model().events.get(name) {
        Some(event) => rust.imports.generated("crate::events", &event.message.rust),
        None => name.to_owned(),
    }
}

/// The type of what `event` names.
pub(super) fn source_type(rust: &mut Rust<'_, '_>, stream: &Stream) -> String {
    match stream.input.events.as_slice() {
        [one] => event_type(rust, one),
        _ => "Source".to_owned(),
    }
}

fn logic(rust: &mut Rust<'_, '_>, stream: &Stream) -> String {
    let event = source_type(rust, stream);
    let other = match &stream.input.other {
        Some(other) => event_type(rust, &other.event),
        None => rust.streams("NoOther"),
    };
    let output = event_type(rust, &stream.emits);
    let item = match &stream.body {
        Body::Map(_) => output.clone(),
        Body::Group(_) => "(Key, Row)".to_owned(),
    };
    let (trait_name, overflow) = (rust.streams("Logic"), rust.streams("Overflow"));
    let time = time(rust, stream);
    let body = select(rust, stream);
    let event_name = used("event", &body);
    let other_name = used("other", &body);
    let items_name = used("items", &body);
    format!(
        "impl {trait_name} for Stream {{
            const NAME: &'static str = {:?};
            type Event = {event};
            type Other = {other};
            type Item = {item};
            type Output = {output};
            {time}
            fn select(
                {event_name}: &Self::Event,
                {other_name}: Option<&Self::Other>,
                {items_name}: &mut Vec<Self::Item>,
            ) -> Result<(), {overflow}> {{
                {body}
                Ok(())
            }}
        }}",
        stream.name
    )
}

/// A parameter's name, marked where the body does not mention it.
fn used(name: &str, body: &str) -> String {
    let mentioned = body
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word == name);
    if mentioned {
        name.to_owned()
    } else {
        format!("_{name}")
    }
}

fn time(rust: &mut Rust<'_, '_>, stream: &Stream) -> String {
    let Some(time) = &stream.input.time else {
        return String::new();
    };
    let millis = match time.ty {
        Type::TimestampMicros => ".0.div_euclid(1_000)",
        Type::TimestampNanos => ".0.div_euclid(1_000_000)",
        _ => ".0",
    };
    let value = rust.value(time);
    format!("fn time(event: &Self::Event) -> Option<i64> {{ Some({value}{millis}) }}")
}

fn select(rust: &mut Rust<'_, '_>, stream: &Stream) -> String {
    let text = rows(rust, stream);
    match &stream.input.other {
        Some(other) if !other.left => {
            let head = match used("other", &text).as_str() {
                "other" => "let Some(other) = other else { return Ok(()); };",
                _ => "if other.is_none() { return Ok(()); }",
            };
            format!("{head}\n{text}")
        }
        _ => text,
    }
}

/// What one record, and the other side's where there is one, add to the items.
fn rows(rust: &mut Rust<'_, '_>, stream: &Stream) -> String {
    let mut text = String::new();
    if let Some(filter) = &stream.filter {
        let condition = rust.value(filter);
        let _ = writeln!(
            text,
            "let wanted = {condition}; if !wanted {{ return Ok(()); }}"
        );
    }
    let push = item(rust, stream);
    match &stream.each {
        None => text.push_str(&push),
        Some(each) => {
            let list = rust.borrowed(&each.list);
            let item = used(super::expr::variable_name(Variable::Item), &push);
            let _ = write!(text, "for {item} in {list} {{ {push} }}");
        }
    }
    text
}

fn item(rust: &mut Rust<'_, '_>, stream: &Stream) -> String {
    match &stream.body {
        Body::Map(columns) => {
            let output = event_type(rust, &stream.emits);
            format!("items.push({output} {{ {} }});", fields(rust, columns))
        }
        Body::Group(group) => {
            let keys = fields(rust, &group.keys);
            let mut row = String::new();
            for aggregate in &group.aggregates {
                if let Some(argument) = &aggregate.argument {
                    let value = rust.value(argument);
                    let _ = write!(row, "{}: {value}, ", aggregate.rust);
                }
            }
            format!(
                "let key = Key {{ {keys} }}; let row = Row {{ {row} }}; items.push((key, row));"
            )
        }
    }
}

fn fields(rust: &mut Rust<'_, '_>, columns: &[Column]) -> String {
    let mut text = String::new();
    for column in columns {
        let value = rust.value(&column.expr);
        let _ = write!(text, "{}: {value}, ", column.rust);
    }
    text
}

fn grouping(rust: &mut Rust<'_, '_>, stream: &Stream, group: &Group) -> String {
    let (trait_name, overflow) = (rust.streams("Grouping"), rust.streams("Overflow"));
    let window_type = rust.streams("Window");
    let codec = rust.imports.codec("Codec");
    let steps = steps(rust, group, Step::Add);
    let mut output = String::new();
    for key in &group.keys {
        let value = rust.owned(&format!("key.{}", key.rust), &key.expr.ty, false);
        let _ = write!(output, "{}: {value}, ", key.rust);
    }
    if group.window.is_some() {
        let timestamp = rust.imports.codec("TimestampMillis");
        for bound in ["start", "end"] {
            let _ = write!(output, "window_{bound}: {timestamp}(window.{bound}), ");
        }
    }
    for aggregate in &group.aggregates {
        let value = group::result(rust, group, aggregate);
        let _ = write!(output, "{}: {value}, ", aggregate.rust);
    }
    let event = event_type(rust, &stream.emits);
    let (row, window) = (used("row", &steps), used("window", &output));
    format!(
        "impl {trait_name} for Stream {{
            type Key = Key;
            type Row = Row;
            type State = State;
            fn start() -> State {{ {codec}::blank() }}
            fn add(state: &mut State, {row}: &Row) -> Result<(), {overflow}> {{ {steps} Ok(()) }}
            fn output(key: &Key, {window}: {window_type}, state: &State) -> {event} {{
                {event} {{ {output} }}
            }}
        }}"
    )
}

/// `impl Merging` of sessions, `impl Retracting` of tables.
fn changing(rust: &mut Rust<'_, '_>, stream: &Stream, group: &Group) -> Option<String> {
    let overflow = rust.streams("Overflow");
    if stream.input.table {
        let trait_name = rust.streams("Retracting");
        let steps = steps(rust, group, Step::TakeBack);
        let row = used("row", &steps);
        return Some(format!(
            "impl {trait_name} for Stream {{
                fn take_back(state: &mut State, {row}: &Row) -> Result<(), {overflow}> {{
                    {steps} Ok(())
                }}
            }}"
        ));
    }
    let session = group
        .window
        .is_some_and(|w| matches!(w.kind, WindowKind::Session { .. }));
    session.then(|| {
        let trait_name = rust.streams("Merging");
        let steps = steps(rust, group, Step::Merge);
        format!(
            "impl {trait_name} for Stream {{
                fn merge(state: &mut State, other: &State) -> Result<(), {overflow}> {{
                    {steps} Ok(())
                }}
            }}"
        )
    })
}

fn steps(rust: &mut Rust<'_, '_>, group: &Group, step: Step) -> String {
    let (mut compute, mut put) = (String::new(), String::new());
    for aggregate in &group.aggregates {
        let (first, then) = group::step(rust, group, aggregate, step);
        compute.push_str(&first);
        put.push_str(&then);
    }
    compute + &put
}

/// Whether the other side is looked up rather than joined.
pub(super) fn is_lookup(meet: &Meet) -> bool {
    *meet == Meet::Latest
}
