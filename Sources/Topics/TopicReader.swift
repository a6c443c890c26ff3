#if Kafka
    package import Cells
    package import Endpoints
    import Events
    import Storage

    /// The input and the control topic by librdkafka, each partition from an offset of its own on.
    /// One thread uses it.
    package final class TopicReader: PartitionLog {
        /// How long one request may take, in milliseconds.
        private static let patience = 5000
        /// How long, in nanoseconds, the number of partitions is taken for known.
        private static let countLife: Int64 = 2_000_000_000

        private let shown: String
        let client: KafkaClient
        let input: KafkaTopic
        private let control: KafkaTopic
        private let reader: KafkaReader
        /// Looks at single records and at the control topic, beside what is read.
        private let looker: KafkaReader
        /// The partitions of which records come.
        private(set) var started: Set<Int> = []
        private var count: (number: Int, time: Int64)?

        /// A reader of the topics that terms name.
        /// - Parameter prepare: sees to it that the topics are there, once the input was looked
        ///   for: some brokers make a topic by being asked about it, with as many partitions as
        ///   they like.
        init(
            _ terms: TopicTerms, _ instance: String,
            prepare: (KafkaClient, KafkaTopic) throws(EndpointFault) -> Void = { _, _ in }
        ) throws(EndpointFault) {
            shown = terms.shown
            let client = try terms.client(.reading, instance)
            self.client = client
            let input = try terms.opened { () throws(KafkaFault) in try KafkaTopic(terms.input.topic, of: client) }
            self.input = input
            try prepare(client, input)
            control = try terms.opened { () throws(KafkaFault) in
                try KafkaTopic(terms.input.controlTopic, of: client)
            }
            (reader, looker) = (KafkaReader(client), KafkaReader(client))
        }

        /// A reader that belongs to no process of the group.
        package convenience init(_ terms: TopicTerms) throws(EndpointFault) {
            try self.init(terms, terms.input.instance ?? "reader")
        }

        /// What an answer comes to; a fault says whether it is to be asked for again.
        func ask<Answer>(_ body: () throws(KafkaFault) -> Answer) throws(BrokerFault) -> Answer {
            do throws(KafkaFault) {
                return try body()
            } catch {
                if error.isFatal || error.isRefusal { throw .ended("\(shown): \(error)") }
                throw .again("\(client.toldFault() ?? error)")
            }
        }

        /// See `PartitionLog`.
        package func partitionCount() throws(BrokerFault) -> Int {
            let now = System.monotonicClock
            if let count, now - count.time < Self.countLife { return count.number }
            let number = try ask { () throws(KafkaFault) in try input.partitionCount(milliseconds: Self.patience) }
            if number == 0 { throw .again("there is no topic \(input.name)") }
            count = (number, now)
            return number
        }

        /// See `PartitionLog`.
        package func mark(_ partition: Int, at offset: Int64) throws(BrokerFault) -> RecordMark? {
            var mark: RecordMark?
            _ = try look(at: input, partition, from: offset) { found, time, value in
                if found == offset { mark = RecordMark(offset: found, time: time, size: value?.count) }
                return false
            }
            return mark
        }

        /// See `PartitionLog`.
        package func extent(_ partition: Int) throws(BrokerFault) -> Range<Int64> {
            try ask { () throws(KafkaFault) in
                try client.extent(input.name, partition, milliseconds: Self.patience)
            }
        }

        /// See `PartitionLog`.
        package func controls(
            _ partition: Int, from offset: Int64
        ) throws(BrokerFault) -> (records: [[UInt8]], end: Int64) {
            let extent = try ask { () throws(KafkaFault) in
                try client.extent(control.name, partition, milliseconds: Self.patience)
            }
            if offset >= extent.upperBound { return ([], extent.upperBound) }
            var records: [[UInt8]] = []
            let end = try look(at: control, partition, from: max(offset, extent.lowerBound)) { _, _, value in
                // A record without a value is none of journeyd's, and is told of as such.
                records.append(value?.copied ?? [])
                return true
            }
            return (records, end ?? extent.upperBound)
        }

        /// Looks through a partition's records from an offset on, as long as `take` wants more.
        /// - Returns: where it ends; nil where that was not come to.
        private func look(
            at topic: KafkaTopic, _ partition: Int, from offset: Int64,
            _ take: (_ offset: Int64, _ time: Instant, _ value: View<UInt8>?) -> Bool
        ) throws(BrokerFault) -> Int64? {
            let deadline = System.monotonicClock + Int64(Self.patience) * 1_000_000
            try ask { () throws(KafkaFault) in try looker.start(topic, partition, at: offset) }
            defer { looker.stop(topic, partition) }
            var (end, wantsMore): (Int64?, Bool) = (nil, true)
            while end == nil, wantsMore {
                try looker.poll(milliseconds: 50) { found throws(BrokerFault) in
                    switch found {
                    case .record(_, let offset, let time, _, let value):
                        if wantsMore { wantsMore = take(offset, Instant(microseconds: (time ?? 0) * 1000), value) }
                    case .end(_, let offset): end = offset
                    case .fault(_, let fault): throw .again("\(topic.name): \(fault)")
                    }
                }
                if end == nil, wantsMore, System.monotonicClock > deadline {
                    throw .again("\(topic.name): partition \(partition) cannot be read to its end")
                }
            }
            return end
        }

        /// See `PartitionLog`.
        package func start(_ partition: Int, at offset: Int64) throws(BrokerFault) {
            stop(partition)
            try ask { () throws(KafkaFault) in try reader.start(input, partition, at: offset) }
            started.insert(partition)
        }

        /// See `PartitionLog`.
        package func stop(_ partition: Int) {
            if started.remove(partition) != nil { reader.stop(input, partition) }
        }

        /// Has none come any more of any partition.
        func stopAll() {
            for partition in started { reader.stop(input, partition) }
            started = []
        }

        /// Where a partition ends by what came last; nil where that is not known.
        package func knownEnd(_ partition: Int) -> Int64? { client.knownEnd(input.name, partition) }

        /// See `PartitionLog`.
        package func read(
            milliseconds: Int, _ take: (BrokerEvent) throws(BrokerFault) -> Void
        ) throws(BrokerFault) {
            try reader.poll(milliseconds: milliseconds) { found throws(BrokerFault) in
                switch found {
                case .record(let partition, let offset, let time, let key, let value):
                    guard started.contains(partition) else { return }
                    guard let time else {
                        let words = "its records have no timestamps; have the brokers or the producers set them"
                        return try take(.fault(partition: partition, "partition \(partition): \(words)"))
                    }
                    try take(
                        .record(
                            partition: partition, offset: offset, time: Instant(microseconds: time * 1000), key: key,
                            value: value))
                case .end(let partition, let offset):
                    if started.contains(partition) { try take(.end(partition: partition, offset: offset)) }
                case .fault(let partition, let fault):
                    if let words = words(fault, partition) { try take(.fault(partition: partition, words)) }
                }
            }
        }

        /// Why a partition can be read no more, in words; nil where it will be.
        private func words(_ fault: KafkaFault, _ partition: Int) -> String? {
            if fault.code == KafkaFault.noOffset {
                return "partition \(partition): the log does not have the next record any more: \(fault.text); it was "
                    + "deleted, or the log lost data; keep it for longer, and begin with another group"
            }
            if fault.isMissingTopic {
                return
                    "partition \(partition): it is not there any more: \(fault); bring the topic back, or begin with "
                    + "another group"
            }
            if fault.isRefusal { return "partition \(partition): it cannot be read: \(fault)" }
            return nil
        }
    }
#endif
