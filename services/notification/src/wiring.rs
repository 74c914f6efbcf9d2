//! The service put together from what its settings name.
#![allow(
    clippy::unused_async,
    reason = "which stores are waited for depends on the features"
)]

use herald::Bound;
use herald::error::Cause;
use herald::host::Setup;
use herald::store::memory::Tables;

use crate::Notification;
use crate::mailbox::Mailbox;
use crate::mailer::Mailer;
use crate::store::MailTables;

/// What the service is told besides what every service is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    #[cfg(feature = "smtp")]
    #[command(flatten)]
    smtp: crate::smtp::SmtpSettings,
}

/// The service with the e-mail server and the store that the settings name; in memory what they do
/// not name.
///
/// # Errors
/// If the store or the e-mail server cannot be used.
pub async fn bound(setup: &Setup<Options>) -> Result<Bound, Cause> {
    #[cfg(feature = "smtp")]
    if setup.options.smtp.smtp_url.is_some() {
        return stored(crate::smtp::Smtp::connect(&setup.options.smtp)?, setup).await;
    }
    stored(Mailbox::default(), setup).await
}

async fn stored<M: Mailer>(mailer: M, setup: &Setup<Options>) -> Result<Bound, Cause> {
    #[cfg(feature = "postgres")]
    if let Some(sent) = setup.postgres(crate::postgres::MIGRATIONS)? {
        let service = Notification::new(mailer, sent.clone());
        return Ok(generated::notification::bind(service, sent));
    }
    let _ = setup;
    let sent = Tables::<MailTables>::default();
    let service = Notification::new(mailer, sent.clone());
    Ok(generated::notification::bind(service, sent))
}
