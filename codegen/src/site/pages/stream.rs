//! A page per stream: what it reads, computes and emits.

use serde_json::{Value, json};

use super::{each, fact, leads};
use crate::{
    emit::EmitError,
    model::{Body, Function, Group, Meet, Stream, When, WindowKind},
    site::{
        File, Site, expression,
        links::Kind,
        render::{At, Page},
        svg::route,
        words::{self, duration},
    },
};

/// Pages of all streams.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let streams: Vec<&Stream> = site.model.streams.values().collect();
    each(&streams, |stream| page(site, stream))
}

fn page(site: &Site<'_>, stream: &Stream) -> Result<Vec<File>, EmitError> {
    let Some(url) = site.links.url(Kind::Stream, &stream.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let text = |expr| expression::text(stream, expr);
    let mut steps = vec![
        json!({ "label": input(stream), "refs": inputs(&at, stream), "text": null, "words": null }),
    ];
    let mut step = |label: &str, step: Step| {
        let (code, words) = match step {
            Step::Code(code) => (Some(code), None),
            Step::Words(words) => (None, Some(words)),
        };
        steps.push(json!({ "label": label, "refs": [], "text": code, "words": words }));
    };
    if let Some(filter) = &stream.filter {
        step("Keeps records where", Step::Code(text(filter)));
    }
    if let Some(each) = &stream.each {
        step(
            "Takes one by one",
            Step::Code(format!("{} as {}", text(&each.list), each.name)),
        );
    }
    let group = stream.group();
    if let Some(window) = group.and_then(|g| g.window) {
        step("Within", Step::Words(windows(window.kind)));
        if let Some(time) = &stream.input.time {
            step("By the time", Step::Code(text(time)));
        }
        step(
            "And takes late records for",
            Step::Words(duration(window.grace_ms)),
        );
    }
    if let Some(group) = group {
        let when = match group.when {
            When::WindowCloses => "once, when a window closes",
            When::OnUpdate => "at every change",
        };
        step("Emits", Step::Words(when.to_owned()));
    }
    let mut facts = vec![leads("Emits", at.reference(Kind::Event, &stream.emits))];
    if let Some(owner) = &stream.owner {
        facts.push(fact("Owner", owner));
    }
    if let Some(ms) = stream.idle_ms {
        facts.push(fact("Windows close after a silence of", duration(ms)));
    }
    for (environment, ms) in site.model.idle_elsewhere(&stream.name) {
        let there = format!("Windows close in {environment} after a silence of");
        facts.push(fact(&there, duration(ms)));
    }
    if let Some(ms) = stream.dedup_ms {
        facts.push(fact("Repeats are recognised for", duration(ms)));
    }
    let mut apart: Vec<Value> = Vec::new();
    if let Some(late) = &stream.late {
        apart.push(json!({ "name": late, "about": "came after all its windows closed" }));
    }
    for topic in topics(site, stream) {
        let about = "cannot be decoded or computed with";
        apart.push(json!({ "name": stream.dead_letters(topic), "about": about }));
    }
    let values = json!({
        "name": stream.name,
        "doc": at.doc(stream.doc.as_deref()),
        "facts": facts,
        "route": drawing(&at, stream),
        "steps": steps,
        "columns": columns(stream),
        "apart": apart,
        "source": stream.source.to_string(),
    });
    let about = words::first_sentence(stream.doc.as_deref().unwrap_or_default(), 160);
    let toc = vec![
        ("way", "What goes in and out"),
        ("steps", "Step by step"),
        ("fields", "What it computes"),
        ("apart", "What it sets apart"),
    ];
    Ok(vec![site.page(&Page {
        url,
        template: "stream",
        title: &stream.name,
        about: &about,
        section: Kind::Stream.folder(),
        toc,
        values,
    })?])
}

/// What a step says.
enum Step {
    Code(String),
    Words(String),
}

fn topics<'a>(site: &Site<'a>, stream: &'a Stream) -> Vec<&'a str> {
    let topic = |event: &str| Some(site.model.events.get(event)?.topic.as_str());
    let mut topics: Vec<&str> = stream.reads().filter_map(topic).collect();
    topics.sort_unstable();
    topics.dedup();
    topics
}

fn input(stream: &Stream) -> String {
    match &stream.input.other {
        Some(other) => {
            let alone = if other.left {
                ", alone where there is none"
            } else {
                ""
            };
            match other.meet {
                Meet::Within {
                    within_ms,
                    grace_ms,
                } => format!(
                    "Joins on {} within {}, taking late records for {}{alone}",
                    other.key,
                    duration(within_ms),
                    duration(grace_ms)
                ),
                Meet::Latest => format!("Looks up the latest by {}{alone}", other.key),
            }
        }
        None if stream.input.table => "Reads, the last record of each key alone,".to_owned(),
        None => "Reads".to_owned(),
    }
}

fn inputs(at: &At<'_, '_>, stream: &Stream) -> Vec<Value> {
    stream
        .reads()
        .map(|event| at.reference(Kind::Event, event))
        .collect()
}

fn windows(kind: WindowKind) -> String {
    match kind {
        WindowKind::Hopping {
            size_ms,
            advance_ms,
        } if size_ms == advance_ms => {
            format!("every {}", duration(size_ms))
        }
        WindowKind::Hopping {
            size_ms,
            advance_ms,
        } => {
            format!("{}, one every {}", duration(size_ms), duration(advance_ms))
        }
        WindowKind::Session { gap_ms } => {
            format!("sessions, until nothing comes for {}", duration(gap_ms))
        }
    }
}

/// Fields of the emitted event with what each is computed from.
fn columns(stream: &Stream) -> Value {
    let plain = |columns: &[crate::model::Column], role: &str| -> Vec<Value> {
        let row = |c: &crate::model::Column| json!({ "name": c.name, "role": role, "text": expression::text(stream, &c.expr) });
        columns.iter().map(row).collect()
    };
    match &stream.body {
        Body::Map(columns) => plain(columns, "field").into(),
        Body::Group(Group {
            keys, aggregates, ..
        }) => {
            let mut rows = plain(keys, "group");
            rows.extend(aggregates.iter().map(|a| {
                let argument = a.argument.as_ref().map(|e| expression::text(stream, e));
                let argument = argument.unwrap_or_default();
                let text = match a.function {
                    Function::Count => format!("count({argument})"),
                    Function::Sum => format!("sum({argument})"),
                    Function::Min => format!("min({argument})"),
                    Function::Max => format!("max({argument})"),
                    Function::Avg { scale } => format!("avg({argument}, {scale})"),
                };
                json!({ "name": a.name, "role": words::describe(&a.ty), "text": text })
            }));
            rows.into()
        }
    }
}

fn drawing(at: &At<'_, '_>, stream: &Stream) -> String {
    let stop = |event: &str| route::Stop {
        class: Kind::Event.word(),
        name: event.to_owned(),
        below: at.site.model.events.get(event).map(|e| e.topic.clone()),
        href: at.href(Kind::Event, event),
    };
    let middle = route::Stop {
        class: Kind::Stream.word(),
        name: stream.name.clone(),
        below: None,
        href: None,
    };
    route::draw(
        [
            stream.reads().map(stop).collect(),
            vec![middle],
            vec![stop(&stream.emits)],
        ],
        &format!("What goes in and out of {}", stream.name),
    )
}
