//! Random values of any schema, from a seed.

use super::Value;
use crate::codec::{Uuid, encode_unscaled};
use crate::schema::{Kind, Logical, Schema, TypeId};

/// A small generator (SplitMix64): the same seed gives the same values everywhere.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts at `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; zero if that is zero.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.bits() % (limit.max(1) as u64)) as usize
    }

    /// Small numbers and extremes are likelier than those between.
    fn long(&mut self) -> i64 {
        let bits = self.bits().cast_signed();
        match self.below(4) {
            0 => bits % 100,
            1 => bits >> self.below(63),
            2 => [0, -1, i64::MAX, i64::MIN, 63, 64, -64, -65][self.below(8)],
            _ => bits,
        }
    }

    fn text(&mut self) -> String {
        const LETTERS: [char; 12] = [
            'a', 'Z', '0', ' ', '"', '\\', '\n', 'é', 'ß', '漢', '😀', '\0',
        ];
        let length = self.below(9);
        (0..length)
            .map(|_| LETTERS[self.below(LETTERS.len())])
            .collect()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.bits() as u8).collect()
    }
}

/// A random value of the schema; `None` if it has no value of less than about
/// forty levels. Floating-point numbers are finite, the keys of a map in order.
pub fn random(schema: &Schema, random: &mut Random) -> Option<Value> {
    Generator {
        schema,
        depths: depths(schema),
        random,
    }
    .value(schema.root(), 12)
}

const ENDLESS: u32 = 40;

/// The least number of levels that a value of each type has, by id.
fn depths(schema: &Schema) -> Vec<u32> {
    let mut depths = vec![ENDLESS; schema.types.len()];
    for _ in 0..ENDLESS {
        for at in 0..depths.len() {
            let of = |id: &TypeId| depths[id.0 as usize];
            let depth = match &schema.types[at].kind {
                Kind::Union(branches) => branches.iter().map(of).min().unwrap_or(ENDLESS),
                Kind::Record(record) => record
                    .fields
                    .iter()
                    .map(|field| of(&field.schema))
                    .max()
                    .unwrap_or(0),
                Kind::Enum(symbols) if symbols.symbols.is_empty() => ENDLESS,
                _ => 0,
            };
            depths[at] = depth.saturating_add(1).min(ENDLESS);
        }
    }
    depths
}

struct Generator<'a> {
    schema: &'a Schema,
    depths: Vec<u32>,
    random: &'a mut Random,
}

impl Generator<'_> {
    fn value(&mut self, id: TypeId, budget: u32) -> Option<Value> {
        let least = self.depths[id.0 as usize];
        if least >= ENDLESS {
            return None;
        }
        let inner = budget.saturating_sub(1);
        if let Some(value) = self.logical(id) {
            return Some(value);
        }
        Some(match self.schema.kind(id) {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Boolean(self.random.below(2) == 1),
            Kind::Int => Value::Int(self.random.long() as i32),
            Kind::Long => Value::Long(self.random.long()),
            Kind::Float => Value::Float(self.random.long() as f32 / 8.0),
            Kind::Double => Value::Double(self.random.long() as f64 / 8.0),
            Kind::Bytes => {
                let length = self.random.below(9);
                Value::Bytes(self.random.bytes(length))
            }
            Kind::String => Value::String(self.random.text()),
            Kind::Fixed(fixed) => Value::Fixed(self.random.bytes(fixed.size)),
            Kind::Enum(symbols) => Value::Enum(self.random.below(symbols.symbols.len())),
            Kind::Array(item) => {
                let count = self.count(*item, inner);
                Value::Array(
                    (0..count)
                        .map(|_| self.value(*item, inner))
                        .collect::<Option<_>>()?,
                )
            }
            Kind::Map(value) => {
                let count = self.count(*value, inner);
                let entries = (0..count).map(|at| {
                    Some((
                        format!("{}{at}", self.random.text()),
                        self.value(*value, inner)?,
                    ))
                });
                let mut entries: Vec<(String, Value)> = entries.collect::<Option<_>>()?;
                entries.sort_by(|(one, _), (other, _)| one.cmp(other));
                Value::Map(entries)
            }
            Kind::Record(record) => {
                let fields = record
                    .fields
                    .iter()
                    .map(|field| self.value(field.schema, inner));
                Value::Record(fields.collect::<Option<_>>()?)
            }
            Kind::Union(branches) => {
                let fits = |id: &TypeId| self.depths[id.0 as usize] <= least.max(budget);
                let possible: Vec<usize> = (0..branches.len())
                    .filter(|at| {
                        fits(&branches[*at]) && self.depths[branches[*at].0 as usize] < ENDLESS
                    })
                    .filter(|at| budget > 0 || self.depths[branches[*at].0 as usize] < least)
                    .collect();
                let branch = *possible.get(self.random.below(possible.len()))?;
                Value::Union(branch, Box::new(self.value(branches[branch], inner)?))
            }
        })
    }

    /// A value of a logical type that not every value of the type beneath is one of.
    fn logical(&mut self, id: TypeId) -> Option<Value> {
        let one = self.schema.get(id);
        match (one.logical?, &one.kind) {
            (Logical::Uuid, Kind::String) => {
                let bits = u128::from(self.random.bits()) << 64 | u128::from(self.random.bits());
                Some(Value::String(Uuid::from_u128(bits).to_string()))
            }
            (Logical::Decimal { precision, .. }, kind) => {
                let limit = 10i128.pow(precision.min(38));
                let wide = i128::from(self.random.long()) << self.random.below(64);
                let mut bytes = Vec::new();
                if let Kind::Fixed(fixed) = kind {
                    encode_unscaled(wide % limit, Some(fixed.size), &mut bytes);
                    return Some(Value::Fixed(bytes));
                }
                encode_unscaled(wide % limit, None, &mut bytes);
                // Its length, which is one byte, is the encoding's affair.
                Some(Value::Bytes(bytes.split_off(1)))
            }
            _ => None,
        }
    }

    /// How many items to make; none when it would go too deep.
    fn count(&mut self, item: TypeId, budget: u32) -> usize {
        let fits = self.depths[item.0 as usize] <= budget;
        if fits { self.random.below(4) } else { 0 }
    }
}
