//! What the notification service does when it is told something.

use generated::commands::SendEmail;
use generated::notification::{ListMails, Permits, Service};
use generated::types::MailView;
use herald::avro::codec::TimestampMillis;
use herald::{Context, HandlerError, HttpError};

use crate::letter;
use crate::mailer::Mailer;
use crate::store::SentMails;

/// The notification service over a mailer and a place to record what it sent.
#[derive(Debug, Clone)]
pub struct Notification<M, S> {
    mailer: M,
    sent: S,
}

impl<M: Mailer, S: SentMails> Notification<M, S> {
    /// The service that delivers through `mailer` and records in `sent`.
    pub fn new(mailer: M, sent: S) -> Self {
        Self { mailer, sent }
    }
}

impl<M: Mailer, S: SentMails> Service for Notification<M, S> {
    type Tx = S::Tx;

    async fn handle_send_email(
        &self,
        command: SendEmail,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        let mail = letter::write(&cx.message().id, &command);
        if self.sent.was_sent(cx.tx(), &mail.message_id).await? {
            return Ok(());
        }
        let record = MailView {
            message_id: mail.message_id.clone(),
            to: mail.to.clone(),
            template: command.template,
            subject: mail.subject.clone(),
            sent_at: now(cx),
        };
        self.mailer.send(mail).await?;
        self.sent.record(cx.tx(), command.order_id, record).await?;
        Ok(())
    }

    async fn list_mails(&self, request: ListMails) -> Result<Vec<MailView>, HttpError> {
        Ok(self.sent.about(request.order_id).await?)
    }
}

/// The time now, as events carry it.
fn now<Tx>(cx: &Context<'_, Permits, Tx>) -> TimestampMillis {
    TimestampMillis(cx.now().as_millisecond())
}
