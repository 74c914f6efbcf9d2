//! Where payments are kept.

use herald::store::StoreError;
use herald::store::memory::{Table, Tables, TablesTx};
use uuid::Uuid;

use crate::book::Payment;

/// The payments, by order.
pub trait Payments: Send + Sync + 'static {
    /// A transaction on them.
    type Tx: Send;

    /// The payment of an order, locked until the transaction ends.
    fn get(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
    ) -> impl Future<Output = Result<Option<Payment>, StoreError>> + Send;

    /// Writes a payment.
    fn put(
        &self,
        tx: &mut Self::Tx,
        payment: Payment,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The payment of an order, as last committed.
    fn find(
        &self,
        order_id: Uuid,
    ) -> impl Future<Output = Result<Option<Payment>, StoreError>> + Send;
}

/// The table in memory.
pub type PaymentTable = Table<Uuid, Payment>;

impl Payments for Tables<PaymentTable> {
    type Tx = TablesTx<PaymentTable>;

    async fn get(&self, tx: &mut Self::Tx, order_id: Uuid) -> Result<Option<Payment>, StoreError> {
        Ok(tx.state().await.get(&order_id).cloned())
    }

    async fn put(&self, tx: &mut Self::Tx, payment: Payment) -> Result<(), StoreError> {
        tx.state().await.insert(payment.order_id, payment);
        Ok(())
    }

    async fn find(&self, order_id: Uuid) -> Result<Option<Payment>, StoreError> {
        Ok(self.read(|table| table.get(&order_id).cloned()))
    }
}
