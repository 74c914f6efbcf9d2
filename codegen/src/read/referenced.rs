//! Files that AsyncAPI documents refer to, wherever they lie. A path is relative to the file that
//! names it, and may lead out of the folder, as documents of several applications share files that
//! way. One that is not there is not reported here: the reference to it is, at its place.

use std::{collections::BTreeMap, fs, path::Path};

use super::{relative, walk};
use crate::asyncapi;

/// Most files that are read because others refer to them.
const MAX_FILES: usize = 2_000;

/// Largest file that is read because others refer to it, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Adds the files. `alone` says that the catalog is one document, so that Avro schemas around it,
/// which refer to each other by name, are not read yet.
pub(super) fn add(folder: &Path, alone: bool, files: &mut BTreeMap<String, Vec<u8>>) {
    let is_document = |path: &str, bytes: &[u8]| {
        std::str::from_utf8(bytes).is_ok_and(|text| asyncapi::is_document(path, text))
    };
    let mut open: Vec<String> = files
        .iter()
        .filter(|(path, bytes)| is_document(path, bytes))
        .map(|(path, _)| path.clone())
        .collect();
    let mut seen: std::collections::BTreeSet<String> = open.iter().cloned().collect();
    while let Some(path) = open.pop() {
        let named = files
            .get(&path)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .map(|text| asyncapi::referenced_files(&path, text))
            .unwrap_or_default();
        for path in named {
            if seen.len() > MAX_FILES || !seen.insert(path.clone()) {
                continue;
            }
            if asyncapi::is_schema(&path) {
                schemas_beside(folder, alone, &path, files);
            }
            if files.contains_key(&path) || read(folder, &path, files) {
                open.push(path);
            }
        }
    }
}

fn read(folder: &Path, path: &str, files: &mut BTreeMap<String, Vec<u8>>) -> bool {
    let on_disk = folder.join(path);
    let fits = fs::metadata(&on_disk).is_ok_and(|m| m.is_file() && m.len() <= MAX_BYTES);
    let bytes = fits.then(|| fs::read(&on_disk).ok()).flatten();
    match bytes {
        Some(bytes) => {
            files.insert(path.to_owned(), bytes);
            true
        }
        None => false,
    }
}

/// Schemas that the one at a path may name: those beside it, and below a document that is alone.
fn schemas_beside(folder: &Path, alone: bool, path: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let mut found = Vec::new();
    // A folder that cannot be read holds nothing; what is missing is reported where it is named.
    if alone {
        walk(folder, &["avsc"], &mut found, 0, &mut Vec::new());
        found.truncate(MAX_FILES);
    }
    let beside = path.rsplit_once('/').map_or("", |(beside, _)| beside);
    if let Ok(entries) = fs::read_dir(folder.join(beside)) {
        let schemas = entries.flatten().map(|e| e.path());
        found.extend(schemas.filter(|p| p.extension().is_some_and(|e| e == "avsc")));
    }
    found.sort();
    for on_disk in found {
        let path = relative(folder, &on_disk);
        if !files.contains_key(&path) {
            read(folder, &path, files);
        }
    }
}
