//! The port to the e-mail system.
//!
//! An e-mail leaves at least once: a crash between the server's answer and the
//! commit sends it again. Both copies carry the same Message-ID, by which
//! servers and readers recognise the repeat.

use std::sync::Arc;

use herald::HandlerError;

/// An e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Message-ID (RFC 5322, section 3.6.4), derived from the command's id.
    pub message_id: String,
    /// The address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// Why an e-mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The server cannot be reached, or takes no e-mail at all now.
    #[error("the e-mail server cannot be reached: {0}")]
    Unreachable(String),
    /// The server may take this e-mail later.
    #[error("the e-mail server deferred: {0}")]
    Deferred(String),
    /// The server will never take this e-mail.
    #[error("the e-mail server refused: {0}")]
    Refused(String),
}

impl From<MailError> for HandlerError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Unreachable(_) => Self::unavailable("e-mail server", error),
            MailError::Deferred(_) => Self::transient(error),
            MailError::Refused(_) => Self::rejected(error),
        }
    }
}

/// Whoever delivers e-mails.
pub trait Mailer: Send + Sync + 'static {
    /// Hands an e-mail over.
    fn send(&self, mail: Mail) -> impl Future<Output = Result<(), MailError>> + Send;
}

impl<M: Mailer> Mailer for Arc<M> {
    fn send(&self, mail: Mail) -> impl Future<Output = Result<(), MailError>> + Send {
        (**self).send(mail)
    }
}
