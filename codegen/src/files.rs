//! Output in memory: everything exists here before the first byte is written.

use std::collections::{BTreeMap, btree_map::Entry};

/// Files by path below the output folder, with forward slashes, in order of path.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Files {
    files: BTreeMap<String, String>,
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
        contents: impl Into<String>,
    ) -> Result<(), PathTaken> {
        match self.files.entry(path.into()) {
            Entry::Occupied(taken) => Err(PathTaken {
                path: taken.key().clone(),
            }),
            Entry::Vacant(free) => {
                let mut contents = contents.into();
                // All output is in memory at once: room that text grew into would add up.
                contents.shrink_to_fit();
                free.insert(contents);
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
        self.files.get(path).map(String::as_str)
    }

    /// Paths and contents in order of path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, contents)| (path.as_str(), contents.as_str()))
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
    use super::Files;

    #[test]
    fn a_path_has_one_writer() {
        let mut files = Files::new();
        files.add("src/lib.rs", "a").unwrap();
        let clash = files.add("src/lib.rs", "b").unwrap_err();
        assert_eq!(clash.path, "src/lib.rs");
        assert_eq!(files.get("src/lib.rs"), Some("a"));
    }
}
