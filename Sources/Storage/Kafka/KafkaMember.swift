#if Kafka
    import CRdKafka

    /// A member of a consumer group, which reads nothing itself.
    @safe
    package final class KafkaMember {
        /// What a member is told.
        package enum Told: Equatable {
            case nothing
            /// These partitions are its own; `takeAssignment` says that it knows.
            case assigned([Int])
            /// Its partitions are to be given back with `giveBack`.
            case revoked
            /// Its partitions are another's already; `giveBack` says that it knows.
            case lost
            case fault(KafkaFault)
        }

        /// More partitions than any topic has.
        private static let partitionsMost = 10_000
        package let client: KafkaClient
        private let group: String
        private let instance: String?
        private let topic: String
        private let queue: OpaquePointer
        /// As which member of which generation it has its partitions; nil where it was none any more when it was told. Taken
        /// with the assignment: librdkafka forgets both in the background as soon as it notices that the member was dropped,
        /// and brokers take commits of nobody's generation unchecked.
        private(set) var standing: OpaquePointer?
        private var partitions = [Int32](repeating: 0, count: partitionsMost)

        /// Joins the group that the client's properties name, for one topic.
        /// - Parameters:
        ///   - group: the group's name, as the properties have it.
        ///   - instance: the name that the member keeps there; nil where the properties have none.
        package init(_ client: KafkaClient, group: String, instance: String?, topic: String) throws(KafkaFault) {
            (self.client, self.group, self.instance, self.topic) = (client, group, instance, topic)
            guard let queue = unsafe rd_kafka_queue_get_consumer(client.client) else {
                throw KafkaFault(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP)
            }
            unsafe self.queue = queue
            if let fault = unsafe KafkaFault(kafka_subscribe(client.client, topic)) { throw fault }
        }

        deinit {
            unsafe rd_kafka_queue_destroy(queue)
            if let standing = unsafe standing { unsafe rd_kafka_consumer_group_metadata_destroy(standing) }
        }

        /// What it is told next, waiting for that so many milliseconds at most. To be asked often: who does not ask is taken
        /// for dead.
        package func poll(milliseconds: Int) -> Told {
            var count: Int32 = 0
            var fault = kafka_no_fault()
            let told = unsafe kafka_group_poll(
                client.client, queue, Int32(milliseconds), &partitions, Int32(partitions.count), &count, &fault)
            switch kafka_told(UInt32(told)) {
            case KAFKA_ASSIGNED: return .assigned(partitions.prefix(Int(count)).map { Int($0) })
            case KAFKA_REVOKED: return .revoked
            case KAFKA_LOST: return .lost
            case KAFKA_FAULT: return KafkaFault(fault).map { .fault($0) } ?? .nothing
            default: return .nothing
            }
        }

        /// Takes note of the partitions that were assigned, and of the generation in which they were.
        package func takeAssignment() throws(KafkaFault) {
            if let standing = unsafe standing { unsafe rd_kafka_consumer_group_metadata_destroy(standing) }
            unsafe standing = kafka_standing(client.client, group, instance)
            if let fault = unsafe KafkaFault(kafka_take_assignment(client.client)) { throw fault }
        }

        /// Leaves the group, even where the member has a name of its own there, and joins it again.
        /// What it had is to be given back when it is told so.
        package func rejoin() throws(KafkaFault) {
            if let fault = unsafe KafkaFault(kafka_unsubscribe(client.client)) { throw fault }
            if let fault = unsafe KafkaFault(kafka_subscribe(client.client, topic)) { throw fault }
        }

        /// Gives all partitions back.
        package func giveBack() throws(KafkaFault) {
            if let fault = unsafe KafkaFault(kafka_give_back(client.client)) { throw fault }
        }

        /// What the group has committed for a partition; nil for nothing.
        package func committed(_ topic: String, _ partition: Int, milliseconds: Int) throws(KafkaFault) -> (
            offset: Int64, metadata: String
        )? { try client.committed(topic, partition, milliseconds: milliseconds) }

        /// Leaves the group, where the member has no name of its own there. What it is told
        /// meanwhile is to be polled on another thread, or was.
        package func close() { unsafe _ = rd_kafka_consumer_close(client.client) }
    }

    extension KafkaClient {
        /// The longest metadata beside an offset that is looked at.
        private static let metadataMost = 4096

        /// What the group that the client's properties name has committed for a partition; nil for nothing.
        package func committed(_ topic: String, _ partition: Int, milliseconds: Int) throws(KafkaFault) -> (
            offset: Int64, metadata: String
        )? {
            var metadata = [CChar](repeating: 0, count: Self.metadataMost)
            var size = 0
            var fault = kafka_no_fault()
            let offset = unsafe kafka_committed(
                client, topic, Int32(partition), Int32(milliseconds), &metadata, metadata.count, &size, &fault)
            if let fault = KafkaFault(fault) { throw fault }
            if offset < 0 { return nil }
            return (offset, String(decoding: metadata.prefix(size).map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
    }
#endif
