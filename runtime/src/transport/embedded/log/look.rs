//! What there is for a member: changes of its partitions first, then records.

use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use super::group::{Change, Epoch};
use super::state::{Part, State};
use crate::transport::{Record, TopicPartition};

pub(super) enum Found {
    Nothing,
    Records(Vec<Record>),
    Change(Change, Vec<TopicPartition>),
    /// The membership has ended; true if another of the same id took its place.
    Expelled(bool),
}

/// What comes next for the member of that epoch and id, at most `most` records.
pub(super) fn look(
    state: &mut State,
    group_name: &Arc<str>,
    epoch: Epoch,
    id: &str,
    most: usize,
) -> Found {
    let Some(group) = state.groups.get_mut(group_name) else {
        return Found::Expelled(false);
    };
    let Some(member) = group.members.get_mut(&epoch) else {
        return Found::Expelled(group.members.values().any(|other| other.id == id));
    };
    if let Some(change) = member.changes.pop_front() {
        let (Change::Assigned(parts) | Change::Revoked(parts)) = &change;
        let names = parts.iter().map(|part| state.name(*part)).collect();
        return Found::Change(change, names);
    }
    let records = fetch(state, group_name, epoch, most);
    if records.is_empty() {
        Found::Nothing
    } else {
        Found::Records(records)
    }
}

/// Reads on in the member's partitions, beginning after the one read last.
fn fetch(state: &mut State, group: &Arc<str>, epoch: Epoch, most: usize) -> Vec<Record> {
    let (mut records, mut read) = (Vec::new(), Vec::new());
    for (part, from) in turn(state, group, epoch).unwrap_or_default() {
        if state.end(part) <= from {
            continue;
        }
        let before = records.len();
        state.read(part, from, most - before, &mut records);
        read.push((part, from + (records.len() - before) as u64));
        if records.len() == most {
            break;
        }
    }
    let group = state.groups.get_mut(group);
    if let Some(member) = group.and_then(|group| group.members.get_mut(&epoch)) {
        for (part, next) in read {
            member.positions.insert(part, next);
            member.last_read = part;
        }
    }
    records
}

/// The open partitions of a member and where it reads on, in their turn.
fn turn(state: &State, group: &Arc<str>, epoch: Epoch) -> Option<Vec<(Part, u64)>> {
    let member = state.groups.get(group)?.members.get(&epoch)?;
    let positions = &member.positions;
    let after = positions.range((Excluded(member.last_read), Unbounded));
    let turn = after.chain(positions.range(..=member.last_read));
    let open = turn.filter(|(part, _)| !member.paused.contains(part));
    Some(open.map(|(part, from)| (*part, *from)).collect())
}
