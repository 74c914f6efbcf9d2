//! Arrays and maps.

use super::{Codec, Cursor, Items, Reader};
use std::collections::BTreeMap;

impl<T: Codec> Codec for Vec<T> {
    const MIN_SIZE: usize = 1;

    fn write<'a>(&self, mut out: Cursor<'a>) -> Cursor<'a> {
        if !self.is_empty() {
            out = out.block(self.len());
            for item in self {
                out = item.write(out);
            }
        }
        out.block(0)
    }

    #[inline]
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        r.deeper(|r| {
            let mut walk = Items::new(T::MIN_SIZE);
            for (position, slot) in self.iter_mut().enumerate() {
                if !walk.more(r) {
                    return self.truncate(position);
                }
                slot.read(r);
            }
            while walk.more(r) {
                if self.len() == self.capacity() {
                    self.reserve(walk.reservation::<T>());
                }
                self.push(T::blank());
                if let Some(item) = self.last_mut() {
                    item.read(r);
                }
            }
        });
    }
}

impl<T: Codec> Codec for BTreeMap<String, T> {
    const MIN_SIZE: usize = 1;

    fn write<'a>(&self, mut out: Cursor<'a>) -> Cursor<'a> {
        if !self.is_empty() {
            out = out.block(self.len());
            for (key, value) in self {
                out = value.write(key.write(out));
            }
        }
        out.block(0)
    }

    #[inline]
    fn blank() -> Self {
        Self::new()
    }

    /// Reuses entries as long as the keys arrive as they are here: in order.
    fn read(&mut self, r: &mut Reader<'_>) {
        r.deeper(|r| {
            let mut walk = Items::new(1 + T::MIN_SIZE);
            let mut kept = 0;
            let mut slots = self.iter_mut();
            let surprise = loop {
                if !walk.more(r) {
                    break None;
                }
                let key = r.text();
                match slots.next() {
                    Some((expected, value)) if expected == key => value.read(r),
                    _ => break Some(key),
                }
                kept += 1;
            };
            if kept < self.len() {
                forget_after(self, kept);
            }
            if let Some(key) = surprise {
                self.insert(key.to_owned(), r.value());
                while walk.more(r) {
                    let key = r.text().to_owned();
                    self.insert(key, r.value());
                }
            }
        });
    }
}

/// Removes all entries but the first `kept`.
#[cold]
fn forget_after<T>(map: &mut BTreeMap<String, T>, kept: usize) {
    if let Some(first) = map.keys().nth(kept).cloned() {
        map.split_off(&first);
    }
}
