//! The Parsing Canonical Form and its fingerprints (Avro 1.12, "Transforming into
//! Parsing Canonical Form"). Docs, defaults, aliases and logical types are not part
//! of it: equal fingerprints mean equal bytes, not equal schemas.

use crate::schema::{Kind, Schema, TypeId};
use md5::{Digest as _, Md5};
use sha2::Sha256;
use std::collections::HashSet;
use std::fmt::Write as _;

/// The Parsing Canonical Form.
pub fn parsing_canonical_form(schema: &Schema) -> String {
    let mut form = Form {
        schema,
        defined: HashSet::new(),
        text: String::new(),
    };
    form.add(schema.root());
    form.text
}

/// CRC-64-AVRO of the canonical form, the fingerprint of Single Object Encoding.
pub fn fingerprint_rabin(schema: &Schema) -> u64 {
    rabin(parsing_canonical_form(schema).as_bytes())
}

/// MD5 of the canonical form.
pub fn fingerprint_md5(schema: &Schema) -> [u8; 16] {
    Md5::digest(parsing_canonical_form(schema)).into()
}

/// SHA-256 of the canonical form.
pub fn fingerprint_sha256(schema: &Schema) -> [u8; 32] {
    Sha256::digest(parsing_canonical_form(schema)).into()
}

struct Form<'a> {
    schema: &'a Schema,
    defined: HashSet<TypeId>,
    text: String,
}

impl Form<'_> {
    fn add(&mut self, id: TypeId) {
        let kind = self.schema.kind(id);
        if let Some(name) = kind.name() {
            if !self.defined.insert(id) {
                self.quoted(name.full());
                return;
            }
            self.text.push_str("{\"name\":");
            self.quoted(name.full());
            let keyword = if matches!(kind, Kind::Record(_)) {
                "record"
            } else {
                kind.keyword()
            };
            self.text.push_str(",\"type\":");
            self.quoted(keyword);
        }
        match kind {
            Kind::Record(record) => {
                self.text.push_str(",\"fields\":");
                self.list(&record.fields, |form, field| {
                    form.text.push_str("{\"name\":");
                    form.quoted(&field.name);
                    form.text.push_str(",\"type\":");
                    form.add(field.schema);
                    form.text.push('}');
                });
                self.text.push('}');
            }
            Kind::Enum(symbols) => {
                self.text.push_str(",\"symbols\":");
                self.list(&symbols.symbols, |form, symbol| form.quoted(symbol));
                self.text.push('}');
            }
            Kind::Fixed(fixed) => {
                // Writing to a string cannot fail.
                let _ = write!(self.text, ",\"size\":{}}}", fixed.size);
            }
            Kind::Array(part) => self.collection("{\"type\":\"array\",\"items\":", *part),
            Kind::Map(part) => self.collection("{\"type\":\"map\",\"values\":", *part),
            Kind::Union(branches) => self.list(branches, |form, branch| form.add(*branch)),
            primitive => self.quoted(primitive.keyword()),
        }
    }

    /// Names and symbols have no character that JSON would escape.
    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        self.text.push_str(text);
        self.text.push('"');
    }

    fn collection(&mut self, head: &str, part: TypeId) {
        self.text.push_str(head);
        self.add(part);
        self.text.push('}');
    }

    fn list<T>(&mut self, items: &[T], mut add: impl FnMut(&mut Self, &T)) {
        self.text.push('[');
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                self.text.push(',');
            }
            add(self, item);
        }
        self.text.push(']');
    }
}

/// CRC-64-AVRO ("Schema Fingerprints").
fn rabin(bytes: &[u8]) -> u64 {
    bytes.iter().fold(EMPTY, |fingerprint, byte| {
        (fingerprint >> 8) ^ TABLE[((fingerprint ^ u64::from(*byte)) & 0xff) as usize]
    })
}

const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

static TABLE: [u64; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut entry = at as u64;
        let mut bit = 0;
        while bit < 8 {
            entry = (entry >> 1) ^ (EMPTY & (entry & 1).wrapping_neg());
            bit += 1;
        }
        table[at] = entry;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::parse;

    /// As Avro's Java library has them.
    #[test]
    fn fingerprints_are_those_of_other_libraries() {
        let cases = [
            (r#""null""#, r#""null""#, 0x63dd_24e7_cc25_8f8a),
            (r#"{"type":"int"}"#, r#""int""#, 0x7275_d51a_3f39_5c8f),
            (
                r#"{"type":"fixed","name":"MyFixed","namespace":"org.apache.hadoop.avro","size":1}"#,
                r#"{"name":"org.apache.hadoop.avro.MyFixed","type":"fixed","size":1}"#,
                0x45df_5be8_38d1_dbfa,
            ),
            (
                r#"{"fields":[],"type":"record","name":"foo","doc":"x"}"#,
                r#"{"name":"foo","type":"record","fields":[]}"#,
                0xbd0c_50c8_4319_be7e,
            ),
        ];
        for (text, form, fingerprint) in cases {
            let schema = parse(text).unwrap();
            assert_eq!(parsing_canonical_form(&schema), form);
            assert_eq!(fingerprint_rabin(&schema), fingerprint, "{text}");
        }
        let int = parse("\"int\"").unwrap();
        assert_eq!(fingerprint_md5(&int)[..4], [0xef, 0x52, 0x4e, 0xa1]);
        assert_eq!(fingerprint_sha256(&int)[..4], [0x3f, 0x2b, 0x87, 0xa9]);
    }

    #[test]
    fn a_repeated_type_is_its_name() {
        let schema = parse(
            r#"{"type":"error","name":"A","namespace":"x","fields":[
                {"name":"a","type":["null","A"],"default":null},
                {"name":"b","type":{"type":"array","items":{"type":"enum","name":"B","symbols":["X"]}}},
                {"name":"c","type":{"type":"map","values":"B"}}]}"#,
        )
        .unwrap();
        assert_eq!(
            parsing_canonical_form(&schema),
            r#"{"name":"x.A","type":"record","fields":[{"name":"a","type":["null","x.A"]},{"name":"b","type":{"type":"array","items":{"name":"x.B","type":"enum","symbols":["X"]}}},{"name":"c","type":{"type":"map","values":"x.B"}}]}"#
        );
    }
}
