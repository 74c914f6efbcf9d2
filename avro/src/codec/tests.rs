use super::*;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Encoding and decoding agree, whatever the used value held, and every prefix of
/// the encoding is refused.
fn round_trip<T: Codec + Clone + PartialEq + Debug>(
    value: &T,
    used: &T,
) -> Result<(), TestCaseError> {
    let bytes = value.to_bytes();
    prop_assert!(bytes.len() >= T::MIN_SIZE);
    prop_assert_eq!(&T::from_bytes(&bytes), &Ok(value.clone()));
    let mut over = used.clone();
    let mut reader = Reader::new(&bytes);
    over.decode_into(&mut reader).unwrap();
    prop_assert_eq!(reader.remaining(), 0);
    prop_assert_eq!(&over, value);
    for end in 0..bytes.len() {
        prop_assert!(T::from_bytes(&bytes[..end]).is_err(), "cut at {end}");
        let _ = used.clone().decode_into(&mut Reader::new(&bytes[..end]));
    }
    Ok(())
}

type Deep = Vec<Option<BTreeMap<String, Vec<Option<String>>>>>;

fn deep() -> impl Strategy<Value = Deep> {
    let texts = vec(proptest::option::of(".{0,3}"), 0..3);
    vec(proptest::option::of(btree_map(".{0,2}", texts, 0..4)), 0..4)
}

proptest! {
    #[test]
    fn numbers(a: i32, b: i64, c: bool, x: i32, y: i64) {
        round_trip(&a, &x)?;
        round_trip(&b, &y)?;
        round_trip(&(b >> (a & 63)), &y)?;
        round_trip(&c, &!c)?;
        round_trip(&TimestampMicros(b), &TimestampMicros(y))?;
        round_trip(&Date(a), &Date(x))?;
    }

    #[test]
    fn floats(a in any::<f32>(), b in any::<f64>()) {
        round_trip(&a, &0.0)?;
        round_trip(&b, &0.0)?;
    }

    #[test]
    fn texts(a in ".{0,80}", b in ".{0,80}", c: Vec<u8>, d: [u8; 5], e: u128) {
        round_trip(&a, &b)?;
        round_trip(&Bytes(c), &Bytes(vec![1, 2]))?;
        round_trip(&d, &[0; 5])?;
        round_trip(&Uuid::from_u128(e), &Uuid::nil())?;
    }

    #[test]
    fn decimals(unscaled: i128, shift in 0u32..127, used: i64) {
        let used = Decimal::<4>::from_unscaled(i128::from(used));
        round_trip(&Decimal::<4>::from_unscaled(unscaled), &used)?;
        let small = Decimal::<4>::from_unscaled(unscaled >> shift);
        round_trip(&small, &used)?;
        if shift > 2 {
            prop_assert_eq!(small.to_string().parse::<Decimal<4>>(), Ok(small));
        }
        let mut out = Vec::new();
        decimal_fixed::write::<16, 4>(&small, Cursor::new(&mut out)).finish();
        prop_assert_eq!(decimal_fixed::value::<16, 4>(&mut Reader::new(&out)), small);
    }

    #[test]
    fn collections(value in deep(), used in deep()) {
        round_trip(&value, &used)?;
        round_trip(&value.clone().into_iter().map(Box::new).collect::<Vec<_>>(), &vec![])?;
    }

    #[test]
    fn null_may_come_last(value: Option<i64>, used: Option<i64>) {
        let mut out = Vec::new();
        null_last::write(&value, Cursor::new(&mut out)).finish();
        prop_assert_eq!(out[0], if value.is_some() { 0 } else { 2 });
        prop_assert_eq!(null_last::value::<i64>(&mut Reader::new(&out)), value);
        let mut over = used;
        null_last::read(&mut over, &mut Reader::new(&out));
        prop_assert_eq!(over, value);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes: Vec<u8>) {
        let _ = Deep::from_bytes(&bytes);
        let _ = Vec::<()>::from_bytes(&bytes);
        let _ = Vec::<Uuid>::from_bytes(&bytes);
        let _ = Vec::<Decimal<2>>::from_bytes(&bytes);
        let _ = BTreeMap::<String, f64>::from_bytes(&bytes);
        let _ = Option::<Duration>::from_bytes(&bytes);
    }
}

#[test]
fn varints_end_within_their_type() {
    let long = |bytes: &[u8]| i64::from_bytes(bytes);
    assert_eq!(
        long(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        Ok(i64::MIN)
    );
    let too_long = Err(DecodeError::VarintTooLong { bits: 64 });
    assert_eq!(
        long(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]),
        too_long
    );
    assert_eq!(long(&[0x80; 11]), too_long);
    assert_eq!(
        long(&[0x80; 3]),
        Err(DecodeError::UnexpectedEnd { missing: 1 })
    );
    assert_eq!(
        long(&[0x82, 0x00]),
        Ok(1),
        "padding within ten bytes is read"
    );
    let int = |bytes: &[u8]| i32::from_bytes(bytes);
    assert_eq!(int(&[0xff, 0xff, 0xff, 0xff, 0x0f]), Ok(i32::MIN));
    let too_long = Err(DecodeError::VarintTooLong { bits: 32 });
    assert_eq!(int(&[0xff, 0xff, 0xff, 0xff, 0x10]), too_long);
    assert_eq!(int(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x00]), too_long);
}

