//! What the payment service does when it hears something.

use generated::commands::RefundPayment;
use generated::events::{
    OrderCancelled, OrderConfirmed, OrderPlaced, PaymentAuthorized, PaymentCaptured,
    PaymentDeclined, PaymentRefunded, PaymentVoided,
};
use generated::payment::{GetPayment, Permits, Service};
use generated::types::{PaymentState, PaymentView};
use herald::avro::codec::TimestampMillis;
use herald::store::StoreError;
use herald::{Context, HandlerError, HttpError};
use uuid::Uuid;

use crate::book::{OnConfirmed, OnRefund, Payment as Entry};
use crate::mails;
use crate::provider::{Authorisation, Provider, Verdict};
use crate::store::Payments;

/// The payment service over a provider and a place to keep payments.
#[derive(Debug, Clone)]
pub struct Payment<P, S> {
    provider: P,
    payments: S,
}

impl<P: Provider, S: Payments> Payment<P, S> {
    /// The service that moves money through `provider` and keeps books in `payments`.
    pub fn new(provider: P, payments: S) -> Self {
        Self { provider, payments }
    }

    /// The payment of an order that was announced before, as last committed. What the provider is
    /// to do follows from it, so that nothing is locked while the provider thinks.
    async fn known(&self, order_id: Uuid) -> Result<Entry, HandlerError> {
        let entry = self.payments.find(order_id).await?;
        entry.ok_or_else(|| HandlerError::rejected(NoPayment(order_id)))
    }

    /// The payment, locked, if `step` still says of it what the provider was asked by; otherwise
    /// all begins again, and the provider recognises what it did.
    async fn entry<T: PartialEq>(
        &self,
        order_id: Uuid,
        step: impl Fn(&Entry) -> T,
        asked: &T,
        cx: &mut Context<'_, Permits, S::Tx>,
    ) -> Result<Entry, HandlerError> {
        let entry = self.payments.get(cx.tx(), order_id).await?;
        let entry = entry.ok_or_else(|| HandlerError::rejected(NoPayment(order_id)))?;
        if step(&entry) != *asked {
            return Err(StoreError::Conflict.into());
        }
        Ok(entry)
    }
}

/// The key of a refund, which may follow a capture in the same unit of work.
fn refund_key<Tx>(cx: &Context<'_, Permits, Tx>) -> String {
    format!("{}/refund", cx.idempotency_key())
}

fn captured<Tx>(entry: &mut Entry, cx: &mut Context<'_, Permits, Tx>) -> Result<(), HandlerError> {
    entry.state = PaymentState::Captured;
    cx.send(mails::receipt(entry))?;
    cx.publish(PaymentCaptured {
        order_id: entry.order_id,
        payment_id: entry.payment_id,
        amount: entry.amount,
        captured_at: now(cx),
    })?;
    Ok(())
}

fn refunded<Tx>(entry: &mut Entry, cx: &mut Context<'_, Permits, Tx>) -> Result<(), HandlerError> {
    entry.state = PaymentState::Refunded;
    cx.send(mails::refund(entry))?;
    cx.publish(PaymentRefunded {
        order_id: entry.order_id,
        payment_id: entry.payment_id,
        amount: entry.amount,
        refunded_at: now(cx),
    })?;
    Ok(())
}

impl<P: Provider, S: Payments> Service for Payment<P, S> {
    type Tx = S::Tx;

    async fn on_order_placed(
        &self,
        order: OrderPlaced,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        let mut entry = opened(&order);
        let request = Authorisation {
            payment_id: entry.payment_id,
            amount: order.total,
            currency: order.currency,
            country: order.country,
        };
        let key = cx.idempotency_key();
        // Before the first look at the store: nothing is locked while the provider thinks.
        let verdict = self.provider.authorise(&key, &request).await?;
        if self.payments.get(cx.tx(), order.order_id).await?.is_some() {
            return Ok(());
        }
        match verdict {
            Verdict::Authorized => {
                entry.state = PaymentState::Authorized;
                cx.publish(PaymentAuthorized {
                    order_id: entry.order_id,
                    payment_id: entry.payment_id,
                    amount: entry.amount,
                    authorized_at: now(cx),
                })?;
            }
            Verdict::Declined { reason, code } => {
                entry.state = PaymentState::Declined;
                entry.decline_reason = Some(reason);
                cx.publish(PaymentDeclined {
                    order_id: entry.order_id,
                    payment_id: entry.payment_id,
                    reason,
                    declined_at: now(cx),
                    provider_code: Some(code),
                })?;
            }
            Verdict::Pending => {}
        }
        self.payments.put(cx.tx(), entry).await?;
        Ok(())
    }

