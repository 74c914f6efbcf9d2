//! The unit of work of a request.

use tracing::Instrument as _;

use super::exchange::{Incoming, Outgoing};
use super::{About, HttpError};
use crate::binding::RequestHandler;
use crate::context::Scope;
use crate::delivery::{CONFLICTS, Engine, Outcome, is_conflict};
use crate::store::{Answer, Begun, InboxKey, Store, StoreError, Unit};
use crate::transport::Headers;
use crate::world::Step;

/// Answers a request in a unit of work. With an `Idempotency-Key`, a repeat gets
/// the answer of the first success; an error leaves nothing behind, so a repeat
/// is tried anew.
pub(super) async fn run<S, St>(
    engine: &Engine<S, St>,
    about: &About,
    handler: &dyn RequestHandler<S, St::Tx>,
    incoming: &Incoming,
) -> Result<Outgoing, HttpError>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    let span = tracing::info_span!(
        "request",
        service = engine.service().name,
        request = about.name,
        request_id = incoming.request_id,
        trace_id = %incoming.trace.trace_id(),
    );
    let mut conflicts = 0;
    let work = async {
        loop {
            match attempt(engine, about, handler, incoming).await {
                Err(Failure::Conflict) if conflicts < CONFLICTS => {
                    conflicts += 1;
                    engine.after_conflict(conflicts).await;
                }
                Err(Failure::Conflict) => return Err(HttpError::from(StoreError::Conflict)),
                Err(Failure::Answer(error)) => return Err(error),
                Ok(answer) => return Ok(answer),
            }
        }
    };
    work.instrument(span).await
}

/// Why an attempt gave no success.
enum Failure {
    /// Another unit of work changed the same data.
    Conflict,
    /// This is the answer.
    Answer(HttpError),
}

impl<E: Into<HttpError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Answer(error.into())
    }
}

async fn attempt<S, St>(
    engine: &Engine<S, St>,
    about: &About,
    handler: &dyn RequestHandler<S, St::Tx>,
    incoming: &Incoming,
) -> Result<Outgoing, Failure>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    let request = handler.read(&incoming.parts)?;
    let unit = Unit {
        inbox: inbox_key(engine, about, incoming),
        key: request.key.clone(),
        park: None,
        now: engine.world().now(),
    };
    let digest = incoming.digest(about);
    let mut tx = match engine.parts.store.begin(&unit).await? {
        Begun::Fresh(tx) => tx,
        Begun::Seen(answer) => return Ok(replay(answer, digest)?),
        Begun::Parked => return Err(HttpError::conflict("the key is parked").into()),
    };
    let envelope = incoming.envelope(about, &engine.wiring.source, request.key.clone());
    // Headers of a message's own come with a message alone.
    let (wiring, headers) = (engine.wiring.clone(), Headers::new());
    let mut scope = Scope::new(wiring, envelope, headers, unit.inbox.clone());
    let service = &*engine.parts.service;
    let body = handler
        .handle(service, request, &mut tx, &mut scope)
        .await?;
    let answer = Answer {
        status: about.status,
        body: body.0,
        request: digest,
    };
    let mut effects = scope.take_effects();
    effects.answer = Some(answer.clone());
    let outcome = engine.commit(&unit, tx, effects).await;
    engine.world().checkpoint(Step::RequestCommitted).await;
    match outcome {
        Ok(Outcome::Done) => Ok(Outgoing {
            status: answer.status,
            body: answer.body,
            replayed: false,
        }),
        Ok(Outcome::Seen(answer)) => Ok(replay(answer, digest)?),
        Ok(Outcome::Parked) => Err(HttpError::conflict("the key is parked").into()),
        Err(error) if is_conflict(&error) => Err(Failure::Conflict),
        Err(error) => Err(error.into()),
    }
}

fn inbox_key<S, St: Store>(
    engine: &Engine<S, St>,
    about: &About,
    incoming: &Incoming,
) -> Option<InboxKey> {
    let key = incoming.idempotency_key.as_ref()?;
    Some(InboxKey {
        consumer: format!("{}#{}", engine.service().name, about.name).into(),
        source: "idempotency-key".to_owned(),
        id: key.clone(),
        // A client's repeat is a repeat whatever is read anew.
        generation: 0,
    })
}

/// The answer that was given before.
fn replay(answer: Option<Answer>, digest: u64) -> Result<Outgoing, HttpError> {
    let answer = answer.ok_or_else(|| HttpError::conflict("this was done before"))?;
    if answer.request != digest {
        let detail = "another request was made with this Idempotency-Key";
        return Err(HttpError::unprocessable(detail));
    }
    Ok(Outgoing {
        status: answer.status,
        body: answer.body,
        replayed: true,
    })
}