#[test]
fn blocks_with_sizes_are_read() {
    let mut bytes = Vec::new();
    write::long(-2, &mut bytes);
    write::long(2, &mut bytes);
    write::int(7, &mut bytes);
    write::int(8, &mut bytes);
    write::block(1, &mut bytes);
    write::int(9, &mut bytes);
    write::block(0, &mut bytes);
    assert_eq!(Vec::<i32>::from_bytes(&bytes), Ok(vec![7, 8, 9]));
    let mut used = vec![1];
    used.decode_into(&mut Reader::new(&bytes)).unwrap();
    assert_eq!(used, [7, 8, 9]);
}

#[test]
fn announced_counts_are_not_believed() {
    for count in [1_i64 << 40, i64::MAX, i64::MIN, -(1 << 40), 100] {
        let mut bytes = Vec::new();
        write::long(count, &mut bytes);
        bytes.extend([0; 20]);
        assert!(Vec::<i64>::from_bytes(&bytes).is_err(), "{count}");
        assert!(
            BTreeMap::<String, bool>::from_bytes(&bytes).is_err(),
            "{count}"
        );
        assert!(String::from_bytes(&bytes).is_err(), "{count}");
        assert!(Bytes::from_bytes(&bytes).is_err(), "{count}");
    }
}

#[test]
fn items_without_bytes_have_a_limit() {
    let announce = |count: u32| {
        let mut bytes = Vec::new();
        write::long(i64::from(count), &mut bytes);
        write::block(0, &mut bytes);
        Vec::<()>::from_bytes(&bytes)
    };
    assert_eq!(
        announce(MAX_EMPTY_ITEMS).map(|items| items.len()),
        Ok(MAX_EMPTY_ITEMS as usize)
    );
    let count = u64::from(MAX_EMPTY_ITEMS) + 1;
    assert_eq!(
        announce(MAX_EMPTY_ITEMS + 1),
        Err(DecodeError::CountTooLarge { count })
    );
    // The limit holds for the datum, not for each array of it.
    let mut bytes = Vec::new();
    write::block(2, &mut bytes);
    for _ in 0..2 {
        write::block(40_000, &mut bytes);
        write::block(0, &mut bytes);
    }
    write::block(0, &mut bytes);
    assert!(Vec::<Vec<()>>::from_bytes(&bytes).is_err());
}

#[derive(Debug, Default, PartialEq)]
struct Tree(Vec<Tree>);

impl Codec for Tree {
    const MIN_SIZE: usize = 1;

    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        self.0.write(out)
    }

    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        self.0.read(r);
    }
}

#[test]
fn nesting_has_a_limit() {
    let nested = |levels: usize| {
        let mut bytes = vec![2; levels];
        bytes.extend(vec![0; levels + 1]);
        bytes
    };
    let deepest = MAX_DEPTH as usize - 1;
    let tree = Tree::from_bytes(&nested(deepest)).unwrap();
    assert_eq!(tree.to_bytes(), nested(deepest));
    let too_deep = DecodeError::TooDeep;
    assert_eq!(Tree::from_bytes(&nested(deepest + 1)), Err(too_deep));
    assert_eq!(Tree::from_bytes(&vec![2; 1 << 20]), Err(too_deep));
}

#[test]
fn text_is_checked() {
    assert_eq!(
        String::from_bytes(&[4, 0xc3, 0x28]),
        Err(DecodeError::InvalidUtf8)
    );
    assert_eq!(
        bool::from_bytes(&[2]),
        Err(DecodeError::InvalidBoolean { value: 2 })
    );
    let index = DecodeError::IndexOutOfRange { index: 2, count: 2 };
    assert_eq!(Option::<i32>::from_bytes(&[4]), Err(index));
    let index = DecodeError::IndexOutOfRange {
        index: -1,
        count: 2,
    };
    assert_eq!(Option::<i32>::from_bytes(&[1]), Err(index));
    let uuid = "6fa459ea-ee8a-3ca4-894e-db77e160355e";
    let with = |text: &str| Uuid::from_bytes_of(text);
    assert_eq!(with(uuid).unwrap().to_string(), uuid);
    assert_eq!(with(&uuid.to_uppercase()).unwrap().to_string(), uuid);
    assert_eq!(with(&uuid.replace('-', "")).unwrap().to_string(), uuid);
    for wrong in [
        "",
        "6fa459ea-ee8a-3ca4-894e-db77e160355",
        "6fa459ea-ee8a-3ca4-894e-db77e160355g",
        "6fa459ea_ee8a-3ca4-894e-db77e160355e",
    ] {
        assert_eq!(with(wrong), Err(DecodeError::InvalidUuid), "{wrong}");
    }
}

trait FromText: Codec {
    fn from_bytes_of(text: &str) -> Result<Self, DecodeError> {
        <Self as Codec>::from_bytes(&text.to_owned().to_bytes())
    }
}

impl FromText for Uuid {}

#[test]
fn types_describe_themselves() {
    type Map = BTreeMap<String, Option<Decimal<2>>>;
    let schema = crate::schema::parse(&Vec::<Map>::schema_json()).unwrap();
    assert_eq!(
        schema.to_string(),
        r#"{"type":"array","items":{"type":"map","values":["null",{"type":"bytes","logicalType":"decimal","precision":38,"scale":2}]}}"#
    );
}
