//! Output in memory: everything exists here before the first byte is written.

mod growing;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::{Arc, OnceLock},
};

pub(crate) use growing::GrowingText;

/// Files by path below the output folder, with forward slashes, in order of path.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Files {
    files: BTreeMap<String, Contents>,
}

/// What a file holds: a text in parts, which files that say the same share.
#[derive(Debug, Default, Clone)]
pub struct Contents {
    parts: Vec<Arc<str>>,
    /// The parts as one text, for those who want it.
    whole: OnceLock<String>,
}

impl Contents {
    /// The parts in their order.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| &**part)
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.parts().map(str::len).sum()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The parts as one text.
    pub fn as_str(&self) -> &str {
        match self.parts.as_slice() {
            [] => "",
            [one] => one,
            several => self.whole.get_or_init(|| several.concat()),
        }
    }
}

impl PartialEq for Contents {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Contents {}

impl From<Vec<Arc<str>>> for Contents {
    fn from(parts: Vec<Arc<str>>) -> Self {
        Self {
            parts,
            whole: OnceLock::new(),
        }
    }
}

impl From<String> for Contents {
    fn from(text: String) -> Self {
        vec![Arc::from(text)].into()
    }
}

impl From<&str> for Contents {
    fn from(text: &str) -> Self {
        vec![Arc::from(text)].into()
    }
}

/// Two emitters wrote one path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two emitters write `{path}`")]
pub struct PathTaken {
    /// The path.
    pub path: String,
}

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    ///
    /// # Errors
    /// [`PathTaken`] when the path has contents already.
    pub fn add(
        &mut self,
        path: impl Into<String>,
        contents: impl Into<Contents>,
    ) -> Result<(), PathTaken> {
        match self.files.entry(path.into()) {
            Entry::Occupied(taken) => Err(PathTaken {
                path: taken.key().clone(),
            }),
            Entry::Vacant(free) => {
                free.insert(contents.into());
                Ok(())
            }
        }
    }

    /// Adds all files of another.
    ///
    /// # Errors
    /// [`PathTaken`] when both have a path.
    pub fn merge(&mut self, other: Files) -> Result<(), PathTaken> {
        other
            .files
            .into_iter()
            .try_for_each(|(path, contents)| self.add(path, contents))
    }

    /// Contents of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(Contents::as_str)
    }

    /// Paths and contents in order of path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, contents)| (path.as_str(), contents.as_str()))
    }

    /// Paths and contents in parts, in order of path.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Contents)> {
        self.files
            .iter()
            .map(|(path, contents)| (path.as_str(), contents))
    }

    /// Whether there is such a file.
    pub fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Arc, Files};

    #[test]
    fn a_path_has_one_writer() {
        let mut files = Files::new();
        files.add("src/lib.rs", "a").unwrap();
        let clash = files.add("src/lib.rs", "b").unwrap_err();
        assert_eq!(clash.path, "src/lib.rs");
        assert_eq!(files.get("src/lib.rs"), Some("a"));
    }

    #[test]
    fn parts_are_one_text() {
        let mut files = Files::new();
        files
            .add("a", vec![Arc::from("x"), Arc::from("yz")])
            .unwrap();
        files.add("b", "xyz").unwrap();
        assert_eq!(files.get("a"), Some("xyz"));
        let contents: Vec<_> = files.entries().map(|(_, contents)| contents).collect();
        assert_eq!(contents[0], contents[1]);
        assert_eq!((contents[0].len(), contents[0].parts().count()), (3, 2));
    }
}
