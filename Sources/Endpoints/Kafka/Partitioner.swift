package import Storage

/// How producers find the partition of a key. What stands in another one is misplaced.
package enum Partitioner: String, CaseIterable, Sendable {
    /// That of Kafka's Java client: 32-bit MurmurHash2, whose sign is masked off.
    case murmur2
    /// That of librdkafka (`consistent`): the CRC-32 of zlib and Ethernet.
    case crc32

    /// The partition of a key, of so many; at least one.
    package func partition(of key: View<UInt8>, among count: Int) -> Int {
        precondition(count > 0, "a topic has a partition")
        switch self {
        case .murmur2: return Int(Partitioner.murmur2(key) & 0x7FFF_FFFF) % count
        case .crc32: return Int(Partitioner.crc32(key)) % count
        }
    }

    /// MurmurHash2 as Kafka's clients have it, with their seed.
    static func murmur2(_ key: View<UInt8>) -> UInt32 {
        let factor: UInt32 = 0x5BD1_E995
        var hash = 0x9747_B28C ^ UInt32(truncatingIfNeeded: key.count)
        let whole = key.count & ~3
        for start in stride(from: 0, to: whole, by: 4) {
            var word: UInt32 = 0
            for index in 0..<4 { word |= UInt32(key[start + index]) << UInt32(8 * index) }
            word &*= factor
            word ^= word >> 24
            word &*= factor
            hash &*= factor
            hash ^= word
        }
        if key.count > whole {
            for index in 0..<key.count - whole { hash ^= UInt32(key[whole + index]) << UInt32(8 * index) }
            hash &*= factor
        }
        hash ^= hash >> 13
        hash &*= factor
        hash ^= hash >> 15
        return hash
    }

    /// CRC-32 (IEEE 802.3), least significant bit first.
    static func crc32(_ key: View<UInt8>) -> UInt32 {
        var sum = UInt32.max
        for index in 0..<key.count { sum = sum >> 8 ^ table[Int((sum ^ UInt32(key[index])) & 0xFF)] }
        return ~sum
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
}
