//! An event with a required header, as `gen` writes it.

use std::borrow::Cow;

use herald::avro::codec::{Codec, Cursor, Described, Reader};
use herald::transport::Headers;
use herald::{Event, HeaderError, Message, MessageHeaders, Publishes, Released};

#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    pub count: i64,
}

impl Codec for Counted {
    const MIN_SIZE: usize = 1;

    fn write<'a>(&self, mut out: Cursor<'a>) -> Cursor<'a> {
        out = self.count.write(out);
        out
    }

    fn blank() -> Self {
        Self {
            count: Codec::blank(),
        }
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        self.count.read(r);
    }
}

impl Described for Counted {
    fn schema_json() -> Cow<'static, str> {
        Cow::Borrowed(
            r#"{"type":"record","name":"Counted","fields":[{"name":"count","type":"long"}]}"#,
        )
    }
}

impl Message for Counted {
    type Headers = CountedHeaders;

    const NAME: &'static str = "Counted";
    const TYPE: &'static str = "shop.Counted";
    const VERSION: u32 = 1;
    const RELEASED: &'static [Released] = &[];

    fn key(&self) -> Option<String> {
        None
    }
}

impl Event for Counted {
    const TOPIC: &'static str = "counted";
}

#[derive(Clone, Debug, PartialEq)]
pub struct CountedHeaders {
    pub tenant: String,
}

impl MessageHeaders for CountedHeaders {
    fn write(&self, headers: &mut Headers) {
        headers.push("tenant", self.tenant.clone());
    }

    fn read(headers: &Headers) -> Result<Self, HeaderError> {
        Ok(Self {
            tenant: headers.required("tenant")?,
        })
    }
}

pub struct Permits;

impl Publishes<Counted> for Permits {}
