#if Kafka
    import CRdKafka

    /// Sends records, in transactions where the client's properties have a `transactional.id`.
    @safe
    package final class KafkaProducer: @unchecked Sendable {
        // Sendable: as its client.
        package let client: KafkaClient

        package init(_ client: KafkaClient) { self.client = client }

        /// Makes sure that nobody else of this name has a transaction open, or ever commits one.
        package func beginTransactions(milliseconds: Int) throws(KafkaFault) {
            try check(unsafe kafka_fault_from(rd_kafka_init_transactions(client.client, Int32(milliseconds))))
        }

        /// Begins a transaction.
        package func begin() throws(KafkaFault) {
            try check(unsafe kafka_fault_from(rd_kafka_begin_transaction(client.client)))
        }

        /// Sends a record to a partition. It is copied.
        package func send(_ value: View<UInt8>, key: View<UInt8>? = nil, to topic: KafkaTopic, _ partition: Int)
            throws(KafkaFault)
        {
            let fault = unsafe kafka_send(
                topic.topic, Int32(partition), value.base, value.count, key?.base, key?.count ?? 0)
            try check(fault)
        }

        /// Sends a record to a partition, with its time in milliseconds since 1970. It is copied.
        package func send(
            _ value: View<UInt8>?, key: View<UInt8>?, time: Int64, to topic: KafkaTopic, _ partition: Int
        ) throws(KafkaFault) {
            let fault = unsafe kafka_send_at(
                client.client, topic.name, Int32(partition), value?.base, value?.count ?? 0, key?.base, key?.count ?? 0,
                time)
            try check(fault)
        }

        /// Lets the client work for so many milliseconds at most, where what waits to be sent has no room.
        package func makeRoom(milliseconds: Int) { unsafe _ = rd_kafka_poll(client.client, Int32(milliseconds)) }

        /// How many records wait to be sent, or for an answer.
        package var waitingCount: Int { Int(unsafe kafka_waiting(client.client)) }

        /// Waits until all records are sent; false where that takes longer.
        package func flush(milliseconds: Int) -> Bool {
            unsafe rd_kafka_flush(client.client, Int32(milliseconds)) == RD_KAFKA_RESP_ERR_NO_ERROR
        }

        /// Has the offsets committed with the transaction, for the group of a member, in the generation in which it has its
        /// partitions. One that had none left when it was told of them is refused as brokers would.
        package func send(
            _ offsets: [(partition: Int, offset: Int64, metadata: String)], of topic: String, for member: KafkaMember,
            milliseconds: Int
        ) throws(KafkaFault) {
            guard let standing = unsafe member.standing else { throw KafkaFault(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID) }
            guard let list = unsafe rd_kafka_topic_partition_list_new(Int32(offsets.count)) else { return }
            for place in offsets {
                unsafe kafka_offsets_add(list, topic, Int32(place.partition), place.offset, place.metadata)
            }
            try check(unsafe kafka_send_offsets(client.client, standing, list, Int32(milliseconds)))
        }

        /// Has offsets committed with the transaction for a group that has no members.
        package func send(
            _ offsets: [(partition: Int, offset: Int64, metadata: String)], of topic: String, forGroup group: String,
            milliseconds: Int
        ) throws(KafkaFault) {
            guard let list = unsafe rd_kafka_topic_partition_list_new(Int32(offsets.count)),
                let standing = unsafe rd_kafka_consumer_group_metadata_new(group)
            else { return }
            defer { unsafe rd_kafka_consumer_group_metadata_destroy(standing) }
            for place in offsets {
                unsafe kafka_offsets_add(list, topic, Int32(place.partition), place.offset, place.metadata)
            }
            try check(unsafe kafka_send_offsets(client.client, standing, list, Int32(milliseconds)))
        }

        /// Commits the transaction, once all that was sent in it has been taken. After a retriable
        /// fault it is gone on with by another call.
        package func commit(milliseconds: Int) throws(KafkaFault) {
            try check(unsafe kafka_fault_from(rd_kafka_commit_transaction(client.client, Int32(milliseconds))))
        }

        /// Aborts the transaction; after a retriable fault it is gone on with by another call.
        package func abort(milliseconds: Int) throws(KafkaFault) {
            try check(unsafe kafka_fault_from(rd_kafka_abort_transaction(client.client, Int32(milliseconds))))
        }

        private func check(_ fault: kafka_fault) throws(KafkaFault) {
            if let fault = KafkaFault(fault) { throw fault }
        }
    }
#endif
