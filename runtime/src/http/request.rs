//! A request of the catalog.

use super::{Invalid, Method, Parts};
use crate::avro::codec::Described;

/// A request that a service answers; implemented by generated structs, whose
/// fields are the path's and query's parameters and `body`.
pub trait Request: Sized + Send + 'static {
    /// The name in the catalog, such as `RefundPayment`.
    const NAME: &'static str;
    /// The method.
    const METHOD: Method;
    /// The path, with parameters in braces: `/payments/{payment_id}/refund`.
    const PATH: &'static str;
    /// The status of a successful answer.
    const STATUS: u16;
    /// What a successful answer carries, as JSON; `()` for nothing.
    type Returns: Described + Send;

    /// Reads the request; all that is wrong with it is said at once.
    fn from_parts(parts: &Parts) -> Result<Self, Invalid>;

    /// The key: it names the document of a document store, and effects of one
    /// key keep their order.
    fn key(&self) -> Option<String>;
}

/// What a router needs to know of a request type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) status: u16,
}

impl About {
    pub(crate) fn of<R: Request>() -> Self {
        Self {
            name: R::NAME,
            method: R::METHOD,
            path: R::PATH,
            status: R::STATUS,
        }
    }
}
