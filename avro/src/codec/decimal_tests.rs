use super::*;

#[test]
fn text_is_exact() {
    for (text, unscaled) in [
        ("12.50", 1250),
        ("-0.01", -1),
        ("0.00", 0),
        ("7", 700),
        ("7.500", 750),
    ] {
        assert_eq!(
            text.parse::<Decimal<2>>().unwrap().unscaled(),
            unscaled,
            "{text}"
        );
    }
    assert_eq!(Decimal::<2>::from_unscaled(-1).to_string(), "-0.01");
    assert_eq!(Decimal::<0>::from_unscaled(12).to_string(), "12");
    assert_eq!(
        "1.001".parse::<Decimal<2>>(),
        Err(ParseDecimalError::TooFine { scale: 2 })
    );
    for text in ["", "-", "1.", ".5", "1e3", "1.2.3", "+1", "١"] {
        assert_eq!(
            text.parse::<Decimal<2>>(),
            Err(ParseDecimalError::NoNumber),
            "{text}"
        );
    }
    let nines = "9".repeat(38);
    assert_eq!(nines.parse::<Decimal<0>>().unwrap().to_string(), nines);
    assert_eq!(
        format!("{nines}9").parse::<Decimal<0>>(),
        Err(ParseDecimalError::TooLarge)
    );
}

#[test]
fn bytes_are_minimal_two_s_complement() {
    let cases: [(i128, &[u8]); 8] = [
        (0, &[0]),
        (127, &[0x7f]),
        (128, &[0, 0x80]),
        (-1, &[0xff]),
        (-128, &[0x80]),
        (-129, &[0xff, 0x7f]),
        (1250, &[0x04, 0xe2]),
        (i128::from(i64::MAX) + 1, &[0, 0x80, 0, 0, 0, 0, 0, 0, 0]),
    ];
    for (unscaled, bytes) in cases {
        let encoded = Decimal::<2>::from_unscaled(unscaled).to_bytes();
        assert_eq!(&encoded[1..], bytes, "{unscaled}");
        assert_eq!(
            Decimal::<2>::from_bytes(&encoded).unwrap().unscaled(),
            unscaled
        );
    }
}

#[test]
fn sign_extension_is_read_and_overflow_refused() {
    let mut wide = [0xff; 20];
    wide[19] = 0xfe;
    assert_eq!(unscaled_of(&wide), Ok(-2));
    assert_eq!(unscaled_of(&[]), Ok(0));
    let mut too_wide = [0u8; 17];
    too_wide[0] = 1;
    assert_eq!(unscaled_of(&too_wide), Err(DecodeError::DecimalTooWide));
    too_wide[0] = 0;
    too_wide[1] = 0x80;
    assert_eq!(unscaled_of(&too_wide), Err(DecodeError::DecimalTooWide));
}

#[test]
fn fixed_is_padded_with_the_sign() {
    let mut out = Vec::new();
    let end = decimal_fixed::write::<4, 2>(&Decimal::from_unscaled(-2), Cursor::new(&mut out));
    decimal_fixed::write::<20, 2>(&Decimal::from_unscaled(258), end).finish();
    assert_eq!(out[..4], [0xff, 0xff, 0xff, 0xfe]);
    let mut reader = Reader::new(&out);
    assert_eq!(decimal_fixed::value::<4, 2>(&mut reader).unscaled(), -2);
    assert_eq!(decimal_fixed::value::<20, 2>(&mut reader).unscaled(), 258);
    reader.finish().unwrap();
}

#[test]
fn arithmetic_is_checked() {
    let price: Decimal<2> = "12.50".parse().unwrap();
    assert_eq!(price.checked_mul_int(3).unwrap().to_string(), "37.50");
    assert_eq!(price.checked_sub(price), Some(Decimal::ZERO));
    assert_eq!((-price).to_string(), "-12.50");
    assert_eq!(
        [price, price].into_iter().sum::<Decimal<2>>().to_string(),
        "25.00"
    );
    assert_eq!(Decimal::<2>::from_int(3).unwrap().to_string(), "3.00");
    let most = Decimal::<0>::from_unscaled(MAX);
    assert_eq!(most.checked_add(Decimal::from_unscaled(1)), None);
    assert_eq!(most.checked_mul_int(2), None);
}
