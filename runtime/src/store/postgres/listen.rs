//! Hears of messages that other instances left for a relay of this one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::{Mutex, Notify};

use crate::store::Broker;

/// What instances notify each other on; the payload is the broker's name.
pub(super) const CHANNEL: &str = "herald_outbox";

/// How long a lost connection is left alone. Relays poll meanwhile.
const PAUSE: Duration = Duration::from_secs(1);

/// One connection that listens for all relays of an instance, as long as one of
/// them waits: whoever waits first does the hearing for the others.
pub(super) struct Listener {
    options: PgConnectOptions,
    ear: Mutex<Option<PgListener>>,
    log: Arc<Notify>,
    queues: Arc<Notify>,
}

impl Listener {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self {
            options,
            ear: Mutex::default(),
            log: Arc::default(),
            queues: Arc::default(),
        }
    }

    /// Waits until another instance says that there are messages for a broker.
    /// May be dropped at any time.
    pub(super) async fn filled(&self, broker: Broker) {
        tokio::select! {
            biased;
            () = self.of(broker).notified() => {}
            () = Box::pin(self.hear(broker)) => {}
        }
    }

    fn of(&self, broker: Broker) -> &Notify {
        match broker {
            Broker::Log => &self.log,
            Broker::Queues => &self.queues,
        }
    }

    /// Hears for all; ends when something is said to `broker`.
    async fn hear(&self, broker: Broker) {
        let mut ear = self.ear.lock().await;
        loop {
            match self.next(&mut ear).await {
                Ok(said) if said == broker => return,
                Ok(said) => self.of(said).notify_one(),
                Err(error) => {
                    tracing::debug!(%error, "not listening");
                    *ear = None;
                    pause().await;
                }
            }
        }
    }

    async fn next(&self, ear: &mut Option<PgListener>) -> Result<Broker, sqlx::Error> {
        loop {
            let listener = match ear {
                Some(listener) => listener,
                None => ear.insert(self.open().await?),
            };
            let said = listener.recv().await?;
            let brokers = Broker::ALL.into_iter();
            if let Some(broker) = { brokers }.find(|broker| broker.as_str() == said.payload()) {
                return Ok(broker);
            }
        }
    }

    /// A connection beside the pool's, so that it takes none from units of work.
    async fn open(&self) -> Result<PgListener, sqlx::Error> {
        let pool = PgPoolOptions::new().max_connections(1);
        let pool = pool.connect_lazy_with(self.options.clone());
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(listener)
    }
}

impl fmt::Debug for Listener {
    /// Without the options, which hold the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a real server's connection has no virtual time"
)]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
