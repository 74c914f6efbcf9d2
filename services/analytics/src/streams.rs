//! What the streams have of minutes that are still open. Nobody has emitted it yet: it is asked of
//! the application on Kafka Streams, which looks it up in its state stores.

use generated::types::MinuteSales;
use herald::HttpError;

/// Where the streams are asked; nowhere unless somebody says where.
#[derive(Clone, Debug, Default)]
pub struct Streams {
    #[cfg(feature = "remote")]
    application: Option<crate::remote::Application>,
}

/// The streams' application does not answer as it should.
#[derive(Debug, thiserror::Error)]
#[error("the streams do not answer: {0}")]
pub struct StreamsError(pub String);

impl From<StreamsError> for HttpError {
    fn from(error: StreamsError) -> Self {
        Self::unavailable(error.to_string())
    }
}

impl Streams {
    /// The streams of an application.
    #[cfg(feature = "remote")]
    pub fn of(application: crate::remote::Application) -> Self {
        Self {
            application: Some(application),
        }
    }

    /// Sales of open minutes; none where nobody can be asked.
    ///
    /// # Errors
    /// If the application does not answer.
    #[cfg(feature = "remote")]
    pub async fn open_sales(&self) -> Result<Vec<MinuteSales>, StreamsError> {
        let Some(application) = &self.application else {
            return Ok(Vec::new());
        };
        let sales = application.groups("sales-per-minute").await?.into_iter();
        let row = |sales: generated::events::SalesPerMinute| MinuteSales {
            country: sales.country,
            minute: sales.window_start,
            lines: sales.lines,
            pieces: sales.pieces,
            revenue: sales.revenue,
        };
        Ok(sales.map(row).collect())
    }

    /// Sales of open minutes: none, since nobody can be asked.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(feature = "remote"))]
    #[allow(clippy::unused_async, reason = "as with an application")]
    pub async fn open_sales(&self) -> Result<Vec<MinuteSales>, StreamsError> {
        Ok(Vec::new())
    }
}
