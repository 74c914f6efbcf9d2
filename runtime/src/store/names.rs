//! Names read back from a database.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The name for the life of the program. Names come from catalogs, so there are few.
pub(super) fn intern(name: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once() {
        let again = String::from("OrderPlaced");
        assert!(std::ptr::eq(intern("OrderPlaced"), intern(&again)));
    }
}
