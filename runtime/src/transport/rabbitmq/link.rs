//! A connection that is made again when it is lost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lapin::{Channel, Connection, ConnectionBuilder, ConnectionProperties, ErrorKind};
use tokio::sync::Mutex;

use super::settings::Target;
use crate::transport::TransportError;

/// How long connecting may take, from the first packet to the open connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a failure is the answer to all who ask, so that many callers do not
/// become many attempts.
const COOL_DOWN: Duration = Duration::from_millis(100);

/// AMQP's code of a login that is not taken.
const ACCESS_REFUSED: u16 = 403;

/// One connection, shared by those who use it for the same purpose.
pub(super) struct Link {
    target: Target,
    name: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connection: Option<Arc<Connection>>,
    failed: Option<(Instant, TransportError)>,
}

impl Link {
    pub(super) fn new(target: Target, name: String) -> Self {
        Self {
            target,
            name,
            state: Mutex::default(),
        }
    }

    /// The connection; a new one where the last was lost.
    pub(super) async fn connection(&self) -> Result<Arc<Connection>, TransportError> {
        let mut state = self.state.lock().await;
        if let Some(connection) = &state.connection
            && connection.status().connected()
        {
            return Ok(connection.clone());
        }
        state.connection = None;
        if let Some((when, why)) = &state.failed
            && when.elapsed() < COOL_DOWN
        {
            return Err(why.clone());
        }
        match self.connect().await {
            Ok(connection) => {
                tracing::debug!(connection = self.name, "connected to RabbitMQ");
                let connection = Arc::new(connection);
                state.connection = Some(connection.clone());
                state.failed = None;
                Ok(connection)
            }
            Err(why) => {
                state.failed = Some((Instant::now(), why.clone()));
                Err(why)
            }
        }
    }

    /// A new channel of the connection.
    pub(super) async fn channel(&self) -> Result<Channel, TransportError> {
        let connection = self.connection().await?;
        connection
            .create_channel()
            .await
            .map_err(|error| unavailable(&error))
    }

    async fn connect(&self) -> Result<Connection, TransportError> {
        let properties =
            ConnectionProperties::default().with_connection_name(self.name.as_str().into());
        let runtime = lapin::runtime::default_runtime()
            .map_err(|error| TransportError::Unavailable(error.to_string()))?;
        let builder = ConnectionBuilder::new_with_runtime(runtime)
            .with_uri(self.target.uri.clone())
            .with_tls_config(self.target.tls.clone())
            .with_properties(properties);
        let connected = tokio::time::timeout(CONNECT_TIMEOUT, builder.connect()).await;
        let late = |_| {
            let late = format!("no answer within {CONNECT_TIMEOUT:?}");
            TransportError::Unavailable(late)
        };
        connected.map_err(late)?.map_err(|error| refused(&error))
    }
}

/// Why there is no connection; where settings are the reason, which ones.
fn refused(error: &lapin::Error) -> TransportError {
    let help = match error.kind() {
        ErrorKind::ProtocolError(refusal) if refusal.get_id() == ACCESS_REFUSED => {
            "HERALD_RABBITMQ_URL, or HERALD_RABBITMQ_PASSWORD_FILE in the place of its password, says \
             who logs in, and to which virtual host"
        }
        ErrorKind::IOError(cause) if cause.to_string().contains("certificate") => {
            "HERALD_RABBITMQ_CA_FILE names the file of the authorities to trust besides the machine's"
        }
        _ => return unavailable(error),
    };
    TransportError::Refused(format!(
        "RabbitMQ does not let this service in: {error}; {help}"
    ))
}

pub(super) fn unavailable(error: &lapin::Error) -> TransportError {
    TransportError::Unavailable(error.to_string())
}
