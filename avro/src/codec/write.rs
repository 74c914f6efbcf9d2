//! Appending single parts of a datum to a buffer, for those who walk a schema; a generated type
//! writes all of its parts at one [`Cursor`].

use super::Cursor;

macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident($type:ty);)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $part(value: $type, out: &mut Vec<u8>) {
            Cursor::new(out).$part(value).finish();
        }
    )*};
}

parts! {
    /// Appends an int: zig-zag, variable length.
    int(i32);
    /// Appends a long: zig-zag, variable length.
    long(i64);
    /// Appends a boolean: one byte.
    boolean(bool);
    /// Appends a float: four bytes, little-endian.
    float(f32);
    /// Appends a double: eight bytes, little-endian.
    double(f64);
    /// Appends bytes: their length and themselves.
    bytes(&[u8]);
    /// Appends a string: its length in bytes and itself.
    string(&str);
    /// Appends the position of an enum symbol or a union branch.
    index(usize);
    /// Appends the head of an array or map block of that many items; zero ends the collection.
    block(usize);
}
