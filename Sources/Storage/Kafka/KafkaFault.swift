#if Kafka
    import CRdKafka

    /// What librdkafka says went wrong.
    package struct KafkaFault: Error, Equatable, Sendable, CustomStringConvertible {
        /// The protocol's code, or a negative one of librdkafka's own.
        package let code: Int32
        /// Nothing that the client does will go well any more.
        package let isFatal: Bool
        /// The same may be asked again.
        package let isRetriable: Bool
        /// The transaction is to be aborted.
        package let requiresAbort: Bool
        package let text: String

        /// What went wrong, if anything did.
        init?(_ fault: kafka_fault) {
            guard fault.code != 0 else { return nil }
            self.init(certain: fault)
        }

        /// What a code means.
        init(_ code: rd_kafka_resp_err_t) { self.init(certain: kafka_fault_of(code, nil)) }

        private init(certain fault: kafka_fault) {
            code = fault.code
            isFatal = fault.is_fatal != 0
            isRetriable = fault.is_retriable != 0
            requiresAbort = fault.requires_abort != 0
            text = unsafe withUnsafeBytes(of: fault.text) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
        }

        /// The name of the code, such as `_TIMED_OUT`.
        package var name: String { unsafe String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(code))) }

        package var description: String { text.isEmpty ? name : "\(text) (\(name))" }

        /// A record lies behind the partition's last one.
        package static let partitionEnd = RD_KAFKA_RESP_ERR__PARTITION_EOF.rawValue
        /// The offset that was asked for is not there.
        package static let noOffset = RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET.rawValue

        /// Another client has this one's name in the cluster.
        package var isFenced: Bool {
            [
                RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
            ].contains { $0.rawValue == code }
        }

        /// The group does not know the member, or not in this generation.
        package var isExpulsion: Bool {
            [
                RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
            ].contains { $0.rawValue == code }
        }

        /// There is no such topic or partition.
        package var isMissingTopic: Bool {
            [
                RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
                RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            ].contains { $0.rawValue == code }
        }

        /// The client is not let in, or may not do this.
        package var isRefusal: Bool {
            [
                RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
                RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
                RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__SSL,
            ].contains { $0.rawValue == code }
        }

        /// There is no room for more of what waits to be sent.
        package var isFull: Bool { code == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue }

        /// The record is larger than the cluster, or the client, takes.
        package var isTooLarge: Bool {
            code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE.rawValue
        }
    }

    /// The properties of a client, as librdkafka names them.
    @safe
    package final class KafkaProperties {
        fileprivate let properties: OpaquePointer

        /// Librdkafka's own values. What it would log is not.
        package init() { unsafe properties = kafka_properties_new() }

        deinit { unsafe rd_kafka_conf_destroy(properties) }

        /// Sets a property. The fault's text has the name, and never a value that is secret: that
        /// is for the caller not to show.
        package func set(_ name: String, _ value: String) throws(KafkaFault) {
            if let fault = unsafe KafkaFault(kafka_properties_set(properties, name, value)) { throw fault }
        }
    }

    /// A client of a cluster, with threads of its own. It is closed with its owner.
    @safe
    package final class KafkaClient: @unchecked Sendable {
        // Sendable: librdkafka's clients may be used by several threads.
        let client: OpaquePointer
        /// Where the client's events come.
        private let events: OpaquePointer

        /// Begins to look for the cluster.
        package init(producer isProducer: Bool, _ properties: KafkaProperties) throws(KafkaFault) {
            var fault = kafka_no_fault()
            let made = unsafe kafka_client_new(isProducer ? 1 : 0, properties.properties, &fault)
            guard let made = unsafe made else {
                throw KafkaFault(fault) ?? KafkaFault(RD_KAFKA_RESP_ERR__FAIL)
            }
            unsafe client = made
            unsafe events = rd_kafka_queue_get_main(made)
        }

        deinit {
            unsafe rd_kafka_queue_destroy(events)
            unsafe rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        }

        /// The latest fault that the client was told of since this was asked last, such as a broker that is not there.
        package func toldFault() -> KafkaFault? { unsafe KafkaFault(kafka_told_fault(events)) }

        /// What made the client useless, if anything did.
        package var fatalFault: KafkaFault? { unsafe KafkaFault(kafka_fatal_fault(client)) }

        /// Makes a topic where there is none of that name.
        /// - Parameters:
        ///   - copies: how many brokers have it; -1 for what the cluster usually does.
        ///   - keeps: whether what stands in it is never dropped.
        package func make(topic: String, partitions: Int, copies: Int = -1, keeps: Bool, milliseconds: Int)
            throws(KafkaFault)
        {
            let fault = unsafe kafka_topic_make(
                client, topic, Int32(partitions), Int32(copies), keeps ? 1 : 0, Int32(milliseconds))
            if let fault = KafkaFault(fault) { throw fault }
        }

        /// The offsets from a partition's first record up to behind its last.
        package func extent(_ topic: String, _ partition: Int, milliseconds: Int) throws(KafkaFault) -> Range<Int64> {
            var (first, end): (Int64, Int64) = (0, 0)
            let fault = unsafe kafka_extent(client, topic, Int32(partition), Int32(milliseconds), &first, &end)
            if let fault = KafkaFault(fault) { throw fault }
            return first..<max(first, end)
        }

        /// How many members a consumer group has.
        package func memberCount(of group: String, milliseconds: Int) throws(KafkaFault) -> Int {
            var fault = kafka_no_fault()
            let count = unsafe kafka_member_count(client, group, Int32(milliseconds), &fault)
            if let fault = KafkaFault(fault) { throw fault }
            return Int(count)
        }

        /// Where a partition that is read ends, by what came last; nil where that is not known.
        package func knownEnd(_ topic: String, _ partition: Int) -> Int64? {
            let end = unsafe kafka_known_end(client, topic, Int32(partition))
            return end < 0 ? nil : end
        }
    }

    /// A topic as one client names it.
    @safe
    package final class KafkaTopic: @unchecked Sendable {
        // Sendable: as its client.
        let topic: OpaquePointer
        let client: KafkaClient
        package let name: String

        package init(_ name: String, of client: KafkaClient) throws(KafkaFault) {
            guard let made = unsafe rd_kafka_topic_new(client.client, name, nil) else {
                throw KafkaFault(rd_kafka_last_error())
            }
            unsafe topic = made
            self.client = client
            self.name = name
        }

        deinit { unsafe rd_kafka_topic_destroy(topic) }

        /// How many partitions it has; 0 where there is no such topic.
        package func partitionCount(milliseconds: Int) throws(KafkaFault) -> Int {
            var fault = kafka_no_fault()
            let count = unsafe kafka_partition_count(client.client, topic, Int32(milliseconds), &fault)
            if let fault = KafkaFault(fault) { throw fault }
            return Int(count)
        }
    }
#endif
