//! A database of its own for each test on a real server of MongoDB's protocol.

use mongodb::Client;
use tokio::runtime::Runtime;

use crate::store::mongodb::MongodbSettings;
use crate::world::real;

/// A database that is there for one test, on the server that the environment
/// variable `HERALD_TEST_MONGODB` names. Dropped on the server when it is dropped.
#[derive(Debug)]
pub struct Database {
    settings: MongodbSettings,
}

impl Database {
    /// A name that nobody else uses; the server makes the database as it is
    /// written to.
    ///
    /// # Panics
    /// Without that variable.
    #[allow(clippy::new_without_default, reason = "each is another one")]
    pub fn new() -> Self {
        let url = std::env::var("HERALD_TEST_MONGODB").unwrap_or_else(|_| {
            panic!("set HERALD_TEST_MONGODB to the server's URL, such as mongodb://127.0.0.1:27017")
        });
        let id = real::world().new_id().simple().to_string();
        let database = Some(format!("herald_test_{id}"));
        let settings = MongodbSettings::at(url);
        Self {
            settings: MongodbSettings {
                database,
                ..settings
            },
        }
    }

    /// Settings that lead to it.
    pub fn settings(&self) -> MongodbSettings {
        self.settings.clone()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let settings = self.settings.clone();
        // A thread of its own, since this may happen inside a runtime.
        let dropping = std::thread::spawn(move || {
            let dropped = async {
                let client = Client::with_uri_str(settings.url?).await.ok()?;
                client.database(&settings.database?).drop().await.ok()
            };
            Runtime::new().ok()?.block_on(dropped)
        });
        // A database that stays behind is no reason to fail.
        let _ = dropping.join();
    }
}
