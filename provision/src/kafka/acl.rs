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
    /// Anything else, by the protocol's number: the cluster, a transactional id.
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
            other => Self::Other(other),
        }
    }

    pub(super) fn code(self) -> i8 {
        match self {
            Self::Topic => 2,
            Self::Group => 3,
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
            10 => Self::DescribeConfigs,
            other => Self::Other(other),
        }
    }

    pub(super) fn code(self) -> i8 {
        match self {
            Self::Read => 3,
            Self::Write => 4,
            Self::DescribeConfigs => 10,
            Self::Other(code) => code,
        }
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

/// What a service's principal must be allowed.
pub(super) fn of(access: &Access) -> BTreeSet<Acl> {
    let acl = |resource, operation, name: &String| Acl {
        principal: format!("User:{}", access.principal),
        resource,
        name: name.clone(),
        pattern: Pattern::Literal,
        operation,
        host: "*".to_owned(),
        allows: true,
    };
    let writes = access.writes.iter().flat_map(|it| {
        let allowed = [Operation::Write, Operation::DescribeConfigs];
        allowed.map(|operation| acl(Resource::Topic, operation, it))
    });
    let reads = access.reads.iter();
    let reads = reads.map(|it| acl(Resource::Topic, Operation::Read, it));
    let groups = access.groups.iter();
    let groups = groups.map(|it| acl(Resource::Group, Operation::Read, it));
    writes.chain(reads).chain(groups).collect()
}
