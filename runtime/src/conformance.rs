//! The suites that every transport and every store must pass, whatever stands
//! behind its port.
//!
//! A case is a function from a bed (the transport and its world) to a future
//! that panics where the transport is wrong. A transport's tests say how a bed
//! is made and how a future is run, and get one test per case:
//!
//! ```ignore
//! fn embedded(case: herald::conformance::log::Case) { … }
//! herald::log_conformance!(embedded);
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a case fails by panicking"
)]

pub mod log;
#[cfg(feature = "mongodb")]
pub mod mongodb;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod queues;
pub mod store;

/// Makes a `#[test]` of each case named; `@with [#[…]]` puts attributes on each.
#[macro_export]
#[doc(hidden)]
macro_rules! conformance_tests {
    (@ [$(#[$attribute:meta])*] $run:path, $module:ident::$case:ident) => {
        $(#[$attribute])*
        #[test]
        fn $case() {
            $run(|bed| Box::pin($crate::conformance::$module::$case(bed)));
        }
    };
    (@with $attributes:tt $run:path, $($module:ident::$case:ident)*) => {$(
        $crate::conformance_tests! { @ $attributes $run, $module::$case }
    )*};
    ($run:path, $($module:ident::$case:ident)*) => {
        $crate::conformance_tests! { @with [] $run, $($module::$case)* }
    };
}
