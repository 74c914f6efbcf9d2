//! Files in memory → the output folder. Unchanged files are not touched; stale ones are deleted
//! only where `gen` wrote them. Everything is known before the first byte is written.

mod diff;

use std::{
    collections::BTreeSet,
    fs,
    io::{self, BufRead as _, Write as _},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use crate::files::{Contents, Files};

/// Lists what was written, for files that cannot carry a comment. Each output has one of its own, so
/// that two in one folder leave each other's files alone.
#[derive(Debug)]
pub struct Manifest {
    name: &'static str,
    head: &'static str,
    /// Folder whose files carry the marker, for when the list was lost.
    marked: Option<&'static str>,
}

/// What `gen` writes.
pub const GENERATED: Manifest = Manifest {
    name: ".herald-manifest",
    head: "# @generated: the files that `cargo xtask gen` wrote here. DO NOT EDIT.\n",
    marked: Some("src"),
};

/// What `docs` writes.
pub const SITE: Manifest = Manifest {
    name: ".herald-site",
    head: "# @generated: the files that `cargo xtask docs` wrote here. DO NOT EDIT.\n",
    marked: None,
};

/// Marks a generated file that can carry a comment.
const MARKER: &str = "@generated";

/// Why the output folder could not be brought up to date.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {source}", .path.display())]
pub struct PersistError {
    /// File or folder.
    pub path: PathBuf,
    /// What the operating system answered.
    pub source: io::Error,
}

/// What has to change for the folder to hold the files.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Files that are new, sorted.
    pub added: Vec<String>,
    /// Files whose contents differ, sorted.
    pub changed: Vec<String>,
    /// Files that are no longer written, sorted.
    pub removed: Vec<String>,
    /// Number of files that stay as they are.
    pub unchanged: usize,
}

impl Changes {
    /// Whether the folder holds exactly the files.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Compares without writing.
///
/// # Errors
/// [`PersistError`] when a file there cannot be read.
pub fn compare(files: &Files, out: &Path) -> Result<Changes, PersistError> {
    compare_as(&GENERATED, files, out)
}

fn compare_as(manifest: &Manifest, files: &Files, out: &Path) -> Result<Changes, PersistError> {
    let states: Vec<(&str, State)> = files
        .entries()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(path, contents)| Ok((path, state(&out.join(path), contents)?)))
        .collect::<Result<_, _>>()?;
    let mut changes = Changes {
        removed: stale(manifest, files, out)?,
        ..Changes::default()
    };
    for (path, state) in states {
        match state {
            State::Same => changes.unchanged += 1,
            State::Missing => changes.added.push(path.to_owned()),
            State::Differs => changes.changed.push(path.to_owned()),
        }
    }
    Ok(changes)
}

/// Brings the folder up to date.
///
/// # Errors
/// [`PersistError`] when a file cannot be read, written or deleted.
pub fn persist(files: &Files, out: &Path) -> Result<Changes, PersistError> {
    persist_as(&GENERATED, files, out)
}

/// Brings the folder up to date with one of several outputs.
///
/// # Errors
/// As [`persist`].
pub fn persist_as(manifest: &Manifest, files: &Files, out: &Path) -> Result<Changes, PersistError> {
    let changes = compare_as(manifest, files, out)?;
    let folders: BTreeSet<&Path> = changes
        .added
        .iter()
        .filter_map(|p| Path::new(p.as_str()).parent())
        .collect();
    for folder in folders {
        let folder = out.join(folder);
        fs::create_dir_all(&folder).map_err(at(&folder))?;
    }
    let work: Vec<(&str, &Contents)> = files.entries().collect();
    work.par_iter().try_for_each(|(path, contents)| {
        let place = out.join(path);
        if changes
            .added
            .binary_search_by(|p| p.as_str().cmp(path))
            .is_ok()
        {
            write(&place, contents).map_err(at(&place))
        } else if changes
            .changed
            .binary_search_by(|p| p.as_str().cmp(path))
            .is_ok()
        {
            replace(&place, contents)
        } else {
            Ok(())
        }
    })?;
    for path in &changes.removed {
        let path = out.join(path);
        fs::remove_file(&path).map_err(at(&path))?;
        remove_empty_folders(&path, out);
    }
    let list = Contents::from(list(manifest, files));
    let path = out.join(manifest.name);
    if !matches!(state(&path, &list)?, State::Same) {
        replace(&path, &list)?;
    }
    Ok(changes)
}

