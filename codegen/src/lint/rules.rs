//! The table of all rules.

use super::Rule;
use crate::diagnostic::{
    Code,
    Severity::{Error, Warning},
};

mod command_without_sender;
mod compacted_without_key;
mod consumer_of_unpublished_event;
mod document_key;
mod document_without_key;
mod event_with_several_producers;
mod event_without_producer;
mod idle_instances;
mod key_type;
mod missing_doc;
mod missing_owner;
mod mixed_keys;
mod name_clash;
mod order_across_topics;
mod park_without_order;
mod personal_data_as_key;
mod queue_out_of_order;
mod retired_name;
mod retries_without_dead_letter;
mod retry_outlives_message;
mod shared_group;
mod topic_names;

macro_rules! rule {
    ($code:literal, $name:literal, $severity:ident, $module:ident) => {
        Rule {
            code: Code($code),
            name: $name,
            severity: $severity,
            file: include_str!(concat!("rules/", stringify!($module), ".rs")),
            check: $module::check,
        }
    };
}

/// All rules, by code: `H101` and above who works with what and who answers for it, `H111` keys and
/// order, `H121` delivery, `H131` names. An error is what cannot work, a warning what is most
/// likely not meant.
pub(super) const RULES: &[Rule] = &[
    rule!(101, "event-without-producer", Warning, event_without_producer),
    rule!(102, "consumer-of-unpublished-event", Warning, consumer_of_unpublished_event),
    rule!(103, "command-without-sender", Warning, command_without_sender),
    rule!(104, "event-with-several-producers", Warning, event_with_several_producers),
    rule!(105, "missing-owner", Warning, missing_owner),
    rule!(106, "missing-doc", Warning, missing_doc),
    rule!(111, "key-type", Error, key_type),
    rule!(112, "personal-data-as-key", Warning, personal_data_as_key),
    rule!(113, "mixed-keys", Warning, mixed_keys),
    rule!(114, "order-across-topics", Warning, order_across_topics),
    rule!(115, "compacted-without-key", Error, compacted_without_key),
    rule!(116, "document-without-key", Error, document_without_key),
    rule!(117, "document-key", Warning, document_key),
    rule!(121, "retry-outlives-message", Warning, retry_outlives_message),
    rule!(122, "retries-without-dead-letter", Warning, retries_without_dead_letter),
    rule!(123, "park-without-order", Error, park_without_order),
    rule!(124, "idle-instances", Warning, idle_instances),
    rule!(125, "queue-out-of-order", Error, queue_out_of_order),
    rule!(126, "shared-group", Error, shared_group),
    rule!(131, "name-clash", Error, name_clash),
    rule!(132, "topic-names", Error, topic_names),
    rule!(133, "retired-name", Warning, retired_name),
];
