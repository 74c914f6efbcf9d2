//! A tiny catalog by hand, a service of it, and a bench to run it on.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

pub mod bench;
pub mod catalog;
pub mod desk;
pub mod headers;
pub mod worker;

use std::borrow::Cow;

use headers::{AskedHeaders, WorkHeaders};
use herald::avro::codec::{Codec, Cursor, Described, Reader};
use herald::{Command, Event, Message, Publishes, Released, Sends, SetsTimer, Timer};

/// A record of one string, `key|text`, under several names, with these headers.
macro_rules! message {
    ($name:ident, $type:literal, $headers:ty) => {
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            pub key: String,
            pub text: String,
        }

        impl Codec for $name {
            const MIN_SIZE: usize = 2;

            fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
                self.text.write(self.key.write(out))
            }

            fn blank() -> Self {
                let (key, text) = (String::new(), String::new());
                Self { key, text }
            }

            fn read(&mut self, r: &mut Reader<'_>) {
                self.key.read(r);
                self.text.read(r);
            }
        }

        impl Described for $name {
            fn schema_json() -> Cow<'static, str> {
                concat!(
                    r#"{"type":"record","name":""#,
                    $type,
                    r#"","fields":[{"name":"key","type":"string"},{"name":"text","type":"string"}]}"#
                )
                .into()
            }
        }

        impl Message for $name {
            type Headers = $headers;

            const NAME: &'static str = stringify!($name);
            const TYPE: &'static str = $type;
            const VERSION: u32 = 1;
            const RELEASED: &'static [Released] = &[];

            fn key(&self) -> Option<String> {
                Some(self.key.clone())
            }
        }

        impl bench::Text for $name {
            fn text(&self) -> String {
                self.text.clone()
            }
        }

        impl $name {
            pub fn new(key: impl Into<String>, text: impl Into<String>) -> Self {
                let (key, text) = (key.into(), text.into());
                Self { key, text }
            }
        }
    };
}

message!(Asked, "test.Asked", AskedHeaders);
message!(Answered, "test.Answered", ());
message!(Work, "test.Work", WorkHeaders);
message!(Overdue, "test.Overdue", ());

impl Event for Asked {
    const TOPIC: &'static str = "asked";
}
impl Event for Answered {
    const TOPIC: &'static str = "answered";
}
impl Command for Work {
    const SERVICE: &'static str = "worker";
    const QUEUE: &'static str = "worker.work";
}
impl Timer for Overdue {
    const SERVICE: &'static str = "worker";
}

pub struct Permits;
impl Publishes<Asked> for Permits {}
impl Publishes<Answered> for Permits {}
impl Sends<Work> for Permits {}
impl SetsTimer<Overdue> for Permits {}