/// A short unified diff of what `persist` would change, at most `lines` lines of it.
pub fn diff(files: &Files, out: &Path, changes: &Changes, lines: usize) -> String {
    let mut text = String::new();
    let old = |path: &str| fs::read_to_string(out.join(path)).unwrap_or_default();
    for path in &changes.changed {
        text.push_str(&diff::unified(
            path,
            &old(path),
            files.get(path).unwrap_or_default(),
        ));
    }
    for path in &changes.added {
        text.push_str(&diff::unified(
            path,
            "",
            files.get(path).unwrap_or_default(),
        ));
    }
    for path in &changes.removed {
        text.push_str(&diff::unified(path, &old(path), ""));
    }
    let total = text.lines().count();
    if total <= lines {
        return text;
    }
    let short: String = text.split_inclusive('\n').take(lines).collect();
    format!("{short}… {} more lines\n", total - lines)
}

enum State {
    Same,
    Missing,
    Differs,
}

fn state(path: &Path, contents: &Contents) -> Result<State, PersistError> {
    match fs::metadata(path) {
        Ok(meta) if meta.is_file() && meta.len() == contents.len() as u64 => {}
        Ok(_) => return Ok(State::Differs),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Missing),
        Err(error) => return Err(at(path)(error)),
    }
    let file = fs::File::open(path).map_err(at(path))?;
    let same = holds(file, contents).map_err(at(path))?;
    Ok(if same { State::Same } else { State::Differs })
}

/// Whether a file holds exactly the contents, of whose length it is.
fn holds(file: fs::File, contents: &Contents) -> io::Result<bool> {
    let mut file = io::BufReader::with_capacity(16 * 1024, file);
    for part in contents.parts() {
        let mut expected = part.as_bytes();
        while !expected.is_empty() {
            let found = file.fill_buf()?;
            let length = found.len().min(expected.len());
            match (found.get(..length), expected.split_at_checked(length)) {
                (Some(found), Some((same, rest))) if length > 0 && found == same => expected = rest,
                _ => return Ok(false),
            }
            file.consume(length);
        }
    }
    Ok(file.fill_buf()?.is_empty())
}

fn write(path: &Path, contents: &Contents) -> io::Result<()> {
    let mut file = io::BufWriter::with_capacity(64 * 1024, fs::File::create(path)?);
    for part in contents.parts() {
        file.write_all(part.as_bytes())?;
    }
    file.flush()
}

/// A new file takes the place of an old one at once, so that nobody reads half of it.
fn replace(path: &Path, contents: &Contents) -> Result<(), PersistError> {
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.new"));
    write(&beside, contents).map_err(at(&beside))?;
    fs::rename(&beside, path).map_err(at(path))
}

fn at(path: &Path) -> impl Fn(io::Error) -> PersistError + '_ {
    |source| PersistError {
        path: path.to_owned(),
        source,
    }
}

fn list(manifest: &Manifest, files: &Files) -> String {
    let mut text = String::from(manifest.head);
    for (path, _) in files.entries() {
        text.push_str(path);
        text.push('\n');
    }
    text
}

/// Files that an earlier run wrote and this one does not: those of the manifest, and those that
/// carry the marker (where the manifest was lost).
fn stale(manifest: &Manifest, files: &Files, out: &Path) -> Result<Vec<String>, PersistError> {
    let listed = fs::read_to_string(out.join(manifest.name)).unwrap_or_default();
    let mut stale: BTreeSet<String> = listed
        .lines()
        .filter(|l| !l.starts_with('#') && is_below(l))
        .map(str::to_owned)
        .collect();
    if let Some(folder) = manifest.marked.filter(|_| listed.is_empty()) {
        marked(out, &out.join(folder), &mut stale)?;
    }
    stale.retain(|path| !files.contains(path) && out.join(path).is_file());
    Ok(stale.into_iter().collect())
}

/// Whether a line of the manifest names a file below the output folder.
fn is_below(path: &str) -> bool {
    !path.is_empty()
        && Path::new(path)
            .components()
            .all(|c| matches!(c, std::path::Component::Normal(_)))
}

fn marked(out: &Path, folder: &Path, found: &mut BTreeSet<String>) -> Result<(), PersistError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(folder)(error)),
    };
    for entry in entries {
        let path = entry.map_err(at(folder))?.path();
        if path.is_dir() {
            marked(out, &path, found)?;
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        if text.lines().take(3).any(|l| l.contains(MARKER))
            && let Ok(below) = path.strip_prefix(out)
        {
            found.insert(
                below
                    .iter()
                    .map(|p| p.to_string_lossy())
                    .collect::<Vec<_>>()
                    .join("/"),
            );
        }
    }
    Ok(())
}

/// Removes folders that a deleted file leaves empty, up to the output folder.
fn remove_empty_folders(file: &Path, out: &Path) {
    let parents = file.ancestors().skip(1).take_while(|p| *p != out);
    for folder in parents {
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}
