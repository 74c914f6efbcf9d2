//! The table of all rules.

use super::Severity::{self, Error, Note, Warning};
use super::draft::Draft;
use super::place::Place;

mod aliases;
mod logical;
mod names;
mod promotions;
mod renames;
mod symbols;
mod unions;

/// A rule, as the table has it.
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) severity: Severity,
    /// The rule's file, whose head is its documentation.
    pub(super) file: &'static str,
    pub(super) check: fn(&Place<'_, '_>, &mut Vec<Draft>),
}

/// Spells the table: a line is a code, a name, the worst severity of its findings, the
/// variant, the module, and what the variant's documentation says.
macro_rules! rules {
    ($($code:literal $name:literal $severity:ident $variant:ident $module:ident $doc:literal;)*) => {
        $(mod $module;)*

        /// A rule about schemas. Codes and names are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum SchemaRule {
            $(#[doc = $doc] $variant,)*
        }

        impl SchemaRule {
            /// All rules, by code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
        }

        /// All rules, in the order of [`SchemaRule::ALL`].
        pub(super) const RULES: &[Rule] = &[$(Rule {
            code: $code,
            name: $name,
            severity: $severity,
            file: include_str!(concat!("rules/", stringify!($module), ".rs")),
            check: $module::check,
        }),*];
    };
}

// C01: fields, their defaults and aliases. C10: types. C14: enums. C18: unions. C23: names of
// types. C30: what values mean.
rules! {
    "C01" "field-added-without-default" Error FieldAddedWithoutDefault field_added_without_default
        "The reader has a field that the writer lacks, without a default.";
    "C02" "field-removed" Note FieldRemoved field_removed
        "The writer has a field that the reader does not read.";
    "C03" "field-renamed-without-alias" Error FieldRenamedWithoutAlias field_renamed_without_alias
        "A field seems to have got another name, and no alias says so.";
    "C04" "field-renamed-with-alias" Note FieldRenamedWithAlias field_renamed_with_alias
        "A field has another name, which an alias of the reader bridges.";
    "C05" "alias-ambiguous" Error AliasAmbiguous alias_ambiguous
        "An alias of the reader fits what has another meaning already.";
    "C06" "alias-removed" Warning AliasRemoved alias_removed
        "The reader lacks an alias that the writer has.";
    "C07" "default-removed" Warning DefaultRemoved default_removed
        "The reader's field lacks the default that the writer's has.";
    "C08" "default-invalid" Error DefaultInvalid default_invalid
        "A default of the reader is no value of its type.";
    "C09" "default-changed" Warning DefaultChanged default_changed
        "The default of a field differs.";
    "C10" "type-changed" Error TypeChanged type_changed
        "The types differ, and none is promoted to the other.";
    "C11" "type-narrowed" Error TypeNarrowed type_narrowed
        "The reader's number is narrower than the writer's.";
    "C12" "type-widened" Note TypeWidened type_widened
        "The writer's type is promoted to the reader's without loss.";
    "C13" "promotion-lossy" Warning PromotionLossy promotion_lossy
        "The writer's type is promoted to one that cannot hold all of its values.";
    "C14" "enum-symbol-removed" Error EnumSymbolRemoved enum_symbol_removed
        "The reader's enum lacks symbols of the writer's and has no default.";
    "C15" "enum-symbol-defaulted" Warning EnumSymbolDefaulted enum_symbol_defaulted
        "The reader's enum lacks symbols, which become its default.";
    "C16" "enum-symbol-added" Note EnumSymbolAdded enum_symbol_added
        "The reader's enum has symbols that the writer's lacks.";
    "C17" "enum-default-changed" Warning EnumDefaultChanged enum_default_changed
        "The default of an enum differs or is gone.";
    "C18" "union-branch-removed" Error UnionBranchRemoved union_branch_removed
        "The reader's union does not take a type that the writer's has.";
    "C19" "union-branch-added" Note UnionBranchAdded union_branch_added
        "The reader's union takes a type that the writer's lacks.";
    "C20" "union-ambiguous" Warning UnionAmbiguous union_ambiguous
        "A value goes to a branch of another type, and several would take it.";
    "C21" "nullable-removed" Error NullableRemoved nullable_removed
        "The writer may write null, which the reader does not take.";
    "C22" "nullable-added" Note NullableAdded nullable_added
        "The reader takes null, which the writer never writes.";
    "C23" "record-renamed" Error RecordRenamed record_renamed
        "A record has another name, and no alias says so.";
    "C24" "enum-renamed" Error EnumRenamed enum_renamed
        "An enum has another name, and no alias says so.";
    "C25" "fixed-renamed" Error FixedRenamed fixed_renamed
        "A fixed has another name, and no alias says so.";
    "C26" "namespace-changed" Warning NamespaceChanged namespace_changed
        "A type has another namespace, and no alias says so.";
    "C27" "type-renamed-with-alias" Note TypeRenamedWithAlias type_renamed_with_alias
        "A type has another name, which an alias of the reader bridges.";
    "C28" "fixed-size-changed" Error FixedSizeChanged fixed_size_changed
        "Two fixed differ in size.";
    "C29" "nesting-too-deep" Error NestingTooDeep nesting_too_deep
        "The schemas nest too many types to be compared.";
    "C30" "logical-type-added" Error LogicalTypeAdded logical_type_added
        "The reader gives a meaning to what the writer writes without.";
    "C31" "logical-type-removed" Error LogicalTypeRemoved logical_type_removed
        "The reader ignores the meaning that the writer gives.";
    "C32" "logical-type-changed" Error LogicalTypeChanged logical_type_changed
        "The two sides give different meanings to the same bytes.";
    "C33" "time-unit-changed" Error TimeUnitChanged time_unit_changed
        "The two sides count time in different units.";
    "C34" "decimal-scale-changed" Error DecimalScaleChanged decimal_scale_changed
        "The two sides put the decimal point at different places.";
    "C35" "decimal-precision-reduced" Error DecimalPrecisionReduced decimal_precision_reduced
        "The reader's decimal has fewer digits than the writer's.";
    "C36" "decimal-precision-raised" Note DecimalPrecisionRaised decimal_precision_raised
        "The reader's decimal has more digits than the writer's.";
}
