//! A consumer group: members, and who has which partition.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use tokio::sync::Notify;

use super::assign;
use super::state::Part;

/// Names one membership: a member that joins again gets another.
pub(super) type Epoch = u64;

#[derive(Default)]
pub(super) struct Group {
    pub(super) members: BTreeMap<Epoch, Member>,
    claims: BTreeMap<Part, Claim>,
}

pub(super) struct Member {
    pub(super) id: String,
    pub(super) topics: BTreeSet<usize>,
    /// What the member has yet to be told.
    pub(super) changes: VecDeque<Change>,
    /// What is read next of the partitions it has.
    pub(super) positions: BTreeMap<Part, u64>,
    pub(super) paused: BTreeSet<Part>,
    /// The partition read last, so that all get their turn.
    pub(super) last_read: Part,
    pub(super) wake: Arc<Notify>,
}

pub(super) enum Change {
    Assigned(Vec<Part>),
    Revoked(Vec<Part>),
}

/// One partition within a group.
#[derive(Default)]
struct Claim {
    owner: Option<Epoch>,
    /// Who shall have it.
    target: Option<Epoch>,
    /// Whether the owner was asked to hand it back.
    revoking: bool,
    committed: u64,
}

impl Group {
    /// Adds a member; one of the same id is fenced.
    pub(super) fn join(&mut self, epoch: Epoch, member: Member, parts: impl Iterator<Item = Part>) {
        self.members.retain(|_, other| {
            let stays = other.id != member.id;
            if !stays {
                other.wake.notify_one();
            }
            stays
        });
        for part in parts {
            self.claims.entry(part).or_default();
        }
        self.members.insert(epoch, member);
        self.rebalance();
    }

    /// Takes a member out; its partitions go to others at once.
    pub(super) fn leave(&mut self, epoch: Epoch) {
        if let Some(member) = self.members.remove(&epoch) {
            member.wake.notify_one();
            self.rebalance();
        }
    }

    /// Takes every member out, as a network fault would.
    pub(super) fn expel_all(&mut self) {
        let epochs: Vec<Epoch> = self.members.keys().copied().collect();
        for epoch in epochs {
            self.leave(epoch);
        }
    }

    /// The owner has drained revoked partitions.
    pub(super) fn handed_back(&mut self, epoch: Epoch, parts: &[Part]) {
        for part in parts {
            if let Some(claim) = self.claims.get_mut(part)
                && claim.owner == Some(epoch)
                && claim.revoking
            {
                claim.owner = None;
                claim.revoking = false;
            }
        }
        self.rebalance();
    }

    /// Stores the offset if the partition is that member's. False if it is not.
    pub(super) fn commit(&mut self, epoch: Epoch, part: Part, offset: u64) -> bool {
        match self.claims.get_mut(&part) {
            Some(claim) if claim.owner == Some(epoch) => {
                claim.committed = offset;
                true
            }
            _ => false,
        }
    }

    pub(super) fn owns(&self, epoch: Epoch, part: Part) -> bool {
        let claim = self.claims.get(&part);
        claim.is_some_and(|claim| claim.owner == Some(epoch))
    }

    pub(super) fn committed(&self) -> impl Iterator<Item = (Part, u64)> {
        self.claims
            .iter()
            .map(|(part, claim)| (*part, claim.committed))
    }

    pub(super) fn owned_by(&self, epoch: Epoch) -> impl Iterator<Item = (Part, u64)> {
        let owned = self.claims.iter();
        let owned = owned.filter(move |(_, claim)| claim.owner == Some(epoch));
        owned.map(|(part, claim)| (*part, claim.committed))
    }

    pub(super) fn wake_readers(&self, parts: &[Part]) {
        for member in self.members.values() {
            let reads = |part| member.positions.contains_key(part) && !member.paused.contains(part);
            if parts.iter().any(reads) {
                member.wake.notify_one();
            }
        }
    }

    /// Moves towards a fair assignment: asks owners to hand back what others
    /// shall have, and gives out what is free.
    fn rebalance(&mut self) {
        let members = self.members.iter().map(|(epoch, it)| (*epoch, &it.topics));
        let current = self.claims.iter().map(|(part, it)| (*part, it.target));
        let targets = assign::sticky(&members.collect(), current.collect());
        let mut assigned: BTreeMap<Epoch, Vec<Part>> = BTreeMap::new();
        let mut revoked: BTreeMap<Epoch, Vec<Part>> = BTreeMap::new();
        for (part, claim) in &mut self.claims {
            claim.target = targets.get(part).copied();
            if claim
                .owner
                .is_some_and(|owner| !self.members.contains_key(&owner))
            {
                claim.owner = None;
                claim.revoking = false;
            }
            match (claim.owner, claim.target) {
                (None, Some(target)) => {
                    claim.owner = Some(target);
                    assigned.entry(target).or_default().push(*part);
                    if let Some(member) = self.members.get_mut(&target) {
                        member.positions.insert(*part, claim.committed);
                    }
                }
                (Some(owner), target) if target != Some(owner) && !claim.revoking => {
                    claim.revoking = true;
                    revoked.entry(owner).or_default().push(*part);
                    if let Some(member) = self.members.get_mut(&owner) {
                        member.positions.remove(part);
                        member.paused.remove(part);
                    }
                }
                _ => {}
            }
        }
        let revoked = revoked
            .into_iter()
            .map(|(at, parts)| (at, Change::Revoked(parts)));
        let assigned = assigned
            .into_iter()
            .map(|(at, parts)| (at, Change::Assigned(parts)));
        for (epoch, change) in revoked.chain(assigned) {
            if let Some(member) = self.members.get_mut(&epoch) {
                member.changes.push_back(change);
                member.wake.notify_one();
            }
        }
    }
}
