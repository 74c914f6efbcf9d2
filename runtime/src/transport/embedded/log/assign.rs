//! Sharing partitions among members: evenly, and moving as few as can be.

use std::collections::{BTreeMap, BTreeSet};

use super::group::Epoch;
use super::state::Part;

type Members<'a> = BTreeMap<Epoch, &'a BTreeSet<usize>>;

/// The member of each partition. Partitions stay where they are unless their
/// member is gone or has two more than another that could have them.
pub(super) fn sticky(
    members: &Members<'_>,
    current: BTreeMap<Part, Option<Epoch>>,
) -> BTreeMap<Part, Epoch> {
    let mut load: BTreeMap<Epoch, usize> = members.keys().map(|epoch| (*epoch, 0)).collect();
    let mut targets = BTreeMap::new();
    let mut free = Vec::new();
    for (part, owner) in current {
        match owner.filter(|owner| reads(members, *owner, part)) {
            Some(owner) => {
                *load.entry(owner).or_default() += 1;
                targets.insert(part, owner);
            }
            None => free.push(part),
        }
    }
    for part in free {
        if let Some(epoch) = least_loaded(members, &load, part) {
            *load.entry(epoch).or_default() += 1;
            targets.insert(part, epoch);
        }
    }
    even_out(members, &mut load, &mut targets);
    targets
}

fn even_out(
    members: &Members<'_>,
    load: &mut BTreeMap<Epoch, usize>,
    targets: &mut BTreeMap<Part, Epoch>,
) {
    // Each pass moves partitions from fuller to emptier members; the sum of
    // squares of the loads falls with every move, so this ends.
    loop {
        let mut moved = false;
        for (part, owner) in &mut *targets {
            let Some(other) = least_loaded(members, load, *part) else {
                continue;
            };
            if load[&other] + 1 < load[owner] {
                *load.entry(*owner).or_default() -= 1;
                *load.entry(other).or_default() += 1;
                *owner = other;
                moved = true;
            }
        }
        if !moved {
            return;
        }
    }
}

fn reads(members: &Members<'_>, epoch: Epoch, part: Part) -> bool {
    members
        .get(&epoch)
        .is_some_and(|topics| topics.contains(&part.0))
}

fn least_loaded(members: &Members<'_>, load: &BTreeMap<Epoch, usize>, part: Part) -> Option<Epoch> {
    let readers = load
        .iter()
        .filter(|(epoch, _)| reads(members, **epoch, part));
    readers
        .min_by_key(|(_, load)| **load)
        .map(|(epoch, _)| *epoch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn loads_differ_by_one_and_little_moves(
            members in 1..6_u64, partitions in 1..40_u32, joins in any::<bool>()
        ) {
            let topics = BTreeSet::from([0]);
            let of = |count: u64| (0..count).map(|epoch| (epoch, &topics)).collect::<Members>();
            let before = sticky(&of(members), (0..partitions).map(|p| ((0, p), None)).collect());
            prop_assert_eq!(before.len(), partitions as usize);

            let (now, most_moves) = if joins || members == 1 {
                (members + 1, partitions as usize / (members as usize + 1))
            } else {
                (members - 1, partitions as usize / members as usize + 1)
            };
            let current = before.iter().map(|(part, epoch)| (*part, Some(*epoch))).collect();
            let after = sticky(&of(now), current);

            let loads: Vec<usize> = (0..now)
                .map(|epoch| after.values().filter(|owner| **owner == epoch).count())
                .collect();
            prop_assert!(loads.iter().max().unwrap() - loads.iter().min().unwrap() <= 1);
            let moves = before.iter().filter(|(part, epoch)| after[part] != **epoch).count();
            prop_assert!(moves <= most_moves, "{moves} moves, {most_moves} suffice");
        }
    }
}