    async fn on_order_confirmed(
        &self,
        order: OrderConfirmed,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        let known = self.known(order.order_id).await?;
        let step = known.on_confirmed();
        match step {
            OnConfirmed::Nothing => return Ok(()),
            OnConfirmed::Impossible => return Err(HandlerError::rejected(Wrong(known.state))),
            OnConfirmed::Capture | OnConfirmed::CaptureAndRefund => {
                let key = cx.idempotency_key();
                self.provider.capture(&key, known.payment_id).await?;
            }
        }
        if step == OnConfirmed::CaptureAndRefund {
            let key = refund_key(cx);
            self.provider.refund(&key, known.payment_id).await?;
        }
        let mut entry = self
            .entry(order.order_id, Entry::on_confirmed, &step, cx)
            .await?;
        captured(&mut entry, cx)?;
        if step == OnConfirmed::CaptureAndRefund {
            refunded(&mut entry, cx)?;
        }
        self.payments.put(cx.tx(), entry).await?;
        Ok(())
    }

    async fn on_order_cancelled(
        &self,
        order: OrderCancelled,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        let known = self.known(order.order_id).await?;
        let holds_money = known.holds_money();
        if !holds_money {
            return Ok(());
        }
        let key = cx.idempotency_key();
        self.provider.void(&key, known.payment_id).await?;
        let mut entry = self
            .entry(order.order_id, Entry::holds_money, &holds_money, cx)
            .await?;
        entry.state = PaymentState::Voided;
        cx.publish(PaymentVoided {
            order_id: entry.order_id,
            payment_id: entry.payment_id,
            voided_at: now(cx),
        })?;
        self.payments.put(cx.tx(), entry).await?;
        Ok(())
    }

    async fn handle_refund_payment(
        &self,
        command: RefundPayment,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        let known = self.known(command.order_id).await?;
        let step = known.on_refund();
        match step {
            OnRefund::Nothing => return Ok(()),
            OnRefund::Impossible => return Err(HandlerError::rejected(Wrong(known.state))),
            OnRefund::Later => {}
            OnRefund::Refund => {
                let key = refund_key(cx);
                self.provider.refund(&key, known.payment_id).await?;
            }
        }
        let mut entry = self
            .entry(command.order_id, Entry::on_refund, &step, cx)
            .await?;
        if step == OnRefund::Refund {
            refunded(&mut entry, cx)?;
        } else {
            entry.refund_wanted = true;
        }
        self.payments.put(cx.tx(), entry).await?;
        Ok(())
    }

    async fn get_payment(&self, request: GetPayment) -> Result<PaymentView, HttpError> {
        let entry = self.payments.find(request.order_id).await?;
        match entry {
            Some(entry) => Ok(entry.into()),
            None => Err(HttpError::not_found(
                NoPayment(request.order_id).to_string(),
            )),
        }
    }
}

/// A message about an order whose placing this service never heard.
#[derive(Debug, thiserror::Error)]
#[error("there is no payment for order {0}")]
struct NoPayment(Uuid);

/// A message that does not fit the payment's state.
#[derive(Debug, thiserror::Error)]
#[error("the payment is {0:?}")]
struct Wrong(PaymentState);

/// The payment of an order that was just announced. Its id follows from the
/// order's, so that a repeat opens the same one.
fn opened(order: &OrderPlaced) -> Entry {
    Entry {
        payment_id: Uuid::new_v5(&order.order_id, b"payment"),
        order_id: order.order_id,
        customer_email: order.customer_email.clone(),
        amount: order.total,
        currency: order.currency.clone(),
        state: PaymentState::Pending,
        decline_reason: None,
        refund_wanted: false,
    }
}

/// The time now, as events carry it.
fn now<Tx>(cx: &Context<'_, Permits, Tx>) -> TimestampMillis {
    TimestampMillis(cx.now().as_millisecond())
}
