//! Which partition a key belongs to: Java's default, `murmur2_random` in librdkafka.

/// The partition of a key among `partitions`, as Java's `DefaultPartitioner` has it.
pub fn partition_of(key: &[u8], partitions: u32) -> u32 {
    (murmur2(key) & 0x7fff_ffff) % partitions.max(1)
}

/// `org.apache.kafka.common.utils.Utils.murmur2`.
pub fn murmur2(data: &[u8]) -> u32 {
    const SEED: u32 = 0x9747_b28c;
    const M: u32 = 0x5bd1_e995;
    let mut h = SEED ^ data.len() as u32;
    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        let mut k = u32::from_le_bytes(*word).wrapping_mul(M);
        k = (k ^ (k >> 24)).wrapping_mul(M);
        h = h.wrapping_mul(M) ^ k;
    }
    for (i, byte) in rest.iter().enumerate() {
        h ^= u32::from(*byte) << (8 * i);
    }
    if !rest.is_empty() {
        h = h.wrapping_mul(M);
    }
    h = (h ^ (h >> 13)).wrapping_mul(M);
    h ^ (h >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key, `Utils.murmur2` and the partition of 12, as kafka-clients 4.4.0 has them.
    const JAVA: &[(&str, i32, u32)] = &[
        ("", 275_646_681, 9),
        ("a", -1_563_381_124, 4),
        ("ab", 316_155_434, 2),
        ("abc", 479_470_107, 3),
        ("abcd", -1_323_649_548, 8),
        ("abcde", 461_995_741, 1),
        ("21", -973_932_308, 0),
        ("foobar", -790_332_482, 6),
        ("order-1", 1_221_710_326, 10),
        ("a-little-bit-long-string", -985_981_536, 8),
        ("a-little-bit-longer-string", -1_486_304_829, 11),
        (
            "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8",
            -58_897_971,
            5,
        ),
        ("São João", -1_736_894_084, 0),
        ("0190f5fe-7c3a-7b2e-9a51-3f1f0a6b2c4d", -1_954_101_296, 0),
    ];

    #[test]
    fn hashes_and_partitions_are_java_s() {
        for (key, hash, partition) in JAVA {
            assert_eq!(murmur2(key.as_bytes()).cast_signed(), *hash, "{key}");
            assert_eq!(partition_of(key.as_bytes(), 12), *partition, "{key}");
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(murmur2(&all).cast_signed(), -1_948_347_274);
    }
}
