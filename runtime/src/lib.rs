//! Herald: runtime.
