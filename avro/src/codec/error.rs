//! Why bytes are not a datum.

/// Why bytes could not be decoded. Kept at 16 bytes: it travels in every result
/// of the hot path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input ends inside a value.
    #[error("the input ends {missing} byte(s) too early")]
    UnexpectedEnd {
        /// How many bytes more the value needs, at least.
        missing: u64,
    },
    /// Bytes are left after the datum.
    #[error("{count} byte(s) follow the datum")]
    TrailingBytes {
        /// How many.
        count: u64,
    },
    /// A variable-length integer does not end, or exceeds its type's range.
    #[error("a variable-length integer exceeds {bits} bits")]
    VarintTooLong {
        /// Width of the type: 32 or 64.
        bits: u32,
    },
    /// A length or block count below zero.
    #[error("{value} is no length")]
    NegativeLength {
        /// What was read.
        value: i64,
    },
    /// An array or map block announces more items than the rest of the input can hold.
    #[error("a block announces {count} items, more than the input can hold")]
    CountTooLarge {
        /// What was announced.
        count: u64,
    },
    /// Values are nested deeper than is followed: see [`MAX_DEPTH`](super::MAX_DEPTH).
    #[error("values are nested too deep")]
    TooDeep,
    /// A string is not UTF-8.
    #[error("a string is not UTF-8")]
    InvalidUtf8,
    /// A boolean is neither 0 nor 1.
    #[error("{value} is no boolean")]
    InvalidBoolean {
        /// The byte read.
        value: u8,
    },
    /// An enum symbol or union branch that the schema does not have.
    #[error("index {index} is outside of the schema's {count}")]
    IndexOutOfRange {
        /// What was read.
        index: i32,
        /// How many symbols or branches there are.
        count: u32,
    },
    /// A string of logical type `uuid` is no UUID.
    #[error("a string is no UUID")]
    InvalidUuid,
    /// A decimal exceeds 128 bits, or its fixed size.
    #[error("a decimal exceeds its width")]
    DecimalTooWide,
    /// The reader's enum has neither the writer's symbol nor a default.
    #[error("the reader's enum lacks the writer's symbol number {index} and has no default")]
    UnknownSymbol {
        /// Position of the symbol in the writer's schema.
        index: u32,
    },
    /// The reader's schema cannot hold what was written here; the plan knows why:
    /// see [`Plan::reason`](crate::resolve::Plan::reason).
    #[error("the reader's schema cannot hold what was written here (reason {reason})")]
    Unreadable {
        /// Number of the reason in the plan.
        reason: u32,
    },
    /// Single Object Encoding: the two marker bytes are missing.
    #[error("the message does not begin with the marker C3 01")]
    NoMarker,
    /// Single Object Encoding: the schema is not the expected one.
    #[error("the message was written with the schema of fingerprint {fingerprint:016x}")]
    UnknownFingerprint {
        /// CRC-64-AVRO of the writer's canonical form.
        fingerprint: u64,
    },
}
