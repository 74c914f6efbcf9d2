//! The streams of the example, on the embedded engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use generated::events::{DeclinesByReason, OrderSold, SalesPerMinute};
use herald::host::Platform;
use herald::registry::{DecodeFailure, Decoder, Registry};
use herald::streams::{Engine, EngineError, MemoryState, Settings};
use herald::transport::Record;
use herald::{Event, Message, World};
use uuid::Uuid;

/// The topic of records that came after their windows closed.
const LATE: &str = "analytics.sales-late";

/// The engine, and the state that outlives it. Clones share them.
#[derive(Clone, Default)]
pub struct Streams {
    state: MemoryState,
    engine: Arc<Mutex<Option<Arc<Engine>>>>,
}

impl Streams {
    /// Starts the engine, in place of the one that died, if one did.
    ///
    /// # Errors
    /// If a broker or the registry cannot be used.
    pub async fn start(&self, platform: &Platform) -> Result<(), EngineError> {
        let settings = Settings {
            group: format!("{}.streams", platform.topology.system),
        };
        let store = Arc::new(self.state.clone());
        let definitions = generated::streams::all();
        let engine = Engine::start(&definitions, platform, store, settings).await?;
        *self.slot() = Some(Arc::new(engine));
        Ok(())
    }

    /// Closes every window, as silence would in the end.
    pub async fn close_windows(&self, world: &World) {
        loop {
            let engine = self.slot().clone();
            if let Some(engine) = engine
                && engine.close_windows().await
            {
                return;
            }
            // It died, and is started again.
            world.sleep(Duration::from_millis(100)).await;
        }
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Arc<Engine>>> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the streams emitted, repeats of one message left out.
#[derive(Clone, Debug, Default)]
pub struct Emitted {
    /// Sales by country and minute; more than one where a window was emitted twice.
    pub sales: BTreeMap<(String, i64), Vec<SalesPerMinute>>,
    /// Orders that were sold.
    pub sold: Vec<Uuid>,
    /// Orders whose sale came too late for its minute.
    pub late: BTreeSet<Uuid>,
    /// Orders by the reason of their last refusal.
    pub declines: BTreeMap<String, i64>,
    /// Records that repeat another one, where there may be none.
    pub repeats: Option<usize>,
}

impl Emitted {
    /// Reads everything that the streams emitted; `records` gives what lies in a topic.
    ///
    /// # Errors
    /// If a record cannot be decoded.
    pub async fn read(
        registry: Arc<dyn Registry>,
        records: impl Fn(&str) -> Vec<Record>,
    ) -> Result<Self, DecodeFailure> {
        let mut reading = Reading {
            decoder: Decoder::new(registry),
            records,
            repeats: 0,
        };
        let mut emitted = Self::default();
        let sold = reading.all::<OrderSold>(OrderSold::TOPIC).await?;
        emitted.sold = sold.iter().map(|sold| sold.order_id).collect();
        let late = reading.all::<OrderSold>(LATE).await?;
        emitted.late = late.iter().map(|sold| sold.order_id).collect();
        for sales in reading.all::<SalesPerMinute>(SalesPerMinute::TOPIC).await? {
            let key = (sales.country.clone(), sales.window_start.0);
            emitted.sales.entry(key).or_default().push(sales);
        }
        let declines = reading.all::<DeclinesByReason>(DeclinesByReason::TOPIC);
        for declines in declines.await? {
            // The last one of a reason stands.
            let reason = declines.reason.to_string();
            emitted.declines.insert(reason, declines.orders);
        }
        emitted.repeats = Some(reading.repeats);
        Ok(emitted)
    }
}

struct Reading<F> {
    decoder: Decoder,
    records: F,
    repeats: usize,
}

impl<F: Fn(&str) -> Vec<Record>> Reading<F> {
    /// Messages of one type in a topic, each once.
    async fn all<E: Event>(&mut self, topic: &str) -> Result<Vec<E>, DecodeFailure> {
        let mut seen = BTreeSet::new();
        let mut events = Vec::new();
        for record in (self.records)(topic) {
            let id = record.headers.text("ce_id").unwrap_or_default();
            let of_type = record.headers.text("ce_type") == Some(<E as Message>::TYPE);
            let Some(payload) = record.payload.as_ref().filter(|_| of_type) else {
                continue;
            };
            if seen.insert(id.to_owned()) {
                events.push(self.decoder.decode::<E>(payload).await?);
            } else {
                self.repeats += 1;
            }
        }
        Ok(events)
    }
}
