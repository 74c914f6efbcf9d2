//! Where the service keeps which e-mails went out.

use generated::types::MailView;
use herald::store::StoreError;
use herald::store::memory::{Table, Tables, TablesTx};
use uuid::Uuid;

/// The e-mails that went out.
pub trait SentMails: Send + Sync + 'static {
    /// A transaction on them.
    type Tx: Send;

    /// Whether an e-mail was recorded as sent.
    fn was_sent(
        &self,
        tx: &mut Self::Tx,
        message_id: &str,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Records an e-mail about an order as sent.
    fn record(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        mail: MailView,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The e-mails about an order, in the order they were recorded.
    fn about(
        &self,
        order_id: Uuid,
    ) -> impl Future<Output = Result<Vec<MailView>, StoreError>> + Send;
}

/// The tables in memory.
#[derive(Clone, Debug, Default)]
pub struct MailTables {
    /// The order that each e-mail is about, by Message-ID.
    pub sent: Table<String, Uuid>,
    /// The e-mails about each order.
    pub about: Table<Uuid, Vec<MailView>>,
}

impl SentMails for Tables<MailTables> {
    type Tx = TablesTx<MailTables>;

    async fn was_sent(&self, tx: &mut Self::Tx, message_id: &str) -> Result<bool, StoreError> {
        let message_id = message_id.to_owned();
        Ok(tx.state().await.sent.contains_key(&message_id))
    }

    async fn record(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        mail: MailView,
    ) -> Result<(), StoreError> {
        let tables = tx.state().await;
        tables.sent.insert(mail.message_id.clone(), order_id);
        let about = &mut tables.about;
        about.get_or_insert_with(order_id, Vec::new).push(mail);
        Ok(())
    }

    async fn about(&self, order_id: Uuid) -> Result<Vec<MailView>, StoreError> {
        Ok(self.read(|tables| tables.about.get(&order_id).cloned().unwrap_or_default()))
    }
}
