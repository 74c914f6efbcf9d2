//! What to do about a payload that breaks, where no edit of one line mends it.

use herald_avro::compat::SchemaRule as Rule;

use super::finding::Direction;

/// What to do, by rule; nothing where the finding needs no doing.
pub(super) fn of(rule: Rule, direction: Direction) -> Option<&'static str> {
    let backward = direction == Direction::Backward;
    Some(match rule {
        Rule::FieldAddedWithoutDefault if backward => {
            "give the new field a default, so that records without it can be read"
        }
        Rule::FieldAddedWithoutDefault => {
            "keep the field until no deployed reader needs it; give it a default first"
        }
        Rule::FieldRenamedWithoutAlias if backward => {
            "name the former name in `aliases`, or keep it"
        }
        Rule::FieldRenamedWithoutAlias => {
            "keep the old field beside the new one until no deployed reader needs it"
        }
        Rule::AliasAmbiguous => "take an alias that nothing else goes by",
        Rule::TypeChanged | Rule::TypeNarrowed => {
            "keep the type, and add a field of another name with the new one"
        }
        Rule::EnumSymbolRemoved if backward => {
            "keep the symbol, or give the enum a `default` for symbols that it does not know"
        }
        Rule::EnumSymbolRemoved => {
            "deploy readers with the new symbol first; a `default` spares the next symbol that"
        }
        Rule::UnionBranchRemoved if backward => "keep the branch: records with it are still read",
        Rule::UnionBranchRemoved => "deploy readers with the new branch first",
        Rule::NullableRemoved if backward => "keep the `?`: records without a value are still read",
        Rule::NullableRemoved => "deploy readers that take null first",
        Rule::RecordRenamed | Rule::EnumRenamed | Rule::FixedRenamed => {
            "keep the name, or name the former one in `aliases`"
        }
        Rule::FixedSizeChanged => "keep the size, and add a field of another name",
        Rule::LogicalTypeAdded
        | Rule::LogicalTypeRemoved
        | Rule::LogicalTypeChanged
        | Rule::TimeUnitChanged
        | Rule::DecimalScaleChanged
        | Rule::DecimalPrecisionReduced => {
            "keep the type: the bytes stay readable and mean something else; add a field of another name"
        }
        _ => return None,
    })
}
