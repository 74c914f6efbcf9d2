//! A connection that speaks Kafka's protocol, for requests that the bindings of librdkafka have no
//! call for.

use std::{collections::BTreeMap, io, sync::Arc, time::Duration};

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use kafka_protocol::{
    error::ParseResponseErrorCode as _,
    messages::{
        ApiKey, ApiVersionsRequest, ApiVersionsResponse, RequestHeader, ResponseHeader,
        SaslAuthenticateRequest, SaslAuthenticateResponse, SaslHandshakeRequest,
        SaslHandshakeResponse,
    },
    protocol::{
        Decodable, Encodable, HeaderVersion, Message, StrBytes, encode_request_header_into_buffer,
    },
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

use super::sasl::{self, Mechanism};
use super::{Settings, TIMEOUT};
use crate::{Error, http::Login};

/// How long one of several brokers may take to be reached.
const CONNECT: Duration = Duration::from_secs(5);
/// An answer beyond this is none of Kafka's.
const MOST_BYTES: usize = 64 << 20;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection to one broker, logged in.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    address: String,
    count: i32,
    /// The highest version that the broker has of each request.
    versions: BTreeMap<i16, i16>,
}

impl Wire {
    /// Connects to the first broker that answers, and logs in.
    ///
    /// # Errors
    /// What the last one said.
    pub(super) async fn connect(settings: &Settings) -> Result<Self, Error> {
        let mut last = Error::Address(settings.brokers.clone());
        for address in settings.brokers.split(',').map(str::trim) {
            match Self::reach(settings, address).await {
                Ok(wire) => return Ok(wire),
                // Every broker would say the same.
                Err(error @ Error::KafkaLogin { .. }) => return Err(error),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn reach(settings: &Settings, address: &str) -> Result<Self, Error> {
        let opened = timeout(CONNECT, open(settings, address)).await;
        let opened = opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let mut wire = Self {
            stream: opened.map_err(|error| unreachable(address, error))?,
            address: address.to_owned(),
            count: 0,
            versions: BTreeMap::new(),
        };
        let request = ApiVersionsRequest::default();
        let known: ApiVersionsResponse = wire.call(ApiKey::ApiVersions, &request).await?;
        let versions = known.api_keys.iter();
        wire.versions = versions.map(|it| (it.api_key, it.max_version)).collect();
        if let Some((login, mechanism)) = &settings.sasl {
            wire.log_in(login, mechanism).await?;
        }
        Ok(wire)
    }

    async fn log_in(&mut self, login: &Login, name: &str) -> Result<(), Error> {
        let refused = |why: String| Error::KafkaLogin {
            user: login.user.clone(),
            mechanism: name.to_owned(),
            why,
        };
        let unknown = || unknown_mechanism(login, name);
        let mechanism = Mechanism::named(name).ok_or_else(unknown)?;
        let request =
            SaslHandshakeRequest::default().with_mechanism(StrBytes::from_string(name.to_owned()));
        let taken: SaslHandshakeResponse = self.call(ApiKey::SaslHandshake, &request).await?;
        if !taken.error_code.is_ok() {
            let offered: Vec<&str> = taken.mechanisms.iter().map(StrBytes::as_str).collect();
            return Err(refused(format!("the broker takes {}", offered.join(", "))));
        }
        match mechanism {
            Mechanism::Plain => self.say(sasl::plain(login)).await?.map_err(refused)?,
            Mechanism::Scram(scram) => {
                let first = scram.first(login).into_bytes();
                let said = self.say(first).await?.map_err(refused)?;
                let said = String::from_utf8_lossy(&said);
                let (second, expected) = scram.second(login, &said).map_err(refused)?;
                let proof = self.say(second.into_bytes()).await?.map_err(refused)?;
                if proof != expected.as_bytes() {
                    return Err(refused("the broker does not know the password".to_owned()));
                }
                proof
            }
        };
        Ok(())
    }

    /// One message of a login; the broker's answer, or why it refuses.
    async fn say(&mut self, message: Vec<u8>) -> Result<Result<Bytes, String>, Error> {
        let request = SaslAuthenticateRequest::default().with_auth_bytes(message.into());
        let answer: SaslAuthenticateResponse =
            self.call(ApiKey::SaslAuthenticate, &request).await?;
        Ok(match answer.error_code.err() {
            None => Ok(answer.auth_bytes),
            Some(error) => Err(words(answer.error_message.as_ref(), error)),
        })
    }

    /// One request, in the newest version that both sides know.
    pub(super) async fn call<Q, R>(&mut self, key: ApiKey, request: &Q) -> Result<R, Error>
    where
        Q: Encodable + Message,
        R: Decodable + HeaderVersion,
    {
        let theirs = self.versions.get(&(key as i16)).copied().unwrap_or(0);
        let version = theirs.clamp(Q::VERSIONS.min, Q::VERSIONS.max);
        self.count += 1;
        let header = RequestHeader::default()
            .with_request_api_key(key as i16)
            .with_request_api_version(version)
            .with_correlation_id(self.count)
            .with_client_id(Some(StrBytes::from_static_str("herald-provision")));
        let mut body = BytesMut::new();
        let encoded = encode_request_header_into_buffer(&mut body, &header)
            .and_then(|()| request.encode(&mut body, version));
        encoded.map_err(|error| self.odd(&error.to_string()))?;
        let exchanged = timeout(TIMEOUT, self.exchange(&body)).await;
        let exchanged = exchanged.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let mut answer = exchanged.map_err(|error| unreachable(&self.address, error))?;
        let header = ResponseHeader::decode(&mut answer, R::header_version(version))
            .map_err(|error| self.odd(&error.to_string()))?;
        if header.correlation_id != self.count {
            return Err(self.odd("it is another request's answer"));
        }
        R::decode(&mut answer, version).map_err(|error| self.odd(&error.to_string()))
    }

    async fn exchange(&mut self, body: &[u8]) -> io::Result<Bytes> {
        let mut framed = BytesMut::with_capacity(4 + body.len());
        framed.put_u32(body.len() as u32);
        framed.put_slice(body);
        self.stream.write_all(&framed).await?;
        self.stream.flush().await?;
        let mut length = [0; 4];
        self.stream.read_exact(&mut length).await?;
        let length = length.as_slice().get_u32() as usize;
        if length > MOST_BYTES {
            let what = "the answer has no length that Kafka's have";
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).await?;
        Ok(answer.into())
    }

    fn odd(&self, what: &str) -> Error {
        Error::Answer {
            url: self.address.clone(),
            what: what.to_owned(),
        }
    }
}

pub(super) fn unknown_mechanism(login: &Login, name: &str) -> Error {
    Error::KafkaLogin {
        user: login.user.clone(),
        mechanism: name.to_owned(),
        why: "PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 are there".to_owned(),
    }
}

/// What a broker says of a refusal: its own words, or those of the code.
pub(super) fn words(message: Option<&StrBytes>, error: kafka_protocol::ResponseError) -> String {
    let said = message.filter(|it| !it.is_empty());
    said.map_or_else(|| error.to_string(), ToString::to_string)
}

fn unreachable(address: &str, error: io::Error) -> Error {
    let why: Box<dyn std::error::Error + Send + Sync> = match error.kind() {
        // What a broker does to whom it does not understand.
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
            "it hung up: does this port speak TLS or SASL, or neither?".into()
        }
        // A handshake that failed.
        io::ErrorKind::InvalidData => format!(
            "{error}; HERALD_KAFKA_SSL_CA_LOCATION names the authorities that sign the brokers' \
             certificates"
        )
        .into(),
        _ => Box::new(error),
    };
    Error::Unreachable {
        url: address.to_owned(),
        source: why,
    }
}

async fn open(settings: &Settings, address: &str) -> io::Result<Box<dyn Stream>> {
    let tcp = TcpStream::connect(address).await?;
    tcp.set_nodelay(true)?;
    let Some(ca) = &settings.ca else {
        return Ok(Box::new(tcp));
    };
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let connector = TlsConnector::from(Arc::new(trusting(ca)?));
    Ok(Box::new(connector.connect(name, tcp).await?))
}

/// A client that trusts the authorities in a file of PEM, and no others.
fn trusting(ca: &str) -> io::Result<ClientConfig> {
    let named = |error: &dyn std::fmt::Display| io::Error::other(format!("{ca}: {error}"));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca).map_err(|error| named(&error))? {
        let certificate = certificate.map_err(|error| named(&error))?;
        roots.add(certificate).map_err(|error| named(&error))?;
    }
    let provider = Arc::new(ring::default_provider());
    let versions =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions
        .map_err(|error| named(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
