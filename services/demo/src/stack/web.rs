//! Reading JSON and metrics from servers that speak HTTP.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderValue, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::server;
use crate::doors;
use crate::scenario::PlayError;
use crate::socket::Connections;

/// What a server answers to `GET path`; `base` is `http://[user:password@]host:port`.
pub(super) async fn json(
    name: &'static str,
    base: Option<&String>,
    path: &str,
) -> Result<Value, PlayError> {
    send(name, base, doors::get(path)).await
}

/// What a server answers to a request.
pub(super) async fn send(
    name: &'static str,
    base: Option<&String>,
    mut request: Request<Bytes>,
) -> Result<Value, PlayError> {
    let failed = server(name);
    let base = base.map_or("", String::as_str);
    let rest = base.strip_prefix("http://").unwrap_or(base);
    let (user, address) = match rest.rsplit_once('@') {
        Some((user, address)) => (Some(user), address),
        None => (None, rest),
    };
    let address = address.trim_end_matches('/');
    let address = address
        .parse()
        .map_err(|_| failed(&format!("{address:?} is no address")))?;
    if let Some(user) = user {
        let value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(user)));
        let value = value.map_err(|error| failed(&error))?;
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    let path = request.uri().clone();
    let answer = Connections::default().ask(address, request).await;
    let answer = answer.map_err(|error| failed(&error))?;
    if !answer.status.is_success() {
        return Err(failed(&format!("{path} answered {}", answer.status)));
    }
    serde_json::from_slice(&answer.body).map_err(|error| failed(&error))
}

/// The sum of a metric's series in Prometheus' text format.
pub(super) fn total(text: &str, metric: &str) -> u64 {
    let lines = text.lines().filter_map(|line| line.strip_prefix(metric));
    let values = lines.filter(|rest| rest.starts_with(['{', ' ']));
    let values = values.filter_map(|rest| rest.rsplit_once(' ')?.1.parse::<f64>().ok());
    values.sum::<f64>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_of_one_name_are_added() {
        let text = "# HELP a x\na{b=\"c\"} 2\na{b=\"d\"} 3\na_total 7\n";
        assert_eq!(total(text, "a"), 5);
        assert_eq!(total(text, "a_total"), 7);
    }
}
