//! Headers that the messages of the tiny catalog have, as a generator would write them.

use herald::transport::Headers;
use herald::{HeaderError, MessageHeaders, OptionalHeaders};

/// `tenant` is required, `x-level` is 1 where it is absent.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedHeaders {
    pub tenant: String,
    pub x_level: i32,
}

impl MessageHeaders for AskedHeaders {
    fn write(&self, headers: &mut Headers) {
        headers.push("tenant", self.tenant.clone());
        headers.push("x-level", self.x_level.to_string());
    }

    fn read(headers: &Headers) -> Result<Self, HeaderError> {
        Ok(Self {
            tenant: headers.required("tenant")?,
            x_level: headers.optional("x-level")?.unwrap_or(1),
        })
    }
}

/// Both may be left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkHeaders {
    pub tenant: Option<String>,
    pub x_level: Option<i32>,
}

impl MessageHeaders for WorkHeaders {
    fn write(&self, headers: &mut Headers) {
        if let Some(value) = &self.tenant {
            headers.push("tenant", value.clone());
        }
        if let Some(value) = &self.x_level {
            headers.push("x-level", value.to_string());
        }
    }

    fn read(headers: &Headers) -> Result<Self, HeaderError> {
        Ok(Self {
            tenant: headers.optional("tenant")?,
            x_level: headers.optional("x-level")?,
        })
    }
}

impl OptionalHeaders for WorkHeaders {}
