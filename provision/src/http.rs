//! JSON over HTTP, as much of it as two management interfaces need.

use base64::{Engine, engine::general_purpose::STANDARD};
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Uri, body::Bytes, header};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

use crate::Error;

/// Characters of an error answer that are shown.
const SHOWN: usize = 400;

/// A server by its base URL.
#[derive(Clone)]
pub(crate) struct Http {
    base: String,
    /// Value of the header `Authorization`.
    login: Option<String>,
    content: &'static str,
    client: Client<hyper_rustls::HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// User and password.
#[derive(Clone)]
pub struct Login {
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Http {
    /// A server; credentials inside the URL count unless others are given.
    pub(crate) fn new(
        url: &str,
        login: Option<&Login>,
        content: &'static str,
    ) -> Result<Self, Error> {
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| Error::Address("an address without http://".to_owned()))?;
        let (inside, host) = match rest.rsplit_once('@') {
            Some((login, host)) => (Some(login.to_owned()), host),
            None => (None, rest),
        };
        let login = login
            .map(|login| format!("{}:{}", login.user, login.password))
            .or(inside);
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(|source| Error::Unreachable {
                url: host.to_owned(),
                source: source.into(),
            })?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            base: format!("{scheme}://{}", host.trim_end_matches('/')),
            login: login.map(|login| format!("Basic {}", STANDARD.encode(login))),
            content,
            client: Client::builder(TokioExecutor::new()).build(connector),
        })
    }

    /// The answer to a request for what may not be there.
    pub(crate) async fn find(&self, path: &str) -> Result<Option<Value>, Error> {
        match self.call(Method::GET, path, None).await {
            Ok(value) => Ok(Some(value)),
            Err(Error::Status { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The answer to a request for a list; empty where there is none.
    pub(crate) async fn list(&self, path: &str) -> Result<Vec<Value>, Error> {
        match self.find(path).await? {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(Error::Answer {
                url: format!("{}{path}", self.base),
                what: "not a list".to_owned(),
            }),
        }
    }

    /// Sends a request; the answer is `null` where it is empty.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Error> {
        let url = format!("{}{path}", self.base);
        let uri: Uri = url.parse().map_err(|_| Error::Address(url.clone()))?;
        let mut request = Request::builder().method(method.clone()).uri(uri);
        if let Some(login) = &self.login {
            request = request.header(header::AUTHORIZATION, login);
        }
        request = request.header(header::CONTENT_TYPE, self.content);
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request
            .body(Full::from(body))
            .map_err(|_| Error::Address(url.clone()))?;
        let unreachable = |source: Box<dyn std::error::Error + Send + Sync>| Error::Unreachable {
            url: url.clone(),
            source,
        };
        let answer = self.client.request(request).await;
        let answer = answer.map_err(|error| unreachable(root(&error).into()))?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await;
        let bytes = bytes.map_err(|error| unreachable(error.into()))?.to_bytes();
        if !status.is_success() {
            return Err(Error::Status {
                method: method.to_string(),
                url,
                status: status.as_u16(),
                answer: String::from_utf8_lossy(&bytes)
                    .chars()
                    .take(SHOWN)
                    .collect(),
            });
        }
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|error| Error::Answer {
            url,
            what: error.to_string(),
        })
    }
}

/// An error with all its causes.
fn root(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// A name as one segment of a path: everything but letters, digits and `-._~` is escaped (RFC
/// 3986, 2.1).
pub(crate) fn segment(name: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_segment() {
        assert_eq!(segment("/"), "%2F");
        assert_eq!(segment("a.b-c_d~"), "a.b-c_d~");
        assert_eq!(segment("ä "), "%C3%A4%20");
    }

    #[test]
    fn credentials_are_not_shown() {
        let login = Login {
            user: "me".to_owned(),
            password: "secret".to_owned(),
        };
        assert!(!format!("{login:?}").contains("secret"));
        let http = Http::new("http://me:secret@h:1/", None, "application/json").unwrap();
        assert_eq!(http.base, "http://h:1");
        assert!(http.login.is_some());
    }
}
