//! The topology of a stream on Kafka Streams.

use std::fmt::Write as _;

use super::shape::Shape;
use crate::model::{Body, Group, Meet, Stream, Type, When, WindowKind};

/// The method `topology`.
pub(super) fn method(shape: &Shape<'_>) -> String {
    let stream = shape.stream;
    let mut text = String::from(
        "\n  @Override\n  public Topology topology(Registry registry, long idleMs) {\n    StreamsBuilder builder = new StreamsBuilder();\n",
    );
    text.push_str(&sources(shape));
    text.push_str(&head(shape, false));
    if stream.input.other.is_some() {
        text.push_str(&head(shape, true));
    }
    match &stream.body {
        Body::Group(group) if stream.input.table => text.push_str(&table(group)),
        Body::Map(_) => {
            text.push_str(&pairs(shape));
            let ids = match &stream.input.other {
                Some(other) if other.meet == Meet::Latest => "pair.lookedUp()",
                _ => "pair",
            };
            let _ = write!(
                text,
                "    KStream<byte[], Emission> emitted =\n        pairs.flatMap(\n            (key, pair) -> {ids}.emissions(key, select(pair.event(), pair.otherEvent()), IDS),\n            Named.as(NAME + \"-select\"));\n"
            );
        }
        Body::Group(group) => {
            text.push_str(&pairs(shape));
            text.push_str(&grouped(stream, group));
        }
    }
    let key = shape
        .output_key
        .map_or("null".to_owned(), |k| format!("{k:?}"));
    let _ = write!(
        text,
        "    emitted\n        .process(\n            new Emit<>(registry, SYSTEM, {:?}, OUTPUT, {key}), Named.as(NAME + \"-emit\"))\n        .to({:?}, Produced.<byte[], byte[]>with(BYTES, BYTES).withName(NAME + \"-sink\"));\n    return builder.build();\n  }}\n",
        shape.output_topic, shape.output_topic
    );
    text
}

/// One source per side, or one for both where they lie in the same topics.
fn sources(shape: &Shape<'_>) -> String {
    let source = |name: &str, topics: &[&str], label: &str| {
        let topics: Vec<String> = topics.iter().map(|t| format!("{t:?}")).collect();
        format!(
            "    KStream<byte[], byte[]> {name} =\n        builder.stream(\n            List.of({}), Consumed.with(BYTES, BYTES).withName(NAME + \"-{label}\"));\n",
            topics.join(", ")
        )
    };
    let mut text = source("records", &shape.topics, "source");
    if let Some(other) = shape.other_topic
        && !shape.topics.contains(&other)
    {
        text.push_str(&source("otherRecords", &[other], "other-source"));
    }
    text
}

fn head(shape: &Shape<'_>, other: bool) -> String {
    let stream = shape.stream;
    let (name, label, from) = match (other, shape.other_topic) {
        (false, _) => ("events", "head", "records"),
        (true, Some(topic)) if !shape.topics.contains(&topic) => {
            ("others", "other-head", "otherRecords")
        }
        (true, _) => ("others", "other-head", "records"),
    };
    let readers: Vec<String> = if other {
        let read = shape.other.iter();
        read.map(|(ty, constant)| format!("{ty:?}, {constant}"))
            .collect()
    } else {
        let read = shape.events.iter();
        read.map(|(ty, constant)| format!("{ty:?}, {constant}"))
            .collect()
    };
    let latest = stream
        .input
        .other
        .as_ref()
        .is_some_and(|o| o.meet == Meet::Latest);
    let table = if other { latest } else { stream.input.table };
    let time = match &stream.input.time {
        Some(time) if !other => {
            let field = super::expr::value(shape.model, time);
            match time.ty {
                Type::TimestampMicros => format!("event -> Math.floorDiv({field}, 1_000L)"),
                Type::TimestampNanos => format!("event -> Math.floorDiv({field}, 1_000_000L)"),
                _ => format!("event -> {field}"),
            }
        }
        _ => "null".to_owned(),
    };
    let dedup = stream
        .dedup_ms
        .map_or("-1".to_owned(), |ms| format!("{ms}L"));
    let projection = if !other && stream.input.events.len() > 1 {
        "SOURCE"
    } else {
        "null"
    };
    format!(
        "    KStream<byte[], Message> {name} =\n        {from}.processValues(\n            new Head(\n                NAME + \"-{label}-seen\",\n                registry,\n                Map.of({}),\n                {table},\n                {time},\n                {dedup},\n                {projection}),\n            Named.as(NAME + \"-{label}\"));\n",
        readers.join(", ")
    )
}

