//! Herald: codegen.
