//! The command line of the repository.

fn main() {}