/// Messages with what stands beside them.
fn pairs(shape: &Shape<'_>) -> String {
    let Some(other) = &shape.stream.input.other else {
        return "    KStream<byte[], Pair> pairs =\n        events.mapValues(Pair::of, Named.as(NAME + \"-pairs\"));\n".to_owned();
    };
    let (left, right) = (shape.event_schema(), "OTHER");
    let join = if other.left { "leftJoin" } else { "join" };
    match &other.meet {
        Meet::Within {
            within_ms,
            grace_ms,
        } => format!(
            "    KStream<byte[], Pair> pairs =\n        events.{join}(\n            others,\n            Pair::new,\n            JoinWindows.ofTimeDifferenceAndGrace(\n                Duration.ofMillis({within_ms}L), Duration.ofMillis({grace_ms}L)),\n            StreamJoined.with(BYTES, Message.serde({left}), Message.serde({right}))\n                .withName(NAME + \"-join\")\n                .withStoreName(NAME + \"-join\"));\n"
        ),
        Meet::Latest => format!(
            "    KTable<byte[], Message> rows =\n        others.toTable(\n            Named.as(NAME + \"-rows-table\"),\n            Materialized.<byte[], Message, KeyValueStore<Bytes, byte[]>>as(NAME + \"-rows\")\n                .withKeySerde(BYTES)\n                .withValueSerde(Message.serde({right}))\n                .withCachingDisabled());\n    KStream<byte[], Pair> pairs =\n        events.{join}(\n            rows,\n            Pair::new,\n            Joined.with(BYTES, Message.serde({left}), Message.serde({right}))\n                .withName(NAME + \"-lookup\"));\n"
        ),
    }
}

