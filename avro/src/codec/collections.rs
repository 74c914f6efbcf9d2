//! Arrays and maps.

use super::items::reservation;
use super::{Codec, DecodeError, Items, Reader, write};
use std::collections::BTreeMap;

impl<T: Codec> Codec for Vec<T> {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            write::block(self.len(), out);
            for item in self {
                item.encode(out);
            }
        }
        write::block(0, out);
    }

    #[inline]
    fn blank() -> Self {
        Self::new()
    }

    #[inline]
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.nested(|r| {
            let mut items = Self::new();
            loop {
                let count = r.block(T::MIN_SIZE)?;
                if count == 0 {
                    return Ok(items);
                }
                items.reserve(reservation::<T>(count));
                for _ in 0..count {
                    items.push(T::decode(r)?);
                }
            }
        })
    }

    #[inline]
    fn decode_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        r.nested(|r| {
            let mut walk = Items::new(T::MIN_SIZE);
            for (position, slot) in self.iter_mut().enumerate() {
                if !walk.next(r)? {
                    self.truncate(position);
                    return Ok(());
                }
                slot.decode_into(r)?;
            }
            while walk.next(r)? {
                self.push(T::decode(r)?);
            }
            Ok(())
        })
    }

    #[inline]
    fn size_hint(&self) -> usize {
        self.iter().fold(6, |sum, item| sum + item.size_hint())
    }
}

impl<T: Codec> Codec for BTreeMap<String, T> {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            write::block(self.len(), out);
            for (key, value) in self {
                write::string(key, out);
                value.encode(out);
            }
        }
        write::block(0, out);
    }

    #[inline]
    fn blank() -> Self {
        Self::new()
    }

    #[inline]
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut map = Self::new();
        r.nested(|r| {
            let mut walk = Items::new(1 + T::MIN_SIZE);
            while walk.next(r)? {
                let key = r.string()?.to_owned();
                map.insert(key, T::decode(r)?);
            }
            Ok(())
        })?;
        Ok(map)
    }

    /// Reuses entries as long as the keys arrive as they are here: in order.
    #[inline]
    fn decode_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        r.nested(|r| {
            let mut walk = Items::new(1 + T::MIN_SIZE);
            let mut kept = 0;
            let mut slots = self.iter_mut();
            let surprise = loop {
                if !walk.next(r)? {
                    break None;
                }
                let key = r.string()?;
                match slots.next() {
                    Some((expected, value)) if expected == key => value.decode_into(r)?,
                    _ => break Some(key),
                }
                kept += 1;
            };
            if kept < self.len() {
                forget_after(self, kept);
            }
            if let Some(key) = surprise {
                self.insert(key.to_owned(), T::decode(r)?);
                while walk.next(r)? {
                    let key = r.string()?.to_owned();
                    self.insert(key, T::decode(r)?);
                }
            }
            Ok(())
        })
    }

    #[inline]
    fn size_hint(&self) -> usize {
        self.iter().fold(6, |sum, (key, value)| {
            sum + key.len() + 5 + value.size_hint()
        })
    }
}

/// Removes all entries but the first `kept`.
#[cold]
fn forget_after<T>(map: &mut BTreeMap<String, T>, kept: usize) {
    if let Some(first) = map.keys().nth(kept).cloned() {
        map.split_off(&first);
    }
}
