//! A consumer that outlives its connections.

use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::{FutureExt, Stream};
use lapin::options::{BasicAckOptions, BasicNackOptions};
use lapin::{Channel, message};
use tokio::sync::Notify;

use super::message::{COUNT, header_frame, other_properties, received};
use super::session::{Session, Source};
use super::{QueueConsumer, SettleError, TransportError};
use crate::BoxFuture;
use crate::transport::{Delivery, QueueEvent, Tag};

/// AMQP's code of an ordinary end.
const REPLY_SUCCESS: u16 = 200;

pub(super) struct Consumer {
    source: Source,
    state: Mutex<State>,
    closing: Notify,
}

struct State {
    /// Counts sessions; a tag carries it.
    number: u64,
    channel: Arc<Channel>,
    /// None where the session was lost.
    deliveries: Option<lapin::Consumer>,
    /// The largest frame of the session's connection, in bytes.
    frame: usize,
    in_hand: HashSet<u64>,
    closed: bool,
}

impl Consumer {
    pub(super) async fn begin(source: Source) -> Result<Self, TransportError> {
        let Session {
            channel,
            deliveries,
            frame,
        } = source.begin().await?;
        let state = State {
            number: 1,
            channel,
            deliveries: Some(deliveries),
            frame,
            in_hand: HashSet::new(),
            closed: false,
        };
        Ok(Self {
            source,
            state: Mutex::new(state),
            closing: Notify::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A delivery that is not settled yet counts as settled from here on.
    fn release(&self, tag: Tag) -> Result<Arc<Channel>, SettleError> {
        let mut state = self.state();
        if tag.connection != state.number || !state.in_hand.remove(&tag.delivery) {
            return Err(SettleError::Stale);
        }
        Ok(state.channel.clone())
    }
}

impl State {
    /// The next delivery, or nothing more of this session.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Delivery>> {
        // What a dead channel still holds will come again by the next one.
        if !self.channel.status().connected() {
            self.deliveries = None;
        }
        let Some(deliveries) = &mut self.deliveries else {
            return Poll::Ready(None);
        };
        match std::task::ready!(Pin::new(deliveries).poll_next(cx)) {
            Some(Ok(delivered)) => Poll::Ready(Some(self.hand_out(delivered))),
            Some(Err(error)) => {
                tracing::debug!(%error, "the queue's consumer was lost");
                self.deliveries = None;
                Poll::Ready(None)
            }
            None => {
                self.deliveries = None;
                Poll::Ready(None)
            }
        }
    }

    fn hand_out(&mut self, delivered: message::Delivery) -> Delivery {
        let redelivered = delivered.redelivered;
        let tag = Tag {
            connection: self.number,
            delivery: delivered.delivery_tag,
        };
        self.in_hand.insert(tag.delivery);
        let others = other_properties(&delivered.properties);
        let (message, delivery_count) = received(delivered);
        Delivery {
            cramped: header_frame(&message) + others + COUNT > self.frame,
            message,
            tag,
            redelivered,
            delivery_count,
        }
    }

    fn renew(&mut self, session: Session) -> QueueEvent {
        if self.closed {
            return QueueEvent::Closed;
        }
        self.number += 1;
        self.channel = session.channel;
        self.deliveries = Some(session.deliveries);
        self.frame = session.frame;
        self.in_hand.clear();
        QueueEvent::Reconnected
    }
}

impl QueueConsumer for Consumer {
    fn next(&self) -> BoxFuture<'_, QueueEvent> {
        Box::pin(async move {
            if self.state().closed {
                return QueueEvent::Closed;
            }
            let delivery = poll_fn(|cx| self.state().poll(cx));
            tokio::select! {
                biased;
                () = self.closing.notified() => return QueueEvent::Closed,
                delivery = delivery => if let Some(delivery) = delivery {
                    return QueueEvent::Delivery(delivery);
                }
            }
            tokio::select! {
                biased;
                () = self.closing.notified() => QueueEvent::Closed,
                session = self.source.begin_again() => self.state().renew(session),
            }
        })
    }

    fn ack(&self, tag: Tag) -> BoxFuture<'_, Result<(), SettleError>> {
        Box::pin(async move {
            let channel = self.release(tag)?;
            let options = BasicAckOptions::default();
            let acked = channel.basic_ack(tag.delivery, options).await;
            acked.map_err(|error| SettleError::Unavailable(error.to_string()))
        })
    }

    fn nack(&self, tag: Tag, requeue: bool) -> BoxFuture<'_, Result<(), SettleError>> {
        Box::pin(async move {
            let channel = self.release(tag)?;
            let options = BasicNackOptions {
                multiple: false,
                requeue,
            };
            let nacked = channel.basic_nack(tag.delivery, options).await;
            nacked.map_err(|error| SettleError::Unavailable(error.to_string()))
        })
    }

    /// Nothing is cancelled at the broker: it would wake the next consumer of an
    /// ordered queue while messages are in hand here. What comes now goes back, in
    /// its place, when this is dropped.
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.state().closed = true;
            self.closing.notify_one();
        })
    }
}

impl Drop for Consumer {
    /// Closes the channel before the client library would cancel the consumer, so
    /// that what is in hand is back before the next consumer is woken.
    fn drop(&mut self) {
        let channel = self.state().channel.clone();
        // The first poll hands the request over; the broker's word is not needed.
        if let Some(Err(error)) = channel.close(REPLY_SUCCESS, "".into()).now_or_never() {
            tracing::trace!(%error, "the channel was closed before");
        }
    }
}
