//! Holds a consumer up while something that every message needs is down.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::backoff::Probes;
use super::unit::{Failure, Job};
use super::{Engine, Outcome};
use crate::error::HandlerError;
use crate::store::Store;
use crate::telemetry::ConsumerMeters;

/// Open, or closed by one worker that probes while the others wait.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    closed: Mutex<bool>,
    opened: Notify,
}

/// The right to probe. The gate opens when it is dropped.
#[derive(Debug)]
pub(crate) struct Probe<'a>(&'a Gate);

impl Gate {
    /// Waits until the gate is open.
    pub(crate) async fn pass(&self) {
        loop {
            let opened = self.opened.notified();
            tokio::pin!(opened);
            // Registered before the look, so that no opening is missed.
            opened.as_mut().enable();
            if !self.is_closed() {
                return;
            }
            opened.await;
        }
    }

    /// Closes the gate, unless another did before.
    pub(crate) fn close(&self) -> Option<Probe<'_>> {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        // Made only where it is given away: dropping one opens the gate.
        (!std::mem::replace(&mut *closed, true)).then(|| Probe(self))
    }

    pub(crate) fn is_closed(&self) -> bool {
        *self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        let gate = self.0;
        *gate.closed.lock().unwrap_or_else(PoisonError::into_inner) = false;
        gate.opened.notify_waiters();
    }
}

impl<S, St> Engine<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
{
    /// Runs a job. While something is down, this worker probes, or waits for the
    /// one that does; no attempt is used.
    pub(super) async fn run_gated(
        &self,
        job: &Job<'_, S, St::Tx>,
        gate: &Gate,
        meters: &ConsumerMeters,
    ) -> Result<Outcome, Failure> {
        let mut probe = None;
        let mut probes = Probes::new(self.platform.tuning.probe);
        loop {
            if probe.is_none() {
                gate.pass().await;
            }
            match self.run(job).await {
                Err(Failure::Handler(error @ HandlerError::Unavailable { .. })) => {
                    if probe.is_none() {
                        probe = gate.close();
                        meters.unavailable.increment();
                        tracing::warn!(%error, "consumption pauses");
                    }
                    if probe.is_some() {
                        self.world().sleep(probes.next()).await;
                    }
                }
                ended => return ended,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn one_probes_and_all_others_wait() {
        let gate = Gate::default();
        let probe = gate.close();
        assert!(probe.is_some());
        assert!(gate.close().is_none());
        assert!(gate.is_closed(), "a second worker does not open it");
        assert!(gate.pass().now_or_never().is_none());
        drop(probe);
        assert!(gate.pass().now_or_never().is_some());
    }
}
