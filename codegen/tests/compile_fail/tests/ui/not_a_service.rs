//! `bind` wants what the catalog's service handles.

use herald::store::memory::Tables;

struct Nothing;

fn main() {
    generated::payment::bind(Nothing, Tables::<()>::default());
}
