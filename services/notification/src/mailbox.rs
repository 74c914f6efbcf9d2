//! An e-mail system in memory that keeps what it was given, for the demo and tests.

use std::sync::{Mutex, PoisonError};

use crate::mailer::{Mail, MailError, Mailer};

/// Keeps every e-mail, repeats included.
#[derive(Debug, Default)]
pub struct Mailbox {
    mails: Mutex<Vec<Mail>>,
}

impl Mailbox {
    /// Everything it was given, in that order.
    pub fn mails(&self) -> Vec<Mail> {
        let mails = self.mails.lock();
        mails.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Mailer for Mailbox {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let mails = self.mails.lock();
        mails.unwrap_or_else(PoisonError::into_inner).push(mail);
        Ok(())
    }
}
