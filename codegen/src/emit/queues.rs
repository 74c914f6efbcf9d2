//! What every output about queues must agree on: levels, and the size of messages.

use crate::model::Queue;

/// Kafka's default for the largest record batch, in bytes.
const DEFAULT_MAX_MESSAGE_BYTES: u32 = 1_048_588;

/// The largest record of a dead-letter or redrive topic, in bytes: the source's largest and 64 kB
/// for what says why it is there.
pub(super) const DEAD_LETTER_MAX_BYTES: u32 = DEFAULT_MAX_MESSAGE_BYTES + 65_536;

/// The work queues of a command by priority level: the lowest has the command's own name.
pub(crate) fn levels(queue: &Queue) -> Vec<(Option<u8>, Queue)> {
    let Some(count) = queue.priority else {
        return vec![(None, queue.clone())];
    };
    let level = |level: u8| {
        let name = match level {
            0 | 1 => queue.name.clone(),
            _ => format!("{}.p{level}", queue.name),
        };
        let queue = Queue {
            name,
            ..queue.clone()
        };
        (Some(level), queue)
    };
    (1..=count).map(level).collect()
}
