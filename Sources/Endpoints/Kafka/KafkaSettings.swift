/// What the configuration says about topics as inputs and outputs.
package struct KafkaSettings: Sendable, Equatable {
    /// A property of librdkafka, such as `security.protocol`.
    package struct Property: Sendable, Equatable {
        package let name: String
        package let value: Secret

        package init(name: String, value: Secret) {
            self.name = name
            self.value = value
        }
    }

    /// Microseconds for which a transaction is open at most.
    package var commit: Int64 = 100_000
    /// The folder in which processes find each other's snapshots; nil where each only finds its own.
    package var snapshots: String?
    package var partitioner = Partitioner.murmur2
    /// In the order written.
    package var properties: [Property] = []

    package init() {}

    /// The properties that journeyd sets itself, since exactness depends on them.
    package static let own: Set<String> = [
        "bootstrap.servers", "metadata.broker.list", "group.id", "group.instance.id", "group.protocol",
        "transactional.id", "enable.auto.commit", "auto.commit.enable", "enable.auto.offset.store",
        "auto.offset.reset", "isolation.level", "partition.assignment.strategy", "enable.idempotence",
        "enable.partition.eof", "acks", "request.required.acks", "partitioner",
    ]

    /// The properties whose values are nobody else's business, and so stand elsewhere.
    package static let secret: Set<String> = [
        "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.oauthbearer.client.secret",
    ]
}
