//! The topology that a generator would write for the tiny catalog.

use herald::topology::{
    AfterDeadLetter, Cleanup, Consumes, Order, Policy, Queue, Receives, Retry, ServiceTopology,
    StoreKind, TimerDef, Topic, Topology,
};

const RETRY: Retry = Retry {
    attempts: 4,
    min_ms: 100,
    max_ms: 2_000,
};

const CONTINUE: Policy = Policy {
    retry: RETRY,
    dead_letter: true,
    after_dead_letter: AfterDeadLetter::Continue,
    order: Order::Key,
};

const PARK: Policy = Policy {
    after_dead_letter: AfterDeadLetter::Park,
    ..CONTINUE
};

const fn topic(name: &'static str, dead_letter_of: Option<&'static str>) -> Topic {
    Topic {
        name,
        partitions: 4,
        replication: 1,
        retention_ms: Some(7 * 24 * 3_600_000),
        cleanup: Cleanup::Delete,
        max_message_bytes: None,
        dead_letter_of,
    }
}

const fn consumes(policies: &'static [(&'static str, Policy)]) -> Consumes {
    Consumes {
        topic: "asked",
        group: "worker",
        concurrency: 8,
        dead_letter_topic: Some("asked.worker.dlt"),
        redrive_topic: Some("asked.worker.redrive"),
        policies,
    }
}

const fn service(consumes: &'static [Consumes]) -> ServiceTopology {
    ServiceTopology {
        name: "worker",
        store: StoreKind::Postgres,
        consumes,
        receives: &[Receives {
            queue: "worker.work",
            command: "test.Work",
            prefetch: 16,
            concurrency: 4,
            retry: RETRY,
            dead_letter: true,
            order: Order::None,
        }],
        timers: &[TimerDef {
            name: "Overdue",
            after_ms: 3_000,
            retry: RETRY,
        }],
    }
}

const TOPICS: &[Topic] = &[
    topic("asked", None),
    topic("answered", None),
    topic("asked.worker.dlt", Some("asked")),
    topic("asked.worker.redrive", Some("asked")),
];

const fn topology(services: &'static [ServiceTopology]) -> Topology {
    Topology {
        system: "test",
        environment: "default",
        topics: TOPICS,
        exchange: "test.commands",
        queues: &[Queue {
            name: "worker.work",
            command: "test.Work",
            service: "worker",
            tiers_ms: &[50, 200],
            dead_letter: Some("worker.work.dlq"),
            ttl_ms: None,
            priority: None,
        }],
        services,
    }
}

/// The brokers alone.
pub const BASE: Topology = topology(&[]);
/// Later events of a dead-lettered key go on.
pub static TOPOLOGY: Topology = topology(CONTINUING);
/// They wait.
pub static PARKING: Topology = topology(PARKED);

const CONTINUING: &[ServiceTopology] = &[service(CONTINUE_ON)];
const PARKED: &[ServiceTopology] = &[service(PARK_ON)];
pub const CONTINUE_ON: &[Consumes] = &[consumes(&[("test.Asked", CONTINUE)])];
const PARK_ON: &[Consumes] = &[consumes(&[("test.Asked", PARK)])];
