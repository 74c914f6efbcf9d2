//! The streams' application behind HTTP: `GET /streams/NAME/groups` answers what each group would
//! emit now, of all its instances.

use std::time::Duration;

use bytes::Bytes;
use herald::Message;
use herald::avro::{json, schema};
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::streams::StreamsError;

/// How long an instance may take to answer: somebody waits for the page.
const PATIENCE: Duration = Duration::from_secs(2);
/// Groups of one answer, at most.
const LIMIT: usize = 10_000;

/// Where the application is.
#[derive(Debug, Clone, clap::Args)]
pub struct StreamsSettings {
    /// The addresses of the streams' instances, such as `http://127.0.0.1:8095`; any of them answers
    /// for all. Without one, nobody knows what open windows hold.
    #[arg(long, env = "ANALYTICS_STREAMS_URL", value_delimiter = ',')]
    pub streams_url: Vec<Uri>,
}

/// The application. Clones share connections.
#[derive(Debug, Clone)]
pub struct Application {
    instances: Vec<String>,
    client: Client<HttpConnector, Empty<Bytes>>,
}

impl Application {
    /// The application at these addresses, of which the first that answers is asked.
    pub fn new(instances: &[Uri]) -> Self {
        let base = |url: &Uri| url.to_string().trim_end_matches('/').to_owned();
        Self {
            instances: instances.iter().map(base).collect(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// What the groups of a stream would emit now.
    ///
    /// # Errors
    /// If no instance answers, or in another form.
    pub async fn groups<E: Message>(&self, stream: &str) -> Result<Vec<E>, StreamsError> {
        let mut failed = StreamsError("none was named".to_owned());
        for base in &self.instances {
            let url = format!("{base}/streams/{stream}/groups?limit={LIMIT}");
            match self.rows(&url).await {
                Ok(rows) => return decoded(&rows),
                Err(why) => failed = StreamsError(format!("{url}: {why}")),
            }
        }
        Err(failed)
    }

    async fn rows(&self, url: &str) -> Result<Vec<Value>, String> {
        let url: Uri = url.parse().map_err(|_| "no address".to_owned())?;
        let ask = async {
            let response = self.client.get(url).await.map_err(|e| e.to_string())?;
            let (head, body) = response.into_parts();
            let body = body.collect().await.map_err(|e| e.to_string())?.to_bytes();
            if !head.status.is_success() {
                return Err(format!("{}", head.status));
            }
            serde_json::from_slice(&body).map_err(|e| e.to_string())
        };
        let answer = tokio::time::timeout(PATIENCE, ask).await;
        answer.unwrap_or_else(|_| Err(format!("no answer within {PATIENCE:?}")))
    }
}

/// Events that the application writes as plain JSON.
fn decoded<E: Message>(rows: &[Value]) -> Result<Vec<E>, StreamsError> {
    let odd = |why: String| StreamsError(format!("no {}: {why}", E::TYPE));
    let schema = schema::parse(&E::schema_json());
    let schema = schema.map_err(|_| odd("its schema is none".to_owned()))?;
    let one = |row: &Value| {
        let datum = json::from_plain(&schema, row);
        let datum = datum.map_err(|_| odd(row.to_string()))?;
        E::from_bytes(&datum).map_err(|error| odd(error.to_string()))
    };
    rows.iter().map(one).collect()
}
