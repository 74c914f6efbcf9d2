//! Exchanges, queues and bindings, made where they are missing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{Channel, ErrorKind, ExchangeKind};
use serde_json::Value;

use super::link::unavailable;
use crate::transport::{QueueSpec, Route, TransportError};

const NOT_FOUND: u16 = 404;
const PRECONDITION_FAILED: u16 = 406;

/// What was declared here, to be declared again where a broker lost it.
#[derive(Default)]
pub(super) struct Declared(Mutex<BTreeMap<String, QueueSpec>>);

impl Declared {
    pub(super) fn remember(&self, specs: &[QueueSpec]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for spec in specs {
            known.insert(spec.name.clone(), spec.clone());
        }
    }

    pub(super) fn spec(&self, queue: &str) -> Option<QueueSpec> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(queue).cloned()
    }
}

/// Declares all of it. The channel is of no use after an error.
pub(super) async fn declare(channel: &Channel, specs: &[QueueSpec]) -> Result<(), TransportError> {
    for spec in specs {
        let queue = name(&spec.name)?;
        let options = QueueDeclareOptions::durable();
        let declared = channel.queue_declare(queue.clone(), options, arguments(spec));
        declared
            .await
            .map_err(|error| refused(&spec.name, &error))?;
        for binding in &spec.bindings {
            bind(channel, &queue, binding).await?;
        }
    }
    Ok(())
}

/// How many messages wait in a queue that exists. The channel is of no use after an
/// error.
pub(super) async fn ready(channel: &Channel, queue: &str) -> Result<u32, TransportError> {
    let options = QueueDeclareOptions {
        passive: true,
        ..QueueDeclareOptions::durable()
    };
    let found = channel.queue_declare(name(queue)?, options, FieldTable::default());
    let found = found.await.map_err(|error| refused(queue, &error))?;
    Ok(found.message_count())
}

async fn bind(
    channel: &Channel,
    queue: &ShortString,
    binding: &Route,
) -> Result<(), TransportError> {
    // Every queue is bound to the default exchange, by its name and nothing else.
    if binding.exchange.is_empty() {
        return Ok(());
    }
    let exchange = name(&binding.exchange)?;
    let options = ExchangeDeclareOptions {
        durable: true,
        ..ExchangeDeclareOptions::default()
    };
    let table = FieldTable::default();
    channel
        .exchange_declare(exchange.clone(), ExchangeKind::Direct, options, table)
        .await
        .map_err(|error| refused(&binding.exchange, &error))?;
    let (key, options) = (name(&binding.routing_key)?, QueueBindOptions::default());
    channel
        .queue_bind(queue.clone(), exchange, key, options, FieldTable::default())
        .await
        .map_err(|error| refused(&binding.routing_key, &error))
}

fn name(name: &str) -> Result<ShortString, TransportError> {
    ShortString::try_new(name)
        .map_err(|_| TransportError::Unknown(format!("name: {name} has more than 255 bytes")))
}

fn arguments(spec: &QueueSpec) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in spec.arguments() {
        let value = match value {
            Value::String(it) => AMQPValue::LongString(it.into()),
            Value::Bool(it) => AMQPValue::Boolean(it),
            Value::Number(it) => AMQPValue::LongLongInt(it.as_i64().unwrap_or(i64::MAX)),
            Value::Null | Value::Array(_) | Value::Object(_) => AMQPValue::Void,
        };
        table.insert(name.into(), value);
    }
    table
}

/// The broker's word about something named.
pub(super) fn refused(name: &str, error: &lapin::Error) -> TransportError {
    let ErrorKind::ProtocolError(refusal) = error.kind() else {
        return unavailable(error);
    };
    let said = refusal.get_message().as_str();
    match refusal.get_id() {
        NOT_FOUND => TransportError::Unknown(said.replace("NOT_FOUND - no ", "")),
        PRECONDITION_FAILED => TransportError::Conflict {
            name: name.to_owned(),
            difference: said.replace("PRECONDITION_FAILED - ", ""),
        },
        _ => unavailable(error),
    }
}

/// The exchange that a channel was closed for, because it does not exist.
pub(super) fn is_missing_exchange(error: &lapin::Error, exchange: &str) -> bool {
    let ErrorKind::ProtocolError(refusal) = error.kind() else {
        return false;
    };
    let named = format!("no exchange '{exchange}' ");
    refusal.get_id() == NOT_FOUND && refusal.get_message().as_str().contains(&named)
}
