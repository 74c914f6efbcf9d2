//! Access control lists as the broker keeps them, and those that follow from the catalog. No I/O.

use std::collections::BTreeSet;
use std::fmt;

use crate::desired::Access;

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// A topic.
    Topic,
    /// A consumer group.
    Group,
    /// A name by which a producer begins transactions.
    TransactionalId,
    /// Anything else, by the protocol's number, such as the cluster.
    Other(i8),
}

/// How the name of a resource is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// It is the name; `*` stands for every name.
    Literal,
    /// Names begin with it.
    Prefixed,
    /// Anything else, by the protocol's number.
    Other(i8),
}

/// What is done with a resource. `Describe` follows from reading and from writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Read, and for a group to be a member.
    Read,
    /// Write.
    Write,
    /// Make a topic.
    Create,
    /// Delete a topic, or its first records.
    Delete,
    /// Look at a topic's configuration: a producer asks how large its records may be.
    DescribeConfigs,
    /// Anything else, by the protocol's number.
    Other(i8),
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Acl {
    /// Whom it is about: `User:<name>`.
    pub principal: String,
    /// What of.
    pub resource: Resource,
    /// The resource's name, or the beginning of it.
    pub name: String,
    /// How that is compared.
    pub pattern: Pattern,
    /// Doing what.
    pub operation: Operation,
    /// From which address; `*` from every one.
    pub host: String,
    /// Whether it allows or denies.
    pub allows: bool,
}

impl Resource {
    /// From the protocol's number.
    pub(super) fn of(code: i8) -> Self {
        match code {
            2 => Self::Topic,
            3 => Self::Group,
            5 => Self::TransactionalId,
            other => Self::Other(other),
        }
    }

    pub(super) fn code(self) -> i8 {
        match self {
            Self::Topic => 2,
            Self::Group => 3,
            Self::TransactionalId => 5,
            Self::Other(code) => code,
        }
    }
}

impl Pattern {
    /// From the protocol's number.
    pub(super) fn of(code: i8) -> Self {
        match code {
            3 => Self::Literal,
            4 => Self::Prefixed,
            other => Self::Other(other),
        }
    }

    pub(super) fn code(self) -> i8 {
        match self {
            Self::Literal => 3,
            Self::Prefixed => 4,
            Self::Other(code) => code,
        }
    }
}

impl Operation {
    /// From the protocol's number.
    pub(super) fn of(code: i8) -> Self {
        match code {
            3 => Self::Read,
            4 => Self::Write,
            5 => Self::Create,
            6 => Self::Delete,
            10 => Self::DescribeConfigs,
            other => Self::Other(other),
        }
    }

    pub(super) fn code(self) -> i8 {
        match self {
            Self::Read => 3,
            Self::Write => 4,
            Self::Create => 5,
            Self::Delete => 6,
            Self::DescribeConfigs => 10,
            Self::Other(code) => code,
        }
    }
}

impl Acl {
    /// What it allows or denies, in words: `read topic orders`.
    pub(super) fn deed(&self) -> String {
        let more = if self.pattern == Pattern::Prefixed {
            "…"
        } else {
            ""
        };
        format!("{} {} {}{more}", self.operation, self.resource, self.name)
    }
}

/// Names in the order of the protocol's numbers.
fn word(words: &[&'static str], code: i8) -> String {
    let named = usize::try_from(code).ok().and_then(|at| words.get(at));
    named.map_or_else(|| code.to_string(), |word| (*word).to_owned())
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WORDS: &[&str] = &[
            "unknown",
            "any",
            "topic",
            "group",
            "cluster",
            "transactional-id",
            "delegation-token",
            "user",
        ];
        f.write_str(&word(WORDS, self.code()))
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WORDS: &[&str] = &[
            "unknown",
            "any",
            "all",
            "read",
            "write",
            "create",
            "delete",
            "alter",
            "describe",
            "cluster-action",
            "describe-configs",
            "alter-configs",
            "idempotent-write",
            "create-tokens",
            "describe-tokens",
        ];
        f.write_str(&word(WORDS, self.code()))
    }
}

/// One word, so that it can be typed: `User:payment/write/topic/payments.authorized`.
impl fmt::Display for Acl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deny = if self.allows { "" } else { "deny-" };
        let (operation, resource, name) = (self.operation, self.resource, &self.name);
        write!(f, "{}/{deny}{operation}/{resource}/{name}", self.principal)?;
        match self.pattern {
            Pattern::Literal => {}
            Pattern::Prefixed => f.write_str("…")?,
            Pattern::Other(code) => write!(f, "?{code}")?,
        }
        if self.host != "*" {
            write!(f, "@{}", self.host)?;
        }
        Ok(())
    }
}

/// What a principal must be allowed.
pub(crate) fn of(access: &Access) -> BTreeSet<Acl> {
    let allow = |resource, pattern, name: &str, operation| Acl {
        principal: format!("User:{}", access.principal),
        resource,
        name: name.to_owned(),
        pattern,
        operation,
        host: "*".to_owned(),
        allows: true,
    };
    let mut acls = BTreeSet::new();
    for topic in &access.writes {
        let topic = |operation| allow(Resource::Topic, Pattern::Literal, topic, operation);
        acls.insert(topic(Operation::Write));
        // Kafka Streams does not ask.
        if access.applications.is_empty() {
            acls.insert(topic(Operation::DescribeConfigs));
        }
    }
    for topic in &access.reads {
        acls.insert(allow(
            Resource::Topic,
            Pattern::Literal,
            topic,
            Operation::Read,
        ));
    }
    for group in access.groups.iter().chain(&access.applications) {
        acls.insert(allow(
            Resource::Group,
            Pattern::Literal,
            group,
            Operation::Read,
        ));
    }
    for group in &access.generations {
        let each = format!("{group}.g");
        acls.insert(allow(
            Resource::Group,
            Pattern::Prefixed,
            &each,
            Operation::Read,
        ));
    }
    for id in &access.applications {
        let own = format!("{id}-");
        let prefixed = |resource, operation| allow(resource, Pattern::Prefixed, &own, operation);
        // Changelogs, and repartition topics, whose records are deleted once they were read.
        acls.extend(
            [
                Operation::Create,
                Operation::Read,
                Operation::Write,
                Operation::Delete,
            ]
            .map(|operation| prefixed(Resource::Topic, operation)),
        );
        acls.insert(prefixed(Resource::TransactionalId, Operation::Write));
    }
    acls
}
