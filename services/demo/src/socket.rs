//! A small HTTP/1.1 client: one kept connection per address and owner.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::http::Request;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::doors::{Answer, NoAnswer};

/// The connections of one client.
#[derive(Debug, Default)]
pub struct Connections {
    open: BTreeMap<SocketAddr, SendRequest<Full<Bytes>>>,
}

impl Connections {
    /// Sends a request and waits for the answer.
    pub(crate) async fn ask(
        &mut self,
        address: SocketAddr,
        request: Request<Bytes>,
    ) -> Result<Answer, NoAnswer> {
        let answer = self.try_ask(address, request).await;
        if answer.is_err() {
            self.open.remove(&address);
        }
        answer.map_err(NoAnswer::Broken)
    }

    async fn try_ask(
        &mut self,
        address: SocketAddr,
        request: Request<Bytes>,
    ) -> Result<Answer, String> {
        let connection = self.connection(address).await?;
        connection.ready().await.map_err(text)?;
        let response = connection.send_request(request.map(Full::new)).await;
        let (head, body) = response.map_err(text)?.into_parts();
        let body = body.collect().await.map_err(text)?.to_bytes();
        let status = head.status;
        Ok(Answer { status, body })
    }

    async fn connection(
        &mut self,
        address: SocketAddr,
    ) -> Result<&mut SendRequest<Full<Bytes>>, String> {
        if self.open.get(&address).is_none_or(SendRequest::is_closed) {
            let stream = TcpStream::connect(address).await.map_err(text)?;
            stream.set_nodelay(true).map_err(text)?;
            let (sender, driver) = handshake(TokioIo::new(stream)).await.map_err(text)?;
            tokio::spawn(driver);
            self.open.insert(address, sender);
        }
        let connection = self.open.get_mut(&address);
        connection.ok_or_else(|| "the connection is gone".to_owned())
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
