//! The notification service as a process of its own.

use herald::store::memory::Tables;
use notification::Notification;
use notification::mailbox::Mailbox;
use notification::store::MailTables;

fn main() -> std::process::ExitCode {
    herald::main(&generated::notification::DEFINITION, |_| {
        let sent = Tables::<MailTables>::default();
        let service = Notification::new(Mailbox::default(), sent.clone());
        Ok(generated::notification::bind(service, sent))
    })
}
