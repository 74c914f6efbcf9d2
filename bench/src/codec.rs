//! The order event of five lines: encode, decode, decode over a used value, decode what version 1
//! wrote; against apache-avro's direct serde path and its prebuilt resolving reader.

use std::error::Error;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use generated::events::OrderPlaced;
use generated::types::{OrderLine, SalesChannel};
use herald::Message;
use herald::avro::codec::{Codec, Decimal, Described, Reader, TimestampMillis};
use herald::avro::{resolve, schema};
use serde_json::Value;

use crate::peer;
use crate::timing::{race, report};

/// Measures and prints; true when every ratio asked is reached.
pub(crate) fn run() -> Result<bool, Box<dyn Error>> {
    let order = order()?;
    let mut bytes = Vec::new();
    order.encode(&mut bytes);
    let json = OrderPlaced::schema_json();
    let theirs = Schema::parse_str(&json)?;
    let writer = GenericDatumWriter::builder(&theirs).build()?;
    let reader = GenericDatumReader::builder(&theirs).build()?;
    let peer_order: peer::OrderPlaced = reader.read_deser(&mut bytes.as_slice())?;
    if writer.write_ser_to_vec(&peer_order)? != bytes {
        return Err("the two sides write different bytes".into());
    }

    println!(
        "\ncodec, OrderPlaced with 5 lines, {} bytes: best of many rounds, alternating",
        bytes.len()
    );
    println!("{:<44} {:>9} {:>9}", "", "herald", "peer");
    let mut met = true;
    let (mut out, mut peer_out) = (Vec::with_capacity(4096), Vec::with_capacity(4096));
    let (ours, peer) = race(
        || {
            out.clear();
            order.encode(&mut out);
        },
        || {
            peer_out.clear();
            writer.write_ser(&mut peer_out, &peer_order).map_err(drop)
        },
    );
    met &= report("encode", ours, peer, "ns", 20.0);

    let decode_peer = || {
        reader
            .read_deser::<peer::OrderPlaced>(&mut bytes.as_slice())
            .map_err(drop)
    };
    let (ours, peer) = race(
        || OrderPlaced::decode(&mut Reader::new(&bytes)),
        decode_peer,
    );
    met &= report("decode into an owned value", ours, peer, "ns", 2.3);

    let mut used = order.clone();
    let (ours, peer) = race(|| used.decode_into(&mut Reader::new(&bytes)), decode_peer);
    met &= report("decode over a used value", ours, peer, "ns", 9.0);

    met &= resolution(&order)?;
    Ok(met)
}

/// Version 1 of the event read as version 2.
fn resolution(order: &OrderPlaced) -> Result<bool, Box<dyn Error>> {
    let first = OrderPlaced::RELEASED
        .first()
        .ok_or("OrderPlaced has no released version")?;
    let (old, current) = (
        without_logical_types(first.schema)?,
        without_logical_types(&OrderPlaced::schema_json())?,
    );
    let plan = plan(first.schema, &OrderPlaced::schema_json())?;
    let old_bytes = written_by_version_1(first.schema, order)?;
    let reader = GenericDatumReader::builder(&old)
        .reader_schema(&current)
        .build()?;

    let mut scratch = Vec::new();
    let mut used = order.clone();
    let (ours, peer) = race(
        || {
            scratch.clear();
            plan.transcode(&old_bytes, &mut scratch).map_err(drop)?;
            used.decode_into(&mut Reader::new(&scratch)).map_err(drop)
        },
        || {
            let value = reader.read_value(&mut old_bytes.as_slice()).map_err(drop)?;
            apache_avro::from_value::<peer::OrderPlaced>(&value).map_err(drop)
        },
    );
    Ok(report(
        "decode with resolution, version 1 to 2",
        ours,
        peer,
        "ns",
        9.0,
    ))
}

/// apache-avro 0.22 cannot resolve decimals, so its side reads the bytes they are made of: less work.
fn without_logical_types(schema: &str) -> Result<Schema, Box<dyn Error>> {
    let mut json: Value = serde_json::from_str(schema)?;
    strip(&mut json);
    Ok(Schema::parse(&json)?)
}

fn strip(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for attribute in ["logicalType", "precision", "scale"] {
                object.remove(attribute);
            }
            object.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

fn plan(writer: &str, reader: &str) -> Result<resolve::Plan, Box<dyn Error>> {
    let parse = |text| schema::parse(text).map_err(|errors| format!("{errors:?}"));
    Ok(resolve::resolve(&parse(writer)?, &parse(reader)?).map_err(|why| format!("{why:?}"))?)
}

/// Version 1 lacks the last two fields, so its bytes are found by reading version 2 with it.
fn written_by_version_1(old: &str, order: &OrderPlaced) -> Result<Vec<u8>, Box<dyn Error>> {
    let (mut bytes, mut old_bytes) = (Vec::new(), Vec::new());
    order.encode(&mut bytes);
    plan(&OrderPlaced::schema_json(), old)?.transcode(&bytes, &mut old_bytes)?;
    Ok(old_bytes)
}

fn order() -> Result<OrderPlaced, Box<dyn Error>> {
    let line = |number: i32| OrderLine {
        sku: format!("NW-{number:04}"),
        name: "Singaporean Hokkien Fried Mee".into(),
        quantity: 10 + number,
        unit_price: Decimal::from_unscaled(1_400),
        discount_percent: 5,
        amount: Decimal::from_unscaled(i128::from(1_330 * (10 + number))),
    };
    Ok(OrderPlaced {
        order_id: "8c6e3a52-7a45-5f2b-9a53-0242ac120002".parse()?,
        customer_id: "VINET".into(),
        customer_email: "vinet@example.com".into(),
        country: "France".into(),
        placed_at: TimestampMillis(1_795_000_000_000),
        currency: "USD".into(),
        total: Decimal::from_unscaled(85_000),
        lines: (1..=5).map(line).collect(),
        attributes: [("campaign".to_owned(), "autumn".to_owned())].into(),
        channel: SalesChannel::Web,
        coupon: Some("WELCOME10".into()),
    })
}
