//! State of streams in a file, by the embedded key-value library redb.

use std::path::Path;

use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition, TableError};

use super::{Change, Entries, StateError, StateStore};

const ENTRIES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("entries");

/// Entries in a file. What was committed is there after the process dies.
pub struct FileState {
    database: Database,
}

impl FileState {
    /// Opens a file, or makes it.
    ///
    /// # Errors
    /// If it cannot be opened, or is another process's.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let database = Database::create(path).map_err(failed)?;
        Ok(Self { database })
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "errors are handed over as they are"
)]
fn failed(error: impl std::fmt::Display) -> StateError {
    StateError(error.to_string())
}

impl StateStore for FileState {
    fn load(&self) -> Result<Entries, StateError> {
        let transaction = self.database.begin_read().map_err(failed)?;
        let table = match transaction.open_table(ENTRIES) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => return Ok(Entries::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut entries = Entries::new();
        for entry in table.iter().map_err(failed)? {
            let (key, value) = entry.map_err(failed)?;
            entries.push((key.value().to_vec(), value.value().to_vec()));
        }
        Ok(entries)
    }

    fn commit(&self, changes: &[Change]) -> Result<(), StateError> {
        let transaction = self.database.begin_write().map_err(failed)?;
        {
            let mut table = transaction.open_table(ENTRIES).map_err(failed)?;
            for change in changes {
                let key = change.key.as_slice();
                match &change.value {
                    Some(value) => drop(table.insert(key, value.as_slice()).map_err(failed)?),
                    None => drop(table.remove(key).map_err(failed)?),
                }
            }
        }
        transaction.commit().map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_committed_is_there_again() {
        let name = format!("herald-state-{}.redb", std::process::id());
        let path = std::env::temp_dir().join(name);
        let change = |key: &[u8], value: Option<&[u8]>| Change {
            key: key.to_vec(),
            value: value.map(<[u8]>::to_vec),
        };
        let store = FileState::open(&path).unwrap();
        assert_eq!(store.load().unwrap(), Entries::new());
        let first = [change(b"b", Some(b"2")), change(b"a", Some(b"1"))];
        store.commit(&first).unwrap();
        store
            .commit(&[change(b"b", None), change(b"c", Some(b""))])
            .unwrap();
        drop(store);
        let again = FileState::open(&path).unwrap().load().unwrap();
        let expected = [(b"a".to_vec(), b"1".to_vec()), (b"c".to_vec(), Vec::new())];
        assert_eq!(again, expected);
        std::fs::remove_file(&path).unwrap();
    }
}
