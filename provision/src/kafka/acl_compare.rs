//! Declared access against the rules there are. No I/O.

use std::collections::{BTreeMap, BTreeSet};

use super::acl::{self, Acl, Resource};
use super::{Live, Step};
use crate::{change::Change, desired::Desired};

const KIND: &str = "acl";

/// What is missing, by principal, and every rule of these principals that nothing declares. Where the
/// broker keeps no rules there is no difference.
pub(super) fn compare(desired: &Desired, live: &Live) -> Vec<Change<Step>> {
    let Some(there) = &live.acls else {
        return Vec::new();
    };
    let wanted: BTreeSet<Acl> = desired.access.iter().flat_map(acl::of).collect();
    let mut missing: BTreeMap<&str, Vec<Acl>> = BTreeMap::new();
    for acl in wanted.difference(there) {
        missing.entry(&acl.principal).or_default().push(acl.clone());
    }
    let mut changes: Vec<_> = missing
        .into_iter()
        .map(|(principal, acls)| {
            let details = acls.iter().map(Acl::deed);
            Change {
                details: details.collect(),
                ..Change::create(KIND, principal, Step::Allow(acls.clone()))
            }
        })
        .collect();
    let undeclared = there.difference(&wanted);
    for acl in undeclared.filter(|acl| ours(desired, live, acl)) {
        let why = if acl.allows {
            "not declared; what uses it is refused from then on"
        } else {
            "not declared; what it forbids is allowed from then on, where another rule allows it"
        };
        changes.push(Change::delete(
            KIND,
            acl.to_string(),
            why,
            Step::Revoke(acl.clone()),
        ));
    }
    changes
}

/// Rules of the declared principals, but for those on a topic that another system has marked.
fn ours(desired: &Desired, live: &Live, acl: &Acl) -> bool {
    let principal = acl.principal.strip_prefix("User:");
    let declared = desired
        .access
        .iter()
        .any(|access| Some(access.principal.as_str()) == principal);
    let owner = live.owners.get(&acl.name);
    let foreign = acl.resource == Resource::Topic && owner.is_some_and(|it| *it != desired.system);
    declared && !foreign
}

#[cfg(test)]
mod tests {
    use super::super::acl::{Operation, Pattern};
    use super::*;
    use crate::change::Action;
    use crate::desired::Access;

    fn rule(principal: &str, operation: Operation, name: &str) -> Acl {
        Acl {
            principal: format!("User:{principal}"),
            resource: Resource::Topic,
            name: name.to_owned(),
            pattern: Pattern::Literal,
            operation,
            host: "*".to_owned(),
            allows: true,
        }
    }

    fn desired() -> Desired {
        let name = |name: &str| BTreeSet::from([name.to_owned()]);
        let access = Access {
            principal: "payment".to_owned(),
            writes: name("payments"),
            reads: name("orders"),
            groups: name("payment"),
            ..Access::default()
        };
        Desired {
            access: vec![access],
            ..crate::desired::tests::nothing("shop")
        }
    }

    fn live(acls: &[Acl]) -> Live {
        Live {
            acls: Some(acls.iter().cloned().collect()),
            ..Live::default()
        }
    }

    #[test]
    fn what_is_missing_is_one_change_a_principal() {
        let changes = compare(&desired(), &live(&[]));
        let [change] = changes.as_slice() else {
            panic!("{changes:?}");
        };
        assert_eq!(
            (change.action, &*change.name),
            (Action::Create, "User:payment")
        );
        assert_eq!(
            change.details,
            [
                "read topic orders",
                "write topic payments",
                "describe-configs topic payments",
                "read group payment"
            ]
        );
        let Some(Step::Allow(acls)) = &change.step else {
            panic!("{change:?}");
        };
        assert_eq!(compare(&desired(), &live(acls)), []);
    }

    #[test]
    fn what_is_not_declared_is_deleted_by_name_alone() {
        let mut there: Vec<Acl> = acl::of(&desired().access[0]).into_iter().collect();
        there.push(rule("payment", Operation::Write, "orders"));
        let changes = compare(&desired(), &live(&there));
        assert_eq!(changes.len(), 1);
        assert!(changes[0].destructive);
        assert_eq!(changes[0].name, "User:payment/write/topic/orders");
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let mut there: Vec<Acl> = acl::of(&desired().access[0]).into_iter().collect();
        there.push(rule("stranger", Operation::Write, "orders"));
        there.push(rule("payment", Operation::Read, "theirs"));
        let mut live = live(&there);
        live.owners.insert("theirs".to_owned(), "bank".to_owned());
        assert_eq!(compare(&desired(), &live), []);
    }

    #[test]
    fn a_broker_without_rules_has_no_difference() {
        assert_eq!(compare(&desired(), &Live::default()), []);
    }

    #[test]
    fn every_part_of_a_rule_is_in_its_name() {
        let acl = Acl {
            pattern: Pattern::Prefixed,
            host: "10.0.0.1".to_owned(),
            allows: false,
            ..rule("payment", Operation::Other(2), "orders.")
        };
        assert_eq!(
            acl.to_string(),
            "User:payment/deny-all/topic/orders.…@10.0.0.1"
        );
    }
}
