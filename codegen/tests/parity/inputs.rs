//! Random records: out of order, late, repeated, at the borders of windows, with nulls, tombstones,
//! numbers without room, and bytes that are none.

use crate::chance::Random;
use std::fmt::Write as _;

use herald_avro::json::from_plain;
use herald_avro::schema::Schema;
use serde_json::{Value, json};

/// 2026-01-01T00:00:00Z.
const ORIGIN: i64 = 1_767_225_600_000;

/// The schemas of the inputs, by name.
pub(crate) struct Schemas {
    pub(crate) sale: Schema,
    pub(crate) payment: Schema,
}

/// Lines for both drivers.
pub(crate) fn lines(random: &mut Random, schemas: &Schemas, count: u64) -> Vec<Value> {
    let mut lines: Vec<Value> = Vec::new();
    let mut base = 0_i64;
    for number in 0..count {
        if !lines.is_empty() && random.chance(12) {
            // A relay's repeat: the same message again.
            let at = random.below(lines.len() as u64) as usize;
            let again = lines[at].clone();
            lines.push(again);
            continue;
        }
        if random.chance(25) {
            lines.push(json!({ "wall": 6_000 }));
            continue;
        }
        base += 250 * random.below(4) as i64;
        let back = if random.chance(4) {
            250 * random.below(24) as i64
        } else {
            0
        };
        let jitter = if random.chance(3) {
            random.below(3) as i64 - 1
        } else {
            0
        };
        let time = ORIGIN + (base - back + jitter).max(0);
        lines.push(record(random, schemas, number, time));
    }
    lines
}

fn record(random: &mut Random, schemas: &Schemas, number: u64, time: i64) -> Value {
    let shop = format!("s{}", random.below(3));
    let sale = !random.chance(3);
    let (name, id, topic, schema) = if sale {
        ("parity.tests.Sale", 1_u32, "tests.sale", &schemas.sale)
    } else {
        ("parity.tests.Payment", 2, "tests.payment", &schemas.payment)
    };
    let value = if sale {
        self::sale(random, &shop, time)
    } else {
        payment(random, &shop, time)
    };
    let datum = from_plain(schema, &value);
    let mut framed = vec![0];
    framed.extend(id.to_be_bytes());
    framed.extend(datum.unwrap_or_default());
    let mut value = json!(hex(&framed));
    match random.below(40) {
        0 => value = Value::Null,
        1 => value = json!(hex(&framed[..framed.len() / 2])),
        2 => value = json!("00"),
        _ => {}
    }
    let key = if random.chance(30) {
        Value::Null
    } else {
        json!(hex(shop.as_bytes()))
    };
    let kind = if random.chance(30) {
        "other.Type"
    } else {
        name
    };
    json!({
        "topic": topic,
        "key": key,
        "value": value,
        "time": time,
        "headers": {
            "ce_specversion": "1.0",
            "ce_id": format!("m{number}"),
            "ce_source": pick(random, &["/till/1", "/till/2"]),
            "ce_type": kind,
        },
    })
}

fn pick<'a>(random: &mut Random, of: &[&'a str]) -> &'a str {
    of[random.below(of.len() as u64) as usize]
}

fn sale(random: &mut Random, shop: &str, time: i64) -> Value {
    let line = |random: &mut Random| {
        json!({
            "sku": format!("k{}", random.below(3)),
            "quantity": random.below(5) as i64 - 1,
            "amount": cents(random, 500),
        })
    };
    let lines: Vec<Value> = (0..random.below(4)).map(|_| line(random)).collect();
    let text = |random: &mut Random| pick(random, &["a", "b", "s\u{e9}", ""]).to_owned();
    let coupon = (!random.chance(2)).then(|| text(random));
    let discount = (!random.chance(2)).then(|| cents(random, 300));
    let first = (!random.chance(2)).then(|| line(random));
    let notes = if random.chance(2) {
        json!({ "k": text(random) })
    } else {
        json!({})
    };
    let huge = if random.chance(4) {
        format!("{}.99", "9".repeat(36))
    } else {
        cents(random, 900)
    };
    let exact = time * 1_000 + random.below(1_000) as i64;
    json!({
        "shop": shop,
        "sku": format!("k{}", random.below(3)),
        "quantity": random.below(6) as i64 - 1,
        "units": if random.chance(20) { i64::MAX - 1 } else { random.below(5) as i64 },
        "price": cents(random, 2_000),
        "huge": huge,
        "rate": random.below(8) as f64 / 4.0 - 0.5,
        "coupon": coupon,
        "discount": discount,
        "channel": pick(random, &["WEB", "PHONE", "SHOP"]),
        "at": time,
        "exact": exact,
        "lines": lines,
        "notes": notes,
        "first": first,
    })
}

fn payment(random: &mut Random, shop: &str, time: i64) -> Value {
    json!({
        "shop": shop,
        "amount": cents(random, 5_000),
        "method": pick(random, &["WEB", "PHONE", "SHOP"]),
        "units": random.below(5) as i64,
        "at": time,
        "bonus": (!random.chance(2)).then(|| random.below(9)),
    })
}

fn cents(random: &mut Random, most: u64) -> String {
    let cents = random.below(most) as i64 - 50;
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
