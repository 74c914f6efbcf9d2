//! Catalog files in memory, and places in them.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use crate::model::Source;

/// A file's number among the [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A stretch of text: line from 1, column from 1 in characters; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// File.
    pub file: FileId,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

impl Span {
    /// The place before the first character of a file.
    pub fn start_of(file: FileId) -> Self {
        Self {
            file,
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
        }
    }

    /// From the start of one to the end of another.
    #[must_use]
    pub fn to(self, end: Span) -> Self {
        Self {
            end_line: end.end_line,
            end_column: end.end_column,
            ..self
        }
    }

    /// A part of a span on one line, by characters from its start.
    #[must_use]
    pub fn part(self, from: usize, to: usize) -> Self {
        let column = self.column + from as u32;
        Self {
            column,
            end_line: self.line,
            end_column: self.column + to as u32,
            ..self
        }
    }
}

/// One file of a catalog.
#[derive(Debug)]
pub struct SourceFile {
    /// Path below the catalog folder, forward slashes.
    pub path: String,
    /// Path as diagnostics and headers write it: `catalog/` and [`SourceFile::path`].
    pub display: Arc<str>,
    /// Contents. Where they were not UTF-8, with replacement characters, for excerpts only.
    pub text: String,
    /// Where each line begins, found when first asked for.
    starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A line, from 1, without its end; empty beyond the last.
    pub fn line(&self, line: u32) -> &str {
        let starts = self.starts.get_or_init(|| {
            let ends = self.text.bytes().zip(1_u32..).filter(|(b, _)| *b == b'\n');
            std::iter::once(0)
                .chain(ends.map(|(_, next)| next))
                .collect()
        });
        let at = (line as usize).saturating_sub(1);
        let start = starts.get(at).map(|s| *s as usize);
        let rest = start.and_then(|s| self.text.get(s..)).unwrap_or_default();
        rest.lines().next().unwrap_or_default()
    }
}

/// All files of a catalog, in order of path.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    by_path: HashMap<String, FileId>,
}

impl Sources {
    /// Files from paths below the catalog folder and contents; sorts them.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut files: Vec<SourceFile> = files
            .into_iter()
            .map(|(path, text)| SourceFile {
                display: format!("catalog/{path}").into(),
                path,
                text,
                starts: OnceLock::new(),
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let by_path = files
            .iter()
            .zip(0..)
            .map(|(f, id)| (f.path.clone(), FileId(id)))
            .collect();
        Self { files, by_path }
    }

    /// Files that lie in no catalog, by their paths as given.
    pub fn outside<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let owned = files.into_iter().map(|(p, t)| (p.to_owned(), t.to_owned()));
        let mut sources = Self::new(owned);
        for file in &mut sources.files {
            file.display = file.path.as_str().into();
        }
        sources
    }

    /// A file.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The file at a path below the catalog folder.
    pub fn find(&self, path: &str) -> Option<(FileId, &SourceFile)> {
        let id = *self.by_path.get(path)?;
        Some((id, self.get(id)?))
    }

    /// All files with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The line that the model records as a place.
    pub fn line(&self, source: &Source) -> Option<Span> {
        let (file, found) = self.find(source.file.strip_prefix("catalog/")?)?;
        let end_column = found.line(source.line).chars().count() as u32 + 1;
        Some(Span {
            file,
            line: source.line,
            column: 1,
            end_line: source.line,
            end_column,
        })
    }

    /// Where a span starts, as the model records it.
    pub fn source(&self, span: Span) -> Source {
        let file = self
            .get(span.file)
            .map_or_else(|| "catalog".into(), |f| Arc::clone(&f.display));
        Source {
            file,
            line: span.line,
        }
    }
}
