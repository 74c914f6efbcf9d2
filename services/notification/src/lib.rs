//! The notification service: e-mails customers when other services ask for it.
//!
//! [`letter`] turns a command into an e-mail; [`Mailer`] is the port to whoever
//! delivers it; [`mailbox`] is one that keeps what it was given.

pub mod letter;
pub mod mailbox;
pub mod mailer;
#[cfg(feature = "postgres")]
pub mod postgres;
mod service;
#[cfg(feature = "smtp")]
pub mod smtp;
pub mod store;
pub mod wiring;

pub use mailer::Mailer;
pub use service::Notification;
