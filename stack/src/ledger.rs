//! The state while servers start: changed by several threads, on disk after each change.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::component::Node;
use crate::process::Identity;
use crate::state::State;
use crate::{Error, Home};

pub(crate) struct Ledger<'a> {
    pub(crate) home: &'a Home,
    state: Mutex<State>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn open(home: &'a Home) -> Result<Self, Error> {
        Ok(Self {
            home,
            state: Mutex::new(State::load(home)?),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and saves it.
    pub(crate) fn update<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut state = self.lock();
        let value = change(&mut state)?;
        state.save(self.home)?;
        Ok(value)
    }

    pub(crate) fn set_process(&self, name: &str, process: Option<Identity>) -> Result<(), Error> {
        self.update(|state| {
            if let Some(record) = state.servers.get_mut(name) {
                record.process = process;
            }
            Ok(())
        })
    }

    /// The process of a server, if it lives.
    pub(crate) fn process(&self, name: &str) -> Result<Option<Identity>, Error> {
        Ok(self
            .lock()
            .get(name)?
            .process
            .clone()
            .filter(Identity::is_alive))
    }

    pub(crate) fn node<'n>(&'n self, name: &'n str) -> Result<Node<'n>, Error> {
        self.lock().node(self.home, name)
    }

    pub(crate) fn named(&self, name: &str) -> Result<Vec<String>, Error> {
        self.lock().named(name)
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.lock().servers.keys().cloned().collect()
    }
}
