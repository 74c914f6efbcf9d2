//! The changelog.
