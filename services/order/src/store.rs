//! Where orders are read back. Writing needs no port: each handler is given
//! the one document it may change.

use herald::store::StoreError;
use herald::store::memory::Documents;
use uuid::Uuid;

use crate::document::OrderDocument;

/// Reading access to the orders.
pub trait Orders: Send + Sync + 'static {
    /// The order of that id, as last committed.
    fn find(
        &self,
        order_id: Uuid,
    ) -> impl Future<Output = Result<Option<OrderDocument>, StoreError>> + Send;
}

impl Orders for Documents<OrderDocument> {
    async fn find(&self, order_id: Uuid) -> Result<Option<OrderDocument>, StoreError> {
        Ok(self.get(&order_id.to_string()))
    }
}
