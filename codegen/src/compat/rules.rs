//! The table of the gate's own rules: what payloads alone do not tell.

use super::{
    finding::{Finding, Severity},
    judged::Judged,
};

mod binding_removed;
mod break_without_new_name;
mod cleanup_changed;
mod compacted_without_key;
mod dead_letter_removed;
mod delivery_weakened;
mod event_removed;
mod expired_waiver;
mod frozen_version_edited;
mod headers_changed;
mod idempotency_weakened;
mod key_changed;
mod key_type_changed;
mod message_renamed;
mod mode_lowered;
mod order_dropped;
mod partitions_lowered;
mod partitions_raised;
mod pattern_changed;
mod pinned_reader;
mod producer_removed;
mod queue_arguments_changed;
mod queue_changed;
mod read_field_removed;
mod retention_below_replay;
mod retention_below_retries;
mod retired_name_reused;
mod rollout_cycle;
mod second_producer;
mod shared_type_reach;
mod tags_changed;
mod topic_changed;
mod unit_changed;
mod unused_waiver;
mod version_went_back;
mod wire_changed;

/// A rule of the gate about catalogs; rules about payloads are
/// [`herald_avro::compat::SchemaRule`]s.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// Code, `C50` to `C99`.
    pub code: &'static str,
    /// Name in kebab case, such as `partitions-raised`; its file has the same in snake case.
    pub name: &'static str,
    /// How bad its findings are at worst.
    pub severity: Severity,
    /// Whether it compares two whole catalogs, so that frozen versions alone are not enough.
    pub needs_catalog: bool,
    /// The rule's file, whose head is its documentation.
    pub(crate) file: &'static str,
    pub(crate) check: fn(&Judged<'_>, &mut Vec<Finding>),
}

/// Spells the table: a line is a code, a name, a severity, what must be known of before, and the
/// module of the rule.
macro_rules! rules {
    ($($code:literal $name:literal $severity:ident $needs:ident $module:ident;)*) => {
        /// The gate's own rules, by code.
        pub(crate) const RULES: &[Rule] = &[$(Rule {
            code: $code,
            name: $name,
            severity: Severity::$severity,
            needs_catalog: matches!(stringify!($needs).as_bytes(), b"catalog"),
            file: include_str!(concat!("rules/", stringify!($module), ".rs")),
            check: $module::check,
        }),*];
    };
}

// C50: versions, keys and what a payload means. C70: topics and queues. C85: who works with whom.
// C98: waivers. Codes are never reused.
rules! {
    "C50" "frozen-version-edited" Error versions frozen_version_edited;
    "C51" "break-without-new-name" Warning versions break_without_new_name;
    "C52" "version-went-back" Error versions version_went_back;
    "C53" "retired-name-reused" Error versions retired_name_reused;
    "C54" "key-type-changed" Error catalog key_type_changed;
    "C55" "shared-type-reach" Note versions shared_type_reach;
    "C56" "pattern-changed" Warning versions pattern_changed;
    "C57" "unit-changed" Warning versions unit_changed;
    "C58" "tags-changed" Warning versions tags_changed;
    "C59" "mode-lowered" Warning catalog mode_lowered;
    "C60" "message-renamed" Warning catalog message_renamed;
    "C61" "headers-changed" Error versions headers_changed;
    "C70" "topic-changed" Error catalog topic_changed;
    "C71" "queue-changed" Error catalog queue_changed;
    "C72" "partitions-raised" Error catalog partitions_raised;
    "C73" "partitions-lowered" Error catalog partitions_lowered;
    "C74" "key-changed" Error catalog key_changed;
    "C75" "order-dropped" Warning catalog order_dropped;
    "C76" "cleanup-changed" Error catalog cleanup_changed;
    "C77" "compacted-without-key" Error catalog compacted_without_key;
    "C78" "retention-below-retries" Error catalog retention_below_retries;
    "C79" "retention-below-replay" Error versions retention_below_replay;
    "C80" "queue-arguments-changed" Error catalog queue_arguments_changed;
    "C81" "binding-removed" Error catalog binding_removed;
    "C82" "dead-letter-removed" Error catalog dead_letter_removed;
    "C85" "event-removed" Error catalog event_removed;
    "C86" "producer-removed" Error catalog producer_removed;
    "C87" "pinned-reader" Error versions pinned_reader;
    "C88" "read-field-removed" Error versions read_field_removed;
    "C89" "second-producer" Warning catalog second_producer;
    "C90" "rollout-cycle" Error versions rollout_cycle;
    "C91" "idempotency-weakened" Error catalog idempotency_weakened;
    "C92" "delivery-weakened" Warning catalog delivery_weakened;
    "C93" "wire-changed" Error catalog wire_changed;
    "C98" "expired-waiver" Error versions expired_waiver;
    "C99" "unused-waiver" Warning versions unused_waiver;
}
