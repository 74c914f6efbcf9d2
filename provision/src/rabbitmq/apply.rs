//! Requests that change something.

use hyper::Method;

use super::{Rabbitmq, Step};
use crate::Error;

impl Rabbitmq {
    /// Removes a difference.
    ///
    /// # Errors
    /// [`Error`] with the broker's reason.
    pub async fn apply(&self, step: &Step) -> Result<(), Error> {
        let http = &self.http;
        match step {
            Step::Put(path, body) => http.call(Method::PUT, path, Some(body)).await?,
            Step::Post(path, body) => http.call(Method::POST, path, Some(body)).await?,
            Step::Delete(path) => http.call(Method::DELETE, path, None).await?,
            Step::Recreate(path, body) => {
                // The broker itself sees to it that nothing is lost in between.
                let guarded = format!("{path}?if-empty=true&if-unused=true");
                http.call(Method::DELETE, &guarded, None).await?;
                http.call(Method::PUT, path, Some(body)).await?
            }
        };
        Ok(())
    }
}
