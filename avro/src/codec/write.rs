//! Writing the parts of a datum. Varints of one byte are written inline, longer
//! ones out of line.

use super::raw;

/// Appends an int: zig-zag, variable length.
#[inline]
pub fn int(value: i32, out: &mut Vec<u8>) {
    let raw = (value << 1) ^ (value >> 31);
    varint(u64::from(raw.cast_unsigned()), out);
}

/// Appends a long: zig-zag, variable length.
#[inline]
pub fn long(value: i64, out: &mut Vec<u8>) {
    let raw = (value << 1) ^ (value >> 63);
    varint(raw.cast_unsigned(), out);
}

#[inline]
fn varint(raw: u64, out: &mut Vec<u8>) {
    if raw < 0x80 {
        out.push(raw as u8);
    } else {
        long_varint(raw, out);
    }
}

#[inline(never)]
fn long_varint(mut raw: u64, out: &mut Vec<u8>) {
    let mut buffer = [0u8; 10];
    let mut length = 0;
    while raw >= 0x80 {
        buffer[length] = raw as u8 | 0x80;
        raw >>= 7;
        length += 1;
    }
    buffer[length] = raw as u8;
    out.extend_from_slice(&buffer[..=length]);
}

/// Appends a boolean: one byte.
#[inline]
pub fn boolean(value: bool, out: &mut Vec<u8>) {
    out.push(u8::from(value));
}

/// Appends a float: four bytes, little-endian.
#[inline]
pub fn float(value: f32, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends a double: eight bytes, little-endian.
#[inline]
pub fn double(value: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends bytes: their length and themselves.
#[inline]
pub fn bytes(value: &[u8], out: &mut Vec<u8>) {
    raw::framed(value, out);
}

/// Appends a string: its length in bytes and itself.
#[inline]
pub fn string(value: &str, out: &mut Vec<u8>) {
    bytes(value.as_bytes(), out);
}

/// Appends the position of an enum symbol or a union branch.
#[inline]
pub fn index(value: usize, out: &mut Vec<u8>) {
    varint((value as u64) << 1, out);
}

/// Appends the head of an array or map block of `count` items; a count of zero
/// ends the collection.
#[inline]
pub fn block(count: usize, out: &mut Vec<u8>) {
    varint((count as u64) << 1, out);
}
