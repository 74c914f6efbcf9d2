//! A client that asks again until it is answered, as a browser's user would.

use std::time::Duration;

use axum::http::{Request, StatusCode};
use bytes::Bytes;
use herald::World;
use serde_json::Value;

use crate::doors::{self, Answer, Doors};
use crate::shop::Name;
use crate::socket::Connections;

/// A client asks this often before it gives up.
const PATIENCE: u32 = 500;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why a request did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The service said no.
    #[error("{path}: {status} {body}")]
    Refused {
        /// What was asked.
        path: String,
        /// The answer's status.
        status: StatusCode,
        /// The answer's body.
        body: String,
    },
    /// The service did not answer, however often it was asked.
    #[error("{path}: no answer, the last time because {why}")]
    GaveUp {
        /// What was asked.
        path: String,
        /// What went wrong the last time.
        why: String,
    },
    /// The answer is not what it should be.
    #[error("{path}: {why}")]
    Odd {
        /// What was asked.
        path: String,
        /// What is odd.
        why: String,
    },
}

/// A client with connections of its own.
pub struct Client {
    world: World,
    doors: Doors,
    connections: Connections,
}

impl Client {
    /// A client in a world, before these doors.
    pub fn new(world: World, doors: Doors) -> Self {
        let connections = Connections::default();
        Self {
            world,
            doors,
            connections,
        }
    }

    /// Posts a body. The key makes repeats have one effect.
    ///
    /// # Errors
    /// If the service refuses, or never answers.
    pub async fn post(
        &mut self,
        name: Name,
        path: &str,
        body: &Value,
        key: &str,
    ) -> Result<Value, AskError> {
        self.ask(name, path, || doors::post(path, body, key)).await
    }

    /// Reads.
    ///
    /// # Errors
    /// If the service refuses, or never answers.
    pub async fn get(&mut self, name: Name, path: &str) -> Result<Value, AskError> {
        self.ask(name, path, || doors::get(path)).await
    }

    async fn ask(
        &mut self,
        name: Name,
        path: &str,
        request: impl Fn() -> Request<Bytes>,
    ) -> Result<Value, AskError> {
        let mut pause = FIRST_PAUSE;
        let mut why = String::new();
        for _ in 0..PATIENCE {
            match self.ask_once(name, request()).await {
                Ok(answer) => return json(path, &answer),
                Err(reason) => why = reason,
            }
            self.world.sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        let path = path.to_owned();
        Err(AskError::GaveUp { path, why })
    }

    /// An answer that will not change if the client asks again.
    async fn ask_once(&mut self, name: Name, request: Request<Bytes>) -> Result<Answer, String> {
        let ask = self.doors.ask(&mut self.connections, name, request);
        match self.world.timeout(TIMEOUT, ask).await {
            None => Err("it took too long".to_owned()),
            Some(Err(error)) => Err(error.to_string()),
            Some(Ok(answer)) if answer.status.is_server_error() => {
                Err(format!("it answered {}", answer.status))
            }
            Some(Ok(answer)) => Ok(answer),
        }
    }
}

fn json(path: &str, answer: &Answer) -> Result<Value, AskError> {
    if !answer.status.is_success() {
        return Err(AskError::Refused {
            path: path.to_owned(),
            status: answer.status,
            body: String::from_utf8_lossy(&answer.body).into_owned(),
        });
    }
    serde_json::from_slice(&answer.body).map_err(|error| AskError::Odd {
        path: path.to_owned(),
        why: error.to_string(),
    })
}
