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
mod join_partitions;
mod key_type;
mod missing_doc;
mod missing_owner;
mod mixed_keys;
mod name_clash;
mod order_across_topics;
mod park_without_order;
mod personal_data_as_key;
mod queue_out_of_order;
mod request_paths;
pub(super) mod retired_name;
mod retries_without_dead_letter;
mod retry_outlives_message;
mod shared_group;
mod topic_names;
mod types_of_one_name;

/// Says how types are called that could not keep their names, which whoever imports wants to know.
pub(crate) const TYPES_OF_ONE_NAME: Code = Code(135);

/// Spells the table: a line is a code, a name, a severity and the module of the rule.
macro_rules! rules {
    ($($code:literal $name:literal $severity:ident $module:ident;)*) => {
        /// All rules, by code.
        pub(super) const RULES: &[Rule] = &[$(Rule {
            code: Code($code),
            name: $name,
            severity: $severity,
            file: include_str!(concat!("rules/", stringify!($module), ".rs")),
            check: $module::check,
        }),*];
    };
}

// An error is what cannot work, a warning is what is most likely not meant. H101: who works with
// what, and who answers for it. H111: keys and order. H121: delivery. H131: names.
rules! {
    101 "event-without-producer" Warning event_without_producer;
    102 "consumer-of-unpublished-event" Warning consumer_of_unpublished_event;
    103 "command-without-sender" Warning command_without_sender;
    104 "event-with-several-producers" Warning event_with_several_producers;
    105 "missing-owner" Warning missing_owner;
    106 "missing-doc" Warning missing_doc;
    111 "key-type" Error key_type;
    112 "personal-data-as-key" Warning personal_data_as_key;
    113 "mixed-keys" Warning mixed_keys;
    114 "order-across-topics" Warning order_across_topics;
    115 "compacted-without-key" Error compacted_without_key;
    116 "document-without-key" Error document_without_key;
    117 "document-key" Warning document_key;
    118 "join-partitions" Error join_partitions;
    121 "retry-outlives-message" Warning retry_outlives_message;
    122 "retries-without-dead-letter" Warning retries_without_dead_letter;
    123 "park-without-order" Error park_without_order;
    124 "idle-instances" Warning idle_instances;
    125 "queue-out-of-order" Error queue_out_of_order;
    126 "shared-group" Error shared_group;
    131 "name-clash" Error name_clash;
    132 "topic-names" Error topic_names;
    133 "retired-name" Warning retired_name;
    134 "request-paths" Error request_paths;
    135 "types-of-one-name" Warning types_of_one_name;
}