fn table(_: &Group) -> String {
    "    KStream<byte[], Emission> emitted =
        events
            .toTable(
                Named.as(NAME + \"-rows-table\"),
                Materialized.<byte[], Message, KeyValueStore<Bytes, byte[]>>as(NAME + \"-rows\")
                    .withKeySerde(BYTES)
                    .withValueSerde(Message.serde(EVENT))
                    .withCachingDisabled())
            .groupBy(
                (key, message) -> first(select(message.event(), null)),
                Grouped.with(NAME + \"-groups\", Datum.serde(KEY), Datum.serde(ROW)))
            .aggregate(
                STREAM_CLASS::start,
                (key, row, state) -> added(state, row),
                (key, row, state) -> takenBack(state, row),
                Named.as(NAME + \"-aggregate\"),
                Materialized.<GenericRecord, GenericRecord, KeyValueStore<Bytes, byte[]>>as(
                        NAME + \"-groups\")
                    .withKeySerde(Datum.serde(KEY))
                    .withValueSerde(Datum.serde(STATE))
                    .withCachingDisabled())
            .toStream(Named.as(NAME + \"-changes\"))
            .map(
                (key, state) -> KeyValue.pair(BARE, emission(key, 0, 0, state)),
                Named.as(NAME + \"-results\"));
"
    .to_owned()
}

fn grouped(stream: &Stream, group: &Group) -> String {
    let keeps = stream.late.is_some();
    let mut text = format!(
        "    KStream<GenericRecord, Item> items =\n        pairs\n            .flatMap(\n                (key, pair) ->\n                    pair.items(key, select(pair.event(), pair.otherEvent()), {keeps}),\n                Named.as(NAME + \"-select\"))\n            .repartition(\n                Repartitioned.with(Datum.serde(KEY), Item.serde(ROW)).withName(NAME + \"-items\"));\n"
    );
    let Some(window) = group.window else {
        text.push_str(&totals());
        return text;
    };
    let closes = group.when == When::WindowCloses;
    if closes || keeps {
        text.push_str("    builder.addStateStore(Times.store(NAME + \"-times\"));\n");
    }
    if let (
        Some(late),
        WindowKind::Hopping {
            size_ms,
            advance_ms,
        },
    ) = (&stream.late, window.kind)
    {
        let _ = write!(
            text,
            "    KStream<GenericRecord, Item> marked =\n        items.processValues(\n            new LateRecords(NAME + \"-times\", {size_ms}L, {advance_ms}L, {}L),\n            Named.as(NAME + \"-late\"),\n            NAME + \"-times\");\n    marked\n        .filter((key, item) -> item.late(), Named.as(NAME + \"-too-late\"))\n        .map(\n            (key, item) -> KeyValue.pair(item.key(), item.value()),\n            Named.as(NAME + \"-as-it-came\"))\n        .to({late:?}, Produced.<byte[], byte[]>with(BYTES, BYTES).withName(NAME + \"-late-sink\"));\n    items = marked.filterNot((key, item) -> item.late(), Named.as(NAME + \"-in-time\"));\n",
            window.grace_ms
        );
    }
    let grace = window.grace_ms;
    let (kind, merger, store) = match window.kind {
        WindowKind::Hopping {
            size_ms,
            advance_ms,
        } => (
            format!(
                "TimeWindows.ofSizeAndGrace(\n                    Duration.ofMillis({size_ms}L), Duration.ofMillis({grace}L))\n                    .advanceBy(Duration.ofMillis({advance_ms}L))"
            ),
            "",
            "WindowStore",
        ),
        WindowKind::Session { gap_ms } => (
            format!(
                "SessionWindows.ofInactivityGapAndGrace(\n                    Duration.ofMillis({gap_ms}L), Duration.ofMillis({grace}L))"
            ),
            "                (key, state, other) -> merged(state, other),\n",
            "SessionStore",
        ),
    };
    let _ = write!(
        text,
        "    KStream<Windowed<GenericRecord>, GenericRecord> changes =\n        items\n            .groupByKey(Grouped.with(NAME + \"-group\", Datum.serde(KEY), Item.serde(ROW)))\n            .windowedBy(\n                {kind})\n            .aggregate(\n                STREAM_CLASS::start,\n                (key, item, state) -> added(state, item.row()),\n{merger}                Named.as(NAME + \"-aggregate\"),\n                Materialized.<GenericRecord, GenericRecord, {store}<Bytes, byte[]>>as(\n                        NAME + \"-groups\")\n                    .withKeySerde(Datum.serde(KEY))\n                    .withValueSerde(Datum.serde(STATE))\n                    .withCachingDisabled())\n            .toStream(Named.as(NAME + \"-changes\"));\n"
    );
    text.push_str(&results(group, grace));
    text
}

fn totals() -> String {
    "    KStream<byte[], Emission> emitted =
        items
            .groupByKey(Grouped.with(NAME + \"-group\", Datum.serde(KEY), Item.serde(ROW)))
            .aggregate(
                STREAM_CLASS::start,
                (key, item, state) -> added(state, item.row()),
                Named.as(NAME + \"-aggregate\"),
                Materialized.<GenericRecord, GenericRecord, KeyValueStore<Bytes, byte[]>>as(
                        NAME + \"-groups\")
                    .withKeySerde(Datum.serde(KEY))
                    .withValueSerde(Datum.serde(STATE))
                    .withCachingDisabled())
            .toStream(Named.as(NAME + \"-changes\"))
            .map(
                (key, state) -> KeyValue.pair(BARE, emission(key, 0, 0, state)),
                Named.as(NAME + \"-results\"));
"
    .to_owned()
}

/// What is emitted of groups in windows.
fn results(group: &Group, grace: u64) -> String {
    let Some(window) = group.window else {
        return String::new();
    };
    if group.when == When::OnUpdate {
        return "    KStream<byte[], Emission> emitted =\n        changes.map(\n            (key, state) ->\n                KeyValue.pair(\n                    BARE,\n                    emission(key.key(), key.window().start(), key.window().end(), state)),\n            Named.as(NAME + \"-results\"));\n".to_owned();
    }
    let (wait, sessions, stores) = match window.kind {
        WindowKind::Session { gap_ms } => (
            grace + gap_ms,
            "NAME + \"-groups\"",
            "NAME + \"-times\",\n            NAME + \"-groups\"",
        ),
        WindowKind::Hopping { .. } => (grace, "null", "NAME + \"-times\""),
    };
    format!(
        "    KStream<GenericRecord, Emission> emitted =\n        changes.process(\n            new CloseWindows(\n                NAME, KEY, STATE, {wait}L, idleMs, {sessions}, STREAM_CLASS::output),\n            Named.as(NAME + \"-close\"),\n            {stores});\n"
    )
}
