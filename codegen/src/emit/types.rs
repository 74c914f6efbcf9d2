//! Emitter: shared types, one file each, and the module that exports them.

use rayon::prelude::*;

use super::{
    EmitError,
    index::{Index, has_rust},
    module::{self, Entry},
    named,
    rust_file::RustFile,
};
use crate::{files::Files, model::Model};

/// Writes `src/types.rs` and a file below it per shared type.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    let index = Index::new(model);
    let shared: Vec<_> = model
        .types
        .values()
        .filter(|def| has_rust(def) && def.owner.is_none())
        .collect();
    let written: Vec<(Entry, String)> = shared
        .par_iter()
        .map(|def| {
            let owned = index.owned_by(&def.name);
            let all = || std::iter::once(*def).chain(owned.iter().copied());
            let names: Vec<String> = all().map(|def| def.rust.clone()).collect();
            let mut file = RustFile::new(Some(&def.source.file), "crate::types", names.clone());
            all().for_each(|def| named::write(&mut file, &index, def));
            let entry = Entry {
                module: def.module.clone(),
                names,
                deprecated: false,
            };
            (entry, file.into_text())
        })
        .collect();
    let about = "Types that events, commands and requests share.";
    module::write(files, "types", about, written)
}
