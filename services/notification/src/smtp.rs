//! E-mail by SMTP.

mod memory;
mod settings;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::mailer::{Mail, MailError, Mailer};
use memory::Memory;

pub use settings::{SmtpError, SmtpSettings};

/// How long one step of a conversation with the server may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections to the server at a time.
const CONNECTIONS: u32 = 8;
/// Message-IDs remembered; more than are ever in hand at a time.
const REMEMBERED: usize = 10_000;
/// "Service not available, closing": said of the server, not of the e-mail.
const CLOSING: u16 = 421;

/// An SMTP server, with connections that are used again.
///
/// It remembers the Message-IDs it has lately handed over, and hands none of them
/// over again: a command that comes back because its commit failed sends nothing.
/// After a crash the memory is empty, and the Message-ID tells the copies apart.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    sent: Mutex<Memory>,
}

impl Smtp {
    /// Reads the settings. Connects when there is something to send. Its
    /// connections live in the tokio runtime that this is called in.
    ///
    /// # Errors
    /// If the URL or the sender's address is missing or wrong.
    pub fn connect(settings: &SmtpSettings) -> Result<Self, SmtpError> {
        let url = settings.smtp_url.as_deref().ok_or(SmtpError::NoUrl)?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        let builder = builder.map_err(|error| SmtpError::Url(error.to_string()))?;
        let from = settings.smtp_from.parse();
        let from = from.map_err(|_| SmtpError::From(settings.smtp_from.clone()))?;
        Ok(Self {
            transport: builder
                .timeout(Some(PATIENCE))
                .pool_config(PoolConfig::new().max_size(CONNECTIONS))
                .build(),
            from,
            sent: Mutex::new(Memory::of(REMEMBERED)),
        })
    }

    /// Runs on the memory; never held across an await.
    fn memory<T>(&self, work: impl FnOnce(&mut Memory) -> T) -> T {
        work(&mut self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn message(&self, mail: Mail) -> Result<Message, MailError> {
        let refused = |error: &dyn std::fmt::Display| MailError::Refused(error.to_string());
        let to: Mailbox = mail.to.parse().map_err(|error| refused(&error))?;
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject)
            .message_id(Some(mail.message_id))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body)
            .map_err(|error| refused(&error))
    }
}

impl Mailer for Smtp {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let id = mail.message_id.clone();
        if self.memory(|sent| sent.has(&id)) {
            return Ok(());
        }
        let message = self.message(mail)?;
        // Whatever a server says before it is offered an e-mail, a refused login
        // too, says nothing about this one.
        let connected = self.transport.test_connection().await;
        connected.map_err(|error| MailError::Unreachable(error.to_string()))?;
        self.transport
            .send(message)
            .await
            .map_err(|error| refusal(&error))?;
        self.memory(|sent| sent.keep(id));
        Ok(())
    }
}

/// What the server's answer to an e-mail means.
fn refusal(error: &Error) -> MailError {
    let said = error.to_string();
    let closing = error
        .status()
        .is_some_and(|code| u16::from(code) == CLOSING);
    if error.is_permanent() || error.is_client() {
        MailError::Refused(said)
    } else if error.is_transient() && !closing {
        MailError::Deferred(said)
    } else {
        MailError::Unreachable(said)
    }
}
