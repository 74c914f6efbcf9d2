//! Handlers without their types, so that one loop drives all of a service's.

use std::any::Any;
use std::marker::PhantomData;

use crate::BoxFuture;
use crate::context::{Context, Scope};
use crate::error::HandlerError;
use crate::http::{self, HttpError, Request};
use crate::message::Message;
use crate::registry::{DecodeFailure, Decoder};

/// A decoded message, and the text of its key.
pub(crate) struct Decoded {
    pub(crate) key: Option<String>,
    pub(crate) value: Box<dyn Any + Send>,
}

/// The handler of one message type of a service `S`.
pub(crate) trait MessageHandler<S, Tx>: Send + Sync {
    fn name(&self) -> &'static str;
    fn message_type(&self) -> &'static str;

    /// Decodes a payload: framed for messages, bare for timers.
    fn decode<'a>(
        &'a self,
        payload: &'a [u8],
        decoder: &'a Decoder,
    ) -> BoxFuture<'a, Result<Decoded, DecodeFailure>>;

    fn handle<'a>(
        &'a self,
        service: &'a S,
        message: Decoded,
        tx: &'a mut Tx,
        scope: &'a mut Scope,
    ) -> BoxFuture<'a, Result<(), HandlerError>>;
}

/// The handler of a request that changes something.
pub(crate) trait RequestHandler<S, Tx>: Send + Sync {
    fn about(&self) -> http::About;
    fn read(&self, parts: &http::Parts) -> Result<Decoded, http::Invalid>;
    fn handle<'a>(
        &'a self,
        service: &'a S,
        request: Decoded,
        tx: &'a mut Tx,
        scope: &'a mut Scope,
    ) -> BoxFuture<'a, Result<http::Body, HttpError>>;
}

/// The handler of a request that reads.
pub(crate) trait QueryHandler<S>: Send + Sync {
    fn about(&self) -> http::About;
    fn answer<'a>(
        &'a self,
        service: &'a S,
        parts: &'a http::Parts,
    ) -> BoxFuture<'a, Result<http::Body, HttpError>>;
}

/// A closure over messages or requests of type `M`, with the permits `P`.
pub(crate) struct HandlerFn<M, P, F> {
    closure: F,
    framed: bool,
    types: PhantomData<fn(M) -> P>,
}

impl<M, P, F> HandlerFn<M, P, F> {
    pub(crate) fn framed(closure: F) -> Self {
        Self {
            closure,
            framed: true,
            types: PhantomData,
        }
    }

    pub(crate) fn bare(closure: F) -> Self {
        Self {
            framed: false,
            ..Self::framed(closure)
        }
    }
}

/// The value that [`MessageHandler::decode`] of the same handler boxed.
fn unbox<M: 'static>(value: Box<dyn Any + Send>) -> Option<M> {
    value.downcast::<M>().ok().map(|value| *value)
}

impl<M, P, F, S, Tx> MessageHandler<S, Tx> for HandlerFn<M, P, F>
where
    M: Message,
    P: 'static,
    S: Sync,
    Tx: Send,
    F: for<'a, 'c> Fn(
            &'a S,
            M,
            &'a mut Context<'c, P, Tx>,
        ) -> BoxFuture<'a, Result<(), HandlerError>>
        + Send
        + Sync,
{
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn message_type(&self) -> &'static str {
        M::TYPE
    }

    fn decode<'a>(
        &'a self,
        payload: &'a [u8],
        decoder: &'a Decoder,
    ) -> BoxFuture<'a, Result<Decoded, DecodeFailure>> {
        Box::pin(async move {
            let message = if self.framed {
                decoder.decode::<M>(payload).await?
            } else {
                M::from_bytes(payload)?
            };
            Ok(Decoded {
                key: message.key(),
                value: Box::new(message),
            })
        })
    }

    fn handle<'a>(
        &'a self,
        service: &'a S,
        message: Decoded,
        tx: &'a mut Tx,
        scope: &'a mut Scope,
    ) -> BoxFuture<'a, Result<(), HandlerError>> {
        Box::pin(async move {
            let message = unbox::<M>(message.value)
                .ok_or_else(|| HandlerError::rejected("a message of another handler"))?;
            let mut context = Context::new(tx, scope);
            (self.closure)(service, message, &mut context).await
        })
    }
}

impl<R, P, F, S, Tx> RequestHandler<S, Tx> for HandlerFn<R, P, F>
where
    R: Request,
    P: 'static,
    S: Sync,
    Tx: Send,
    F: for<'a, 'c> Fn(
            &'a S,
            R,
            &'a mut Context<'c, P, Tx>,
        ) -> BoxFuture<'a, Result<R::Returns, HttpError>>
        + Send
        + Sync,
{
    fn about(&self) -> http::About {
        http::About::of::<R>()
    }

    fn read(&self, parts: &http::Parts) -> Result<Decoded, http::Invalid> {
        let request = R::from_parts(parts)?;
        Ok(Decoded {
            key: request.key(),
            value: Box::new(request),
        })
    }

    fn handle<'a>(
        &'a self,
        service: &'a S,
        request: Decoded,
        tx: &'a mut Tx,
        scope: &'a mut Scope,
    ) -> BoxFuture<'a, Result<http::Body, HttpError>> {
        Box::pin(async move {
            let request = unbox::<R>(request.value)
                .ok_or_else(|| HttpError::internal("a request of another handler"))?;
            let mut context = Context::new(tx, scope);
            let value = (self.closure)(service, request, &mut context).await?;
            http::Body::of(&value)
        })
    }
}

impl<R, P, F, S> QueryHandler<S> for HandlerFn<R, P, F>
where
    R: Request,
    P: 'static,
    S: Sync,
    F: for<'a> Fn(&'a S, R) -> BoxFuture<'a, Result<R::Returns, HttpError>> + Send + Sync,
{
    fn about(&self) -> http::About {
        http::About::of::<R>()
    }

    fn answer<'a>(
        &'a self,
        service: &'a S,
        parts: &'a http::Parts,
    ) -> BoxFuture<'a, Result<http::Body, HttpError>> {
        Box::pin(async move {
            let request = R::from_parts(parts).map_err(HttpError::from)?;
            let value = (self.closure)(service, request).await?;
            http::Body::of(&value)
        })
    }
}
