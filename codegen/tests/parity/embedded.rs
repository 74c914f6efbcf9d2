//! The embedded side of the parity test: streams of the crate beside it, driven from standard
//! input by the same lines as Kafka's TopologyTestDriver.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use herald::registry::{MemoryRegistry, Registry};
use herald::streams::Driver;
use herald::transport::{Headers, NewRecord, Record};
use jiff::Timestamp;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Arc::new(MemoryRegistry::new());
    let mut ids: BTreeMap<u64, u32> = BTreeMap::new();
    let mut driver: Option<Driver> = None;
    let (mut number, mut offset) = (0, 0);
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for line in BufReader::new(std::io::stdin()).lines() {
        let command: Value = serde_json::from_str(&line?)?;
        if let Some(schema) = command["schema"].as_str() {
            let subject = format!("input-{}", command["id"]);
            let id = now(registry.register(&subject, schema))?;
            ids.insert(command["id"].as_u64().unwrap_or_default(), id.0);
        } else if let Some(name) = command["stream"].as_str() {
            let all = generated::streams::all();
            let definition = all.iter().find(|d| d.name() == name).ok_or("no such stream")?;
            driver = Some(now(Driver::start(definition, registry.clone(), "parity"))?);
            (number, offset) = (0, 0);
            writeln!(out, "{command}")?;
        } else if let Some(driver) = &mut driver {
            let records = if let Some(lasts) = command["wall"].as_u64() {
                driver.silence(lasts)
            } else {
                offset += 1;
                let record = record(&command, &ids, offset);
                now(driver.pipe(&record)).1
            };
            for record in &records {
                writeln!(out, "{}", shown(number, record))?;
            }
            number += 1;
        }
    }
    Ok(())
}

/// Nothing waits here: the registry is in memory.
fn now<F: Future>(future: F) -> F::Output {
    match future.now_or_never() {
        Some(output) => output,
        None => unreachable!("a registry in memory answers at once"),
    }
}

fn record(command: &Value, ids: &BTreeMap<u64, u32>, offset: u64) -> Record {
    let mut headers = Headers::new();
    for (name, value) in command["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default().to_owned();
        headers.push(name.clone(), value);
    }
    let mut payload = bytes(&command["value"]);
    // The registry gave the writer's schema an id of its own.
    if let Some(framed) = &mut payload
        && framed.len() >= 5
        && framed[0] == 0
    {
        let named = u32::from_be_bytes([framed[1], framed[2], framed[3], framed[4]]);
        let id = ids.get(&u64::from(named)).copied().unwrap_or(u32::MAX);
        framed[1..5].copy_from_slice(&id.to_be_bytes());
    }
    Record {
        topic: command["topic"].as_str().unwrap_or_default().into(),
        partition: 0,
        offset,
        key: bytes(&command["key"]).map(Bytes::from),
        headers,
        payload: payload.map(Bytes::from),
        timestamp: Timestamp::from_millisecond(command["time"].as_i64().unwrap_or_default())
            .unwrap_or(Timestamp::UNIX_EPOCH),
    }
}

fn bytes(hex: &Value) -> Option<Vec<u8>> {
    let hex = hex.as_str()?;
    let pairs = hex.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect()
}

fn shown(number: u64, record: &NewRecord) -> Value {
    let hex = |bytes: &Option<Bytes>| {
        let bytes = bytes.as_ref()?;
        Some(bytes.iter().map(|b| format!("{b:02x}")).collect::<String>())
    };
    json!({
        "n": number,
        "topic": &*record.topic,
        "key": hex(&record.key),
        "value": hex(&record.payload),
        "time": record.timestamp.map(Timestamp::as_millisecond),
        "id": record.headers.text("ce_id"),
    })
}
