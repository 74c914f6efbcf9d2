//! The catalog folder, or one document → its files in memory, and the files that AsyncAPI documents
//! refer to. Hidden files and links to folders are passed over.

mod referenced;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use crate::{
    diagnostic::{Diagnostic, codes},
    source::{Sources, Span},
};

/// What a catalog is written in: documents, payload schemas, examples.
const ENDINGS: [&str; 4] = ["yaml", "yml", "avsc", "json"];

/// Deepest nesting of folders.
const MAX_DEPTH: usize = 32;

/// Reads every file of a catalog: of a folder, or one document with what it refers to. What cannot
/// be read is reported with the sources that could.
pub fn read(catalog: &Path) -> (Sources, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let mut paths = Vec::new();
    let alone = catalog.is_file();
    if alone {
        paths.push(catalog.to_owned());
    } else {
        walk(catalog, &ENDINGS, &mut paths, 0, &mut out);
    }
    let folder = if alone {
        catalog.parent().unwrap_or(Path::new(""))
    } else {
        catalog
    };
    if paths.is_empty() && out.is_empty() {
        let message = format!("the folder `{}` holds no catalog files", shown(catalog));
        let help = "write a file `system.yaml` in it, or give the right folder with `--catalog`";
        out.push(Diagnostic::whole(codes::EMPTY, message).help(help));
    }
    let contents: Vec<(PathBuf, io::Result<Vec<u8>>)> = paths
        .into_par_iter()
        .map(|path| {
            let bytes = fs::read(&path);
            (path, bytes)
        })
        .collect();
    let mut files = BTreeMap::new();
    for (path, bytes) in contents {
        match bytes {
            Err(error) => out.push(unreadable(&path, &error)),
            Ok(bytes) => drop(files.insert(relative(folder, &path), bytes)),
        }
    }
    referenced::add(folder, alone, &mut files);
    let (sources, broken) = from_bytes(files);
    out.extend(broken);
    (sources, out)
}

/// A catalog from files that lie elsewhere than on disk, by their paths below the catalog folder.
/// What is not UTF-8 is reported with the sources.
pub fn from_bytes(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> (Sources, Vec<Diagnostic>) {
    let mut texts = Vec::new();
    let mut broken = Vec::new();
    for (path, bytes) in files {
        match String::from_utf8(bytes) {
            Ok(text) => {
                let bare = text.strip_prefix('\u{feff}').map(str::to_owned);
                texts.push((path, bare.unwrap_or(text)));
            }
            Err(error) => {
                broken.push((path.clone(), error.utf8_error().valid_up_to()));
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                texts.push((path, text));
            }
        }
    }
    let sources = Sources::new(texts);
    let broken = broken.iter();
    let broken = broken.filter_map(|(path, at)| not_utf8(&sources, path, *at));
    let broken = broken.collect();
    (sources, broken)
}

/// Whether a file at a path below the catalog folder is part of the catalog: by its ending, and
/// neither it nor a folder around it is hidden.
pub fn is_read(path: &str) -> bool {
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    let ending = Path::new(path).extension().and_then(|e| e.to_str());
    !hidden && ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

fn walk(
    folder: &Path,
    endings: &[&str],
    paths: &mut Vec<PathBuf>,
    depth: usize,
    out: &mut Vec<Diagnostic>,
) {
    let entries = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => return out.push(unreadable(folder, &error)),
    };
    for entry in entries {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if hidden || depth > MAX_DEPTH {
            continue;
        }
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        if kind.is_dir() {
            walk(&path, endings, paths, depth + 1, out);
        } else if endings.contains(&ending) && path.is_file() {
            paths.push(path);
        }
    }
}

fn relative(catalog: &Path, path: &Path) -> String {
    let below = path.strip_prefix(catalog).unwrap_or(path);
    below
        .iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("`{}` cannot be read: {error}", shown(path));
    let help = "give the catalog's folder with `--catalog`, and look at its permissions";
    Diagnostic::whole(codes::UNREADABLE, message).help(help)
}

fn not_utf8(sources: &Sources, path: &str, valid: usize) -> Option<Diagnostic> {
    let (id, file) = sources.find(path)?;
    let before = file.text.get(..valid)?;
    let line = before.matches('\n').count() as u32 + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count() as u32
        + 1;
    let at = Span {
        line,
        column,
        end_line: line,
        end_column: column + 1,
        ..Span::start_of(id)
    };
    let message = format!("byte {} of the file is not UTF-8", valid + 1);
    Some(Diagnostic::new(codes::NOT_UTF8, message, at, "not UTF-8").help("save the file as UTF-8"))
}
