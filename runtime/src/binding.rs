//! Ties a service's handlers to what its catalog entry declares.

mod handler;

pub(crate) use handler::{Decoded, HandlerFn, MessageHandler, QueryHandler, RequestHandler};

use std::marker::PhantomData;
use std::sync::Arc;

use crate::BoxFuture;
use crate::context::Context;
use crate::error::HandlerError;
use crate::host::Bound;
use crate::http::{HttpError, Request};
use crate::message::{Command, Event, Timer};
use crate::registry::{Encoder, Missing, RegistryError};
use crate::store::Store;
use crate::topology::Topology;

/// What the catalog says of a service, as far as the program needs it.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// The system's name.
    pub system: &'static str,
    /// The service's name.
    pub service: &'static str,
    /// Its documentation, shown by `--help`.
    pub doc: &'static str,
    /// The topology of an environment of the catalog, `default` for the
    /// catalog's own values.
    pub topology: fn(environment: &str) -> Option<&'static Topology>,
}

/// Looks up the schema id of one published type.
pub(crate) type Prepare =
    for<'a> fn(&'a Encoder, Missing) -> BoxFuture<'a, Result<(), RegistryError>>;

/// Everything a service is made of, one store and its handlers.
pub(crate) struct Parts<S, St: Store> {
    pub(crate) definition: &'static Definition,
    pub(crate) service: Arc<S>,
    pub(crate) store: Arc<St>,
    pub(crate) events: Vec<Arc<dyn MessageHandler<S, St::Tx>>>,
    pub(crate) commands: Vec<Arc<dyn MessageHandler<S, St::Tx>>>,
    pub(crate) timers: Vec<Arc<dyn MessageHandler<S, St::Tx>>>,
    pub(crate) requests: Vec<Arc<dyn RequestHandler<S, St::Tx>>>,
    pub(crate) queries: Vec<Arc<dyn QueryHandler<S>>>,
    pub(crate) prepares: Vec<Prepare>,
}

/// Binds handlers to messages, timers and requests; generated code calls it in
/// the `bind` of each service.
///
/// Every handler is a closure that boxes the future of one trait method:
/// `|service, event, cx| Box::pin(service.on_order_placed(event, cx))`.
pub struct Binding<P, S, St: Store> {
    parts: Parts<S, St>,
    permits: PhantomData<fn() -> P>,
}

impl<P, S, St> Binding<P, S, St>
where
    P: 'static,
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    /// A service without handlers yet.
    pub fn new(definition: &'static Definition, service: S, store: St) -> Self {
        Self {
            parts: Parts {
                definition,
                service: Arc::new(service),
                store: Arc::new(store),
                events: Vec::new(),
                commands: Vec::new(),
                timers: Vec::new(),
                requests: Vec::new(),
                queries: Vec::new(),
                prepares: Vec::new(),
            },
            permits: PhantomData,
        }
    }

    /// Declares an event that handlers publish.
    #[must_use]
    pub fn publishes<E: Event>(mut self) -> Self {
        self.parts.prepares.push(|encoder, missing| {
            Box::pin(async move { encoder.prepare::<E>(E::TOPIC, missing).await.map(drop) })
        });
        self
    }

    /// Declares a command that handlers send.
    #[must_use]
    pub fn sends<C: Command>(mut self) -> Self {
        self.parts.prepares.push(|encoder, missing| {
            Box::pin(async move { encoder.prepare::<C>(C::QUEUE, missing).await.map(drop) })
        });
        self
    }

    /// Handles a consumed event.
    #[must_use]
    pub fn on<E: Event>(
        mut self,
        handler: impl for<'a, 'c> Fn(
            &'a S,
            E,
            &'a mut Context<'c, P, St::Tx>,
        ) -> BoxFuture<'a, Result<(), HandlerError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let handler = HandlerFn::<E, P, _>::framed(handler);
        self.parts.events.push(Arc::new(handler));
        self
    }

    /// Handles a received command.
    #[must_use]
    pub fn receive<C: Command>(
        mut self,
        handler: impl for<'a, 'c> Fn(
            &'a S,
            C,
            &'a mut Context<'c, P, St::Tx>,
        ) -> BoxFuture<'a, Result<(), HandlerError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let handler = HandlerFn::<C, P, _>::framed(handler);
        self.parts.commands.push(Arc::new(handler));
        self
    }

    /// Handles a timer that fired.
    #[must_use]
    pub fn timer<T: Timer>(
        mut self,
        handler: impl for<'a, 'c> Fn(
            &'a S,
            T,
            &'a mut Context<'c, P, St::Tx>,
        ) -> BoxFuture<'a, Result<(), HandlerError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let handler = HandlerFn::<T, P, _>::bare(handler);
        self.parts.timers.push(Arc::new(handler));
        self
    }

    /// Answers a request that may change something, in a unit of work: POST, PUT,
    /// PATCH or DELETE, as the request says.
    #[must_use]
    pub fn request<R: Request>(
        mut self,
        handler: impl for<'a, 'c> Fn(
            &'a S,
            R,
            &'a mut Context<'c, P, St::Tx>,
        ) -> BoxFuture<'a, Result<R::Returns, HttpError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let handler = HandlerFn::<R, P, _>::bare(handler);
        self.parts.requests.push(Arc::new(handler));
        self
    }

    /// Answers a GET request, which reads only.
    #[must_use]
    pub fn get<R: Request>(
        mut self,
        handler: impl for<'a> Fn(&'a S, R) -> BoxFuture<'a, Result<R::Returns, HttpError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let handler = HandlerFn::<R, P, _>::bare(handler);
        self.parts.queries.push(Arc::new(handler));
        self
    }

    /// The service, ready to be started.
    pub fn build(self) -> Bound {
        Bound::new(self.parts)
    }
}
