//! Values of generated types as columns of a service's own tables.

use std::fmt::Display;

use herald_avro::codec::{Codec, Decimal, Reader, write};

use super::wire::damaged;
use crate::store::StoreError;

/// The value of a generated enum whose symbol a column holds, as text.
///
/// # Errors
/// [`StoreError::Refused`] for a symbol that this build does not know.
pub fn symbol<T: Codec + Display>(text: &str) -> Result<T, StoreError> {
    let nth = |at: usize| {
        let mut index = Vec::with_capacity(1);
        write::index(at, &mut index);
        T::decode(&mut Reader::new(&index)).ok()
    };
    (0..)
        .map_while(nth)
        .find(|value| value.to_string() == text)
        .ok_or_else(|| damaged(format_args!("{text:?} is no symbol")))
}

/// The number in a `numeric` column, read as text, so that no digit is lost.
///
/// # Errors
/// [`StoreError::Refused`] for a number of another scale.
pub fn decimal<const S: u32>(text: &str) -> Result<Decimal<S>, StoreError> {
    text.parse().map_err(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        let cents = decimal::<2>("123456789012345678901234.56").unwrap();
        assert_eq!(cents.to_string(), "123456789012345678901234.56");
        assert!(decimal::<2>("NaN").is_err());
    }
}
