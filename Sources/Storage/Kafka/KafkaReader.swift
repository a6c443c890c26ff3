#if Kafka
    import CRdKafka

    /// Reads partitions of one topic, each from an offset on, without any group.
    @safe
    package final class KafkaReader {
        /// How many records are taken at once.
        private static let batch = 1024

        /// What was read.
        package enum Found {
            /// A record. The views are valid until the next read. `time` is in milliseconds since 1970; nil where the log has
            /// none.
            case record(partition: Int, offset: Int64, time: Int64?, key: View<UInt8>?, value: View<UInt8>?)
            /// A partition ends at this offset, for now.
            case end(partition: Int, offset: Int64)
            case fault(partition: Int, KafkaFault)
        }

        private let client: KafkaClient
        private let queue: OpaquePointer
        private var messages: [UnsafeMutablePointer<rd_kafka_message_t>?]
        /// The messages that were taken and not handed on yet.
        private var next = 0
        private var count = 0

        package init(_ client: KafkaClient) {
            self.client = client
            unsafe queue = rd_kafka_queue_new(client.client)
            unsafe messages = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: Self.batch)
        }

        deinit {
            unsafe drop { _ in true }
            unsafe rd_kafka_queue_destroy(queue)
        }

        /// Has the records of a partition come from an offset on.
        package func start(_ topic: KafkaTopic, _ partition: Int, at offset: Int64) throws(KafkaFault) {
            if let fault = unsafe KafkaFault(kafka_read(topic.topic, Int32(partition), offset, queue)) { throw fault }
        }

        /// Has none come any more, not even what was taken already.
        package func stop(_ topic: KafkaTopic, _ partition: Int) {
            unsafe _ = rd_kafka_consume_stop(topic.topic, Int32(partition))
            unsafe drop { message in
                unsafe message.pointee.partition == Int32(partition) && message.pointee.rkt == topic.topic
            }
        }

        /// Frees those of the waiting messages of which `isGone` holds.
        private func drop(_ isGone: (UnsafeMutablePointer<rd_kafka_message_t>) -> Bool) {
            for index in next..<count {
                guard let message = unsafe messages[index], unsafe isGone(message) else { continue }
                unsafe rd_kafka_message_destroy(message)
                unsafe messages[index] = nil
            }
        }

        /// Hands on what there is, waiting for it for so many milliseconds at most: a batch, and what was left of the one
        /// before where `take` threw.
        /// - Returns: how much there was.
        @discardableResult
        package func poll<Failure: Error>(
            milliseconds: Int, _ take: (Found) throws(Failure) -> Void
        ) throws(Failure) -> Int {
            if next == count { fetch(milliseconds: milliseconds) }
            let first = next
            while next < count {
                let message = unsafe messages[next]
                unsafe messages[next] = nil
                next += 1
                guard let message = unsafe message else { continue }
                defer { unsafe rd_kafka_message_destroy(message) }
                if let found = unsafe found(message) { try take(found) }
            }
            return next - first
        }

        private func fetch(milliseconds: Int) {
            (next, count) = (0, 0)
            count = max(0, unsafe rd_kafka_consume_batch_queue(queue, 0, &messages, Self.batch))
            if count > 0 || milliseconds == 0 { return }
            // The call for several waits until it has them all, and the one for one does not.
            count = max(0, unsafe rd_kafka_consume_batch_queue(queue, Int32(milliseconds), &messages, 1))
        }

        private func found(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Found? {
            let partition = Int(unsafe message.pointee.partition)
            let code = unsafe message.pointee.err
            if code == RD_KAFKA_RESP_ERR__PARTITION_EOF {
                return .end(partition: partition, offset: unsafe message.pointee.offset)
            }
            if code.rawValue != 0 {
                let fault = unsafe KafkaFault(kafka_fault_of(code, kafka_message_text(message)))
                return fault.map { .fault(partition: partition, $0) }
            }
            let time = unsafe kafka_timestamp(message)
            return .record(
                partition: partition, offset: unsafe message.pointee.offset, time: time < 0 ? nil : time,
                key: unsafe view(message.pointee.key, message.pointee.key_len),
                value: unsafe view(message.pointee.payload, message.pointee.len))
        }

        private func view(_ memory: UnsafeMutableRawPointer?, _ size: Int) -> View<UInt8>? {
            guard let memory = unsafe memory else { return nil }
            return unsafe View(base: UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)), count: size)
        }
    }
#endif
