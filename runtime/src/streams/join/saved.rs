//! A join's state, written out and taken back.

use crate::avro::codec::{Codec, Reader};
use crate::streams::state::{Part, Writer};
use crate::streams::{Change, Origin};

use super::sides::{Sides, Touched};
use super::{Join, Kept};

impl<E: Codec + Clone, O: Codec + Clone> Join<E, O> {
    pub(in crate::streams) fn save(&mut self, stream: &str, changes: &mut Vec<Change>) {
        for (number, sides) in &mut self.parts {
            if std::mem::take(&mut sides.dirty) {
                let mut writer = Writer::new(stream, Part::SideTimes, *number, changes);
                let times = [
                    sides.stream_time,
                    sides.min_time,
                    sides.events.observed,
                    sides.others.observed,
                ];
                writer.put(|_| {}, |out| times.iter().for_each(|t| t.encode(out)));
            }
            let mut writer = Writer::new(stream, Part::Side, *number, changes);
            for touched in std::mem::take(&mut sides.changed) {
                sides.write(&touched, &mut writer);
            }
        }
    }

    pub(in crate::streams) fn load(
        &mut self,
        part: Part,
        partition: u32,
        key: &[u8],
        value: &[u8],
    ) {
        let sides = self.parts.entry(partition).or_insert_with(Sides::new);
        let mut value = Reader::new(value);
        if part == Part::SideTimes {
            let mut next = || i64::decode(&mut value).unwrap_or_default();
            sides.stream_time = next();
            sides.min_time = next();
            sides.events.observed = next();
            sides.others.observed = next();
            return;
        }
        let Some((kind, rest)) = key.split_first() else {
            return;
        };
        let mut rest = Reader::new(rest);
        let (time, key) = (i64::decode(&mut rest), read_bytes(&mut rest));
        let (Ok(time), Some(key)) = (time, key) else {
            return;
        };
        match kind {
            0 => sides.events.restore(&key, time, read_all(&mut value)),
            1 => sides.others.restore(&key, time, read_all(&mut value)),
            _ => drop(sides.waiting.insert((time, key), read_all(&mut value))),
        }
    }
}

impl<E: Codec + Clone, O: Codec + Clone> Sides<E, O> {
    fn write(&self, touched: &Touched, writer: &mut Writer<'_>) {
        match touched {
            Touched::Event(key, time) => {
                let all = self.events.by_key.get(key).and_then(|t| t.get(time));
                write_all(writer, 0, *time, key, all);
            }
            Touched::Other(key, time) => {
                let all = self.others.by_key.get(key).and_then(|t| t.get(time));
                write_all(writer, 1, *time, key, all);
            }
            Touched::Waiting(time, key) => {
                let all = self.waiting.get(&(*time, key.clone()));
                write_all(writer, 2, *time, key, all);
            }
        }
    }
}

fn write_all<V: Codec>(
    writer: &mut Writer<'_>,
    kind: u8,
    time: i64,
    key: &[u8],
    all: Option<&Vec<Kept<V>>>,
) {
    let entry = |out: &mut Vec<u8>| {
        out.push(kind);
        time.encode(out);
        write_bytes(key, out);
    };
    let Some(all) = all else {
        return writer.remove(entry);
    };
    writer.put(entry, |out| {
        (all.len() as i64).encode(out);
        for kept in all {
            (kept.origin.ids.len() as i64).encode(out);
            for (source, id) in &kept.origin.ids {
                source.encode(out);
                id.encode(out);
            }
            kept.value.encode(out);
        }
    });
}

fn read_all<V: Codec>(value: &mut Reader<'_>) -> Vec<Kept<V>> {
    let mut all = Vec::new();
    for _ in 0..i64::decode(value).unwrap_or_default() {
        let mut ids = Vec::new();
        for _ in 0..i64::decode(value).unwrap_or_default() {
            if let (Ok(source), Ok(id)) = (String::decode(value), String::decode(value)) {
                ids.push((source, id));
            }
        }
        let Ok(read) = V::decode(value) else {
            return all;
        };
        all.push(Kept {
            value: read,
            origin: Origin { ids },
        });
    }
    all
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    (bytes.len() as i64).encode(out);
    out.extend_from_slice(bytes);
}

fn read_bytes(reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    let bytes = crate::avro::codec::Bytes::decode(reader).ok()?;
    Some(bytes.0)
}
