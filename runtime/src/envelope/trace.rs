//! W3C Trace Context, level 1: the `traceparent` header.

use std::fmt;
use std::str::FromStr;

use crate::World;

/// A place in a trace: `00-<trace id>-<parent id>-<flags>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    trace: u128,
    span: u64,
    flags: u8,
}

/// Why text is no `traceparent` (Trace Context, section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// Not four fields of 2, 32, 16 and 2 characters, joined by dashes.
    #[error("a traceparent is 00-<32 hex>-<16 hex>-<2 hex>")]
    Shape,
    /// Something other than lower-case hexadecimal digits.
    #[error("a traceparent has lower-case hexadecimal digits only")]
    Digits,
    /// The version `ff` is forbidden.
    #[error("version ff is invalid")]
    Version,
    /// An id of zeros only.
    #[error("a trace or parent id of zeros is invalid")]
    Zero,
}

impl TraceParent {
    /// Begins a trace, sampled.
    pub fn root(world: &World) -> Self {
        let high = u128::from(world.random());
        Self {
            trace: (high << 64 | u128::from(world.random())).max(1),
            span: world.random().max(1),
            flags: 1,
        }
    }

    /// A step below this one, in the same trace.
    #[must_use]
    pub fn child(&self, world: &World) -> Self {
        Self {
            span: world.random().max(1),
            ..*self
        }
    }

    /// The trace's id, 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.trace)
    }

    /// The id of this step, 16 hexadecimal digits.
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.span)
    }

    /// Whether the caller may have recorded it.
    pub fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trace, span, flags } = self;
        write!(f, "00-{trace:032x}-{span:016x}-{flags:02x}")
    }
}

impl FromStr for TraceParent {
    type Err = TraceError;

    fn from_str(text: &str) -> Result<Self, TraceError> {
        let mut fields = text.splitn(5, '-');
        let mut field = |len: usize| {
            let field = fields.next().filter(|field| field.len() == len);
            let field = field.ok_or(TraceError::Shape)?;
            let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
            if !field.bytes().all(hex) {
                return Err(TraceError::Digits);
            }
            u128::from_str_radix(field, 16).map_err(|_| TraceError::Digits)
        };
        let (version, trace, span, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
        if version == 0xff {
            return Err(TraceError::Version);
        }
        // Only a later version may carry more fields.
        if version == 0 && fields.next().is_some() {
            return Err(TraceError::Shape);
        }
        if trace == 0 || span == 0 {
            return Err(TraceError::Zero);
        }
        Ok(Self {
            trace,
            span: span as u64,
            // Of a later version, only the sampled flag is understood.
            flags: flags as u8 & 1,
        })
    }
}
