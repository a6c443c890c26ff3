import Endpoints

/// The section `kafka`.
enum KafkaKey: String, SectionKey {
    case commit, partitioner, snapshots, properties

    static let about = """
        Topics as inputs and outputs. With this section every budget says how partitions share it (`share`). \
        [kafka.md](kafka.md) says more. These keys take effect at the start of a run.
        """

    /// The longest time for which a transaction may be open, in microseconds.
    static let commitMost: Int64 = 10_000_000

    var entry: KeyEntry {
        switch self {
        case .commit:
            KeyEntry(
                .duration(.positive, upTo: Self.commitMost), usual: .time(KafkaSettings().commit), example: "\"250ms\"",
                "How long a transaction is open at most. Readers of committed lines wait so long.")
        case .partitioner:
            KeyEntry(
                .word(Partitioner.self), usual: .word(KafkaSettings().partitioner), example: "\"crc32\"",
                "How producers find a key's partition: `murmur2` is Java's way, `crc32` librdkafka's.")
        case .snapshots:
            KeyEntry(
                .text, example: "\"/mnt/shared/journeyd\"",
                "The folder in which processes find each other's snapshots.")
        case .properties:
            KeyEntry(
                .named(.either(.text, .object(SecretKey.self))), example: "{ \"security.protocol\": \"SASL_SSL\" }",
                "Properties of librdkafka: up to 64. Passwords stand elsewhere.")
        }
    }
}
