//! What the payment service does when it hears something.

use generated::commands::RefundPayment;
use generated::events::{
    OrderCancelled, OrderConfirmed, OrderPlaced, PaymentAuthorized, PaymentCaptured,
    PaymentDeclined, PaymentRefunded, PaymentVoided,
};
use generated::payment::{GetPayment, Permits, Service};
use generated::types::{PaymentState, PaymentView};
use herald::avro::codec::TimestampMillis;
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

    /// The payment of an order that was announced before.
    async fn entry(
        &self,
        order_id: Uuid,
        cx: &mut Context<'_, Permits, S::Tx>,
    ) -> Result<Entry, HandlerError> {
        let entry = self.payments.get(cx.tx(), order_id).await?;
        entry.ok_or_else(|| HandlerError::rejected(NoPayment(order_id)))
    }

    async fn capture(
        &self,
        entry: &mut Entry,
        cx: &mut Context<'_, Permits, S::Tx>,
    ) -> Result<(), HandlerError> {
        let key = cx.idempotency_key();
        self.provider.capture(&key, entry.payment_id).await?;
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

    async fn refund(
        &self,
        entry: &mut Entry,
        cx: &mut Context<'_, Permits, S::Tx>,
    ) -> Result<(), HandlerError> {
        let key = format!("{}/refund", cx.idempotency_key());
        self.provider.refund(&key, entry.payment_id).await?;
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
        let mut entry = self.entry(order.order_id, cx).await?;
        match entry.on_confirmed() {
            OnConfirmed::Nothing => return Ok(()),
            OnConfirmed::Impossible => return Err(HandlerError::rejected(Wrong(entry.state))),
            OnConfirmed::Capture => self.capture(&mut entry, cx).await?,
            OnConfirmed::CaptureAndRefund => {
                self.capture(&mut entry, cx).await?;
                self.refund(&mut entry, cx).await?;
            }
        }
        self.payments.put(cx.tx(), entry).await?;
        Ok(())
    }

    async fn on_order_cancelled(
        &self,
        order: OrderCancelled,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        let mut entry = self.entry(order.order_id, cx).await?;
        if !entry.holds_money() {
            return Ok(());
        }
        let key = cx.idempotency_key();
        self.provider.void(&key, entry.payment_id).await?;
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
        let mut entry = self.entry(command.order_id, cx).await?;
        match entry.on_refund() {
            OnRefund::Nothing => return Ok(()),
            OnRefund::Impossible => return Err(HandlerError::rejected(Wrong(entry.state))),
            OnRefund::Later => entry.refund_wanted = true,
            OnRefund::Refund => self.refund(&mut entry, cx).await?,
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
