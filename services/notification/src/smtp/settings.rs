//! Where the e-mail server is.

use std::fmt;

/// Flags and environment variables of e-mail by SMTP. Without a URL e-mails stay
/// in memory. The URL holds a password: it belongs into the environment, since
/// other users of the machine see flags.
#[derive(Clone, clap::Args)]
pub struct SmtpSettings {
    /// The e-mail server: `smtps://user:password@host:465`, or
    /// `smtp://user:password@host:587?tls=required` for STARTTLS.
    #[arg(long, env = "HERALD_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// The sender that e-mails name.
    #[arg(
        long,
        env = "HERALD_SMTP_FROM",
        default_value = "Shop <orders@shop.example>"
    )]
    pub smtp_from: String,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("smtp_url", &self.smtp_url.as_ref().map(|_| "…"))
            .field("smtp_from", &self.smtp_from)
            .finish()
    }
}

/// Why no e-mail can be sent with these settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// No server is named.
    #[error("no URL of an e-mail server is set")]
    NoUrl,
    /// The URL is not one of an e-mail server.
    #[error("the e-mail server's URL: {0}")]
    Url(String),
    /// The sender is not an e-mail address.
    #[error("{0} is not a sender's address")]
    From(String),
}
