//! The real servers of the system, run on one machine without Docker.
