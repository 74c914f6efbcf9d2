//! Services of others as they are in a simulation: at times down, and the
//! payment provider's answers at times lost after it acted. In a plain run
//! nothing of that happens.

use std::sync::Arc;

use herald::World;
use herald::world::Fault;
use notification::mailbox::Mailbox;
use notification::mailer::{Mail, MailError, Mailer};
use payment::provider::{Authorisation, Provider, ProviderError, Verdict};
use payment::rehearsal::Rehearsal;
use uuid::Uuid;

/// The name by which a fault plan takes the payment provider down.
pub const PAYMENT_PROVIDER: &str = "payment-provider";
/// The name by which a fault plan takes the e-mail system down.
pub const MAIL_SERVER: &str = "mail-server";

/// Somebody else's service, as the world lets it work.
#[derive(Clone, Debug)]
pub struct Shaky<T> {
    inner: Arc<T>,
    world: World,
}

impl<T> Shaky<T> {
    /// That service in that world.
    pub fn new(inner: Arc<T>, world: World) -> Self {
        Self { inner, world }
    }
}

impl Shaky<Rehearsal> {
    fn reach(&self) -> Result<(), ProviderError> {
        if self.world.outage(PAYMENT_PROVIDER) {
            return Err(ProviderError::Down);
        }
        Ok(())
    }

    fn answer<A>(&self, answer: A) -> Result<A, ProviderError> {
        if self.world.strikes(Fault::DropAck) {
            return Err(ProviderError::AnswerLost);
        }
        Ok(answer)
    }
}

impl Provider for Shaky<Rehearsal> {
    async fn authorise(
        &self,
        key: &str,
        request: &Authorisation,
    ) -> Result<Verdict, ProviderError> {
        self.reach()?;
        let verdict = self.inner.authorise(key, request).await?;
        self.answer(verdict)
    }

    async fn capture(&self, key: &str, payment_id: Uuid) -> Result<(), ProviderError> {
        self.reach()?;
        self.inner.capture(key, payment_id).await?;
        self.answer(())
    }

    async fn void(&self, key: &str, payment_id: Uuid) -> Result<(), ProviderError> {
        self.reach()?;
        self.inner.void(key, payment_id).await?;
        self.answer(())
    }

    async fn refund(&self, key: &str, payment_id: Uuid) -> Result<(), ProviderError> {
        self.reach()?;
        self.inner.refund(key, payment_id).await?;
        self.answer(())
    }
}

impl Mailer for Shaky<Mailbox> {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        if self.world.outage(MAIL_SERVER) {
            return Err(MailError::Unreachable("outage".to_owned()));
        }
        self.inner.send(mail).await
    }
}
