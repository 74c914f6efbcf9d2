//! Service `notification` does not consume `OrderPlaced`.

use generated::commands::SendEmail;
use generated::events::OrderPlaced;
use generated::notification::{ListMails, Permits, Service};
use generated::types::MailView;
use herald::{Context, HandlerError, HttpError};

struct Eager;

impl Service for Eager {
    type Tx = ();

    async fn handle_send_email(
        &self,
        _: SendEmail,
        _: &mut Context<'_, Permits, ()>,
    ) -> Result<(), HandlerError> {
        Ok(())
    }

    async fn on_order_placed(
        &self,
        _: OrderPlaced,
        _: &mut Context<'_, Permits, ()>,
    ) -> Result<(), HandlerError> {
        Ok(())
    }

    async fn list_mails(&self, _: ListMails) -> Result<Vec<MailView>, HttpError> {
        Ok(Vec::new())
    }
}

fn main() {}
