//! What rules are given: both sides, and what the judgement of payloads found.

use std::collections::BTreeMap;

use super::{rollout::Rollout, scene::Scene, schemas::Change, waive::Waived};

/// Both sides with their payloads judged.
pub(crate) struct Judged<'a> {
    /// Both sides.
    pub(crate) scene: &'a Scene<'a>,
    /// Messages whose payload changed.
    pub(crate) changes: &'a BTreeMap<String, Change<'a>>,
    /// The order in which services can be deployed.
    pub(crate) rollout: &'a Rollout,
    /// What waivers did; empty until everything else was found.
    pub(crate) waived: &'a Waived,
}

impl<'a> std::ops::Deref for Judged<'a> {
    type Target = Scene<'a>;

    fn deref(&self) -> &Scene<'a> {
        self.scene
    }
}
