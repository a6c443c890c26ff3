#if Kafka
    import Cells
    package import Endpoints
    import Events
    import Storage

    /// Copies a topic, by key, to one of another number of partitions, and has the group begin
    /// there with what it knew: all that it has taken is to be repeated, muted, and what it has not
    /// taken comes behind that.
    ///
    /// Nothing of it counts before its last transaction: until then the new topic has control
    /// records and no committed offset, which stops the cells of whoever begins too early.
    ///
    /// The order of the copies follows from the records alone, and each transaction has the next of them. So a run that was
    /// killed is gone on with by another: what is there already is held to what would be written, record by record.
    package final class Repartition {
        /// What came of it.
        package struct Outcome: Sendable, Equatable {
            /// Records that the group had taken, and others.
            package var taken = 0
            package var left = 0
            /// Records that had been rejected as misplaced, and were not copied.
            package var misplaced = 0
            /// The widest distance between the times to which the clock of two partitions had come, in microseconds.
            package var seam: Int64 = 0
        }

        /// How long one request may take, in milliseconds.
        private static let patience = 15_000
        /// How many records are in one transaction.
        private static let transactionMost = 5000

        private let terms: TopicTerms
        private let target: KafkaAddress
        private let count: Int
        private let client: KafkaClient
        private let following: KafkaClient
        private let producer: KafkaProducer
        /// Where copies and control records go; nil until both are there: some brokers make a topic by being asked about it.
        private var topics: (output: KafkaTopic, control: KafkaTopic)?
        private var pending = 0
        /// What a run before has copied, by partition, as far as it was not come to yet.
        private var copied: [Source] = []
        /// Behind the last record that the group had taken, by partition, as far as a run before has copied them.
        private var ends: [Int64]
        /// The partitions to which this run has copied records that the group had taken.
        private var grown: Set<Int> = []
        /// Whether a run before has come to its end: the group has a committed offset there.
        private var isDone = false
        private var outcome = Outcome()

        /// - Parameters:
        ///   - topic: the new topic's name, on the same brokers.
        ///   - count: how many partitions it is to have.
        package init(_ terms: TopicTerms, to topic: String, count: Int) throws(EndpointFault) {
            self.terms = terms
            self.count = count
            ends = Array(repeating: 0, count: count)
            target = KafkaAddress(brokers: terms.input.brokers, topic: topic, group: terms.input.group)
            client = try terms.client(.reading, "repartition")
            following = try terms.client(.following, "repartition")
            let sending = try terms.client(.sending, "repartition")
            producer = KafkaProducer(sending)
        }

        private static func asking<Answer>(
            _ terms: TopicTerms, _ body: () throws(KafkaFault) -> Answer
        ) throws(EndpointFault) -> Answer {
            do throws(KafkaFault) { return try body() } catch {
                throw EndpointFault(
                    .cannotOpen, "\(terms.shown): \(error); see to it that the brokers are there and let journeyd in")
            }
        }

        private func ask<Answer>(_ body: () throws(KafkaFault) -> Answer) throws(EndpointFault) -> Answer {
            try Self.asking(terms, body)
        }

        /// Does it.
        package func run() throws(EndpointFault) -> Outcome {
            let cells = try old()
            try makeTopics()
            topics = try ask { () throws(KafkaFault) in
                (
                    try KafkaTopic(target.topic, of: producer.client),
                    try KafkaTopic(target.controlTopic, of: producer.client)
                )
            }
            // This also ends what a run before had under way.
            try ask { () throws(KafkaFault) in try producer.beginTransactions(milliseconds: Self.patience) }
            let first = ControlRecord(number: 0, offset: 0, content: cells.configuration)
            if try !resumes(from: first.bytes) {
                try transaction { () throws(EndpointFault) in
                    for partition in 0..<count { try send(first, to: partition) }
                }
            }
            try copy(cells.parts, ofTaken: true)
            for partition in grown {
                ends[partition] = try ask { () throws(KafkaFault) in
                    try client.extent(target.topic, partition, milliseconds: Self.patience).upperBound
                }
            }
            try copy(cells.parts, ofTaken: false)
            let clocks = cells.parts.compactMap(\.clock)
            outcome.seam = clocks.max().map { $0.since(clocks.min() ?? $0) } ?? 0
            if isDone { return outcome }
            for source in copied where try source.next() != nil { throw foreign(target.topic) }
            try begin(at: clocks.min())
            return outcome
        }

        /// One transaction more, with which the group has begun there.
        private func begin(at clock: Instant?) throws(EndpointFault) {
            try transaction { () throws(EndpointFault) in
                var places: [(partition: Int, offset: Int64, metadata: String)] = []
                for (partition, end) in ends.enumerated() {
                    var place = CellPlace(offset: end, controls: 1, partitions: count)
                    if let clock {
                        try send(ControlRecord(number: 1, offset: end, content: .time(clock)), to: partition)
                        place.controls = 2
                    }
                    places.append((partition, end, place.metadata(after: nil)))
                }
                try ask { () throws(KafkaFault) in
                    try producer.send(
                        places, of: target.topic, forGroup: terms.group, milliseconds: Self.patience)
                }
            }
        }

        // MARK: What a run before has left

        /// Takes note of what is in the new topics already.
        /// - Parameter first: the control record with which each partition begins.
        /// - Returns: whether those records are there.
        private func resumes(from first: [UInt8]) throws(EndpointFault) -> Bool {
            let input = try ask { () throws(KafkaFault) in try KafkaTopic(target.topic, of: client) }
            let control = try ask { () throws(KafkaFault) in try KafkaTopic(target.controlTopic, of: client) }
            var begun = 0
            for partition in 0..<count {
                let committed = try ask { () throws(KafkaFault) in
                    try following.committed(target.topic, partition, milliseconds: Self.patience)
                }
                if committed != nil { isDone = true }
                copied.append(try Source(client, input, partition, try extent(input, partition), terms))
                let controls = try Source(client, control, partition, try extent(control, partition), terms)
                guard let found = try controls.next() else { continue }
                begun += 1
                if isDone { continue }
                let next = try controls.next()
                if found.value != first || next != nil { throw foreign(control.name) }
            }
            guard begun == 0 || begun == count else { throw foreign(control.name) }
            return begun > 0
        }

        private func extent(_ topic: KafkaTopic, _ partition: Int) throws(EndpointFault) -> Range<Int64> {
            try ask { () throws(KafkaFault) in
                try client.extent(topic.name, partition, milliseconds: Self.patience)
            }
        }

        private func foreign(_ topic: String) -> EndpointFault {
            EndpointFault(
                .badAddress,
                "the topic \(topic) has records that are no copies; delete it, or name another with --to")
        }

        /// Whether a run before has copied a record already, as the next one of its partition.
        private func isCopied(_ record: Source.Record, to partition: Int, isTaken: Bool) throws(EndpointFault) -> Bool {
            if let found = try copied[partition].next() {
                guard found.key == record.key, found.value == record.value else { throw foreign(target.topic) }
                if isTaken { ends[partition] = found.offset + 1 }
                return true
            }
            guard isDone else { return false }
            throw EndpointFault(
                .badAddress,
                "group \(terms.group) has begun with the topic \(target.topic), and \(terms.input.topic) has had more records "
                    + "since; send those to the new topic")
        }

        // MARK: What the group knows

        /// A partition as the group has it.
        private struct Part {
            let partition: Int
            let extent: Range<Int64>
            /// How far it was taken, and among how many partitions its keys were placed until then.
            let place: CellPlace
            /// The time to which the clock had come.
            let clock: Instant?
        }

        private func old() throws(EndpointFault) -> (parts: [Part], configuration: ControlRecord.Content) {
            let input = try ask { () throws(KafkaFault) in try KafkaTopic(terms.input.topic, of: client) }
            let found = try ask { () throws(KafkaFault) in try input.partitionCount(milliseconds: Self.patience) }
            var (parts, configurations): ([Part], [[UInt8]]) = ([], [])
            for partition in 0..<found {
                let extent = try ask { () throws(KafkaFault) in
                    try client.extent(terms.input.topic, partition, milliseconds: Self.patience)
                }
                let committed = try ask { () throws(KafkaFault) in
                    try following.committed(terms.input.topic, partition, milliseconds: Self.patience)
                }
                guard let committed else {
                    let place = CellPlace(offset: extent.lowerBound, controls: 0, partitions: found)
                    parts.append(Part(partition: partition, extent: extent, place: place, clock: nil))
                    continue
                }
                let offset = CommittedOffset(offset: committed.offset, metadata: committed.metadata)
                guard let place = offset.cell?.place else {
                    throw EndpointFault(
                        .badAddress,
                        "\(terms.shown): partition \(partition): the group's committed offset is another program's; name the "
                            + "group that journeyd has")
                }
                let (configuration, first, clock) = try controls(partition, upTo: place)
                if extent.lowerBound > first {
                    throw EndpointFault(
                        .readingFailed,
                        "\(terms.shown): partition \(partition) begins at offset \(extent.lowerBound), and what was before it "
                            + "from \(first) on is known to snapshots only, which belong to this number of partitions; begin "
                            + "with another group")
                }
                configurations.append(configuration)
                parts.append(Part(partition: partition, extent: extent, place: place, clock: clock))
            }
            guard let configuration = configurations.first else {
                throw EndpointFault(
                    .badAddress,
                    "\(terms.shown): group \(terms.group) has taken nothing of it, so there is nothing to keep; begin with a new topic"
                )
            }
            if configurations.contains(where: { $0 != configuration }) {
                throw EndpointFault(
                    .badAddress,
                    "\(terms.shown): its partitions do not follow one configuration; start the group once more, and stop it "
                        + "when all are live")
            }
            return (parts, .configuration(configuration, partitions: count))
        }

        /// What a partition's control records say: what is followed, where they begin, and how far the clock has come.
        private func controls(
            _ partition: Int, upTo place: CellPlace
        ) throws(EndpointFault) -> (configuration: [UInt8], first: Int64, clock: Instant?) {
            var (configuration, first, clock): ([UInt8]?, Int64, Instant?) = (nil, 0, nil)
            let topic = try ask { () throws(KafkaFault) in try KafkaTopic(terms.input.controlTopic, of: client) }
            let extent = try ask { () throws(KafkaFault) in
                try client.extent(terms.input.controlTopic, partition, milliseconds: Self.patience)
            }
            let source = try Source(client, topic, partition, extent, terms)
            while let record = try source.next() {
                guard let found = View.of(record.value ?? [], { ControlRecord($0) }), found.number < place.controls
                else { continue }
                if found.number == 0 { first = found.offset }
                switch found.content {
                case .configuration(let bytes, _): configuration = bytes
                case .time(let time): clock = time
                case .grant: break
                }
            }
            if let configuration { return (configuration, first, clock) }
            throw EndpointFault(
                .readingFailed,
                "\(terms.input.controlTopic): partition \(partition) has no configuration; bring the control topic back, or begin with another group"
            )
        }

        private func makeTopics() throws(EndpointFault) {
            for (topic, keeps) in [(target.topic, false), (target.controlTopic, true)] {
                try ask { () throws(KafkaFault) in
                    try client.make(topic: topic, partitions: count, keeps: keeps, milliseconds: Self.patience)
                }
                let made = try ask { () throws(KafkaFault) in try KafkaTopic(topic, of: client) }
                let found = try ask { () throws(KafkaFault) in
                    try made.partitionCount(milliseconds: Self.patience)
                }
                if found == count { continue }
                throw EndpointFault(
                    .badAddress,
                    "the topic \(topic) is there already, with \(found) partitions; delete it, or name another with --to"
                )
            }
        }

        // MARK: Copying

        /// Copies what was taken, or what was not, in the order of the records' times, so that partitions go along side by
        /// side; what one partition has stays in its order.
        private func copy(_ parts: [Part], ofTaken isTaken: Bool) throws(EndpointFault) {
            let input = try ask { () throws(KafkaFault) in try KafkaTopic(terms.input.topic, of: client) }
            let sources = try parts.map { part throws(EndpointFault) in
                let border = min(max(part.place.offset, part.extent.lowerBound), part.extent.upperBound)
                let range = isTaken ? part.extent.lowerBound..<border : border..<part.extent.upperBound
                return (part, try Source(client, input, part.partition, range, terms))
            }
            var heads: [(part: Part, source: Source, record: Source.Record)] = []
            for (part, source) in sources {
                if let record = try source.next() { heads.append((part, source, record)) }
            }
            while let index = heads.indices.min(by: { heads[$0].record.time < heads[$1].record.time }) {
                let (part, source, record) = heads[index]
                try take(record, of: part, isTaken: isTaken)
                if let next = try source.next() { heads[index].record = next } else { heads.remove(at: index) }
            }
            try commit()
        }

        private func take(_ record: Source.Record, of part: Part, isTaken: Bool) throws(EndpointFault) {
            func home(among count: Int) -> Int? {
                record.key.map { key in View.of(key) { terms.settings.partitioner.partition(of: $0, among: count) } }
            }
            if isTaken, record.value != nil, home(among: part.place.partitions) != part.partition {
                outcome.misplaced += 1
                return
            }
            // What has no key is rejected there as it would have been here.
            let partition = home(among: count) ?? 0
            if isTaken { outcome.taken += 1 } else { outcome.left += 1 }
            if try isCopied(record, to: partition, isTaken: isTaken) { return }
            if isTaken { grown.insert(partition) }
            try begin()
            guard let output = topics?.output else { return }
            let deadline = System.monotonicClock + Int64(Self.patience) * 1_000_000
            while true {
                do throws(KafkaFault) {
                    try Self.view(record.value) { value throws(KafkaFault) in
                        try Self.view(record.key) { key throws(KafkaFault) in
                            try producer.send(value, key: key, time: record.time, to: output, partition)
                        }
                    }
                    break
                } catch {
                    guard error.isFull, System.monotonicClock < deadline else {
                        try ask { () throws(KafkaFault) in throw error }
                        break
                    }
                    producer.makeRoom(milliseconds: 20)
                }
            }
            pending += 1
            if pending == Self.transactionMost { try commit() }
        }

        private static func view(
            _ bytes: [UInt8]?, _ body: (View<UInt8>?) throws(KafkaFault) -> Void
        ) throws(KafkaFault) {
            guard let bytes else { return try body(nil) }
            let result = View.of(bytes) { view in Result { () throws(KafkaFault) in try body(view) } }
            try result.get()
        }

        private func begin() throws(EndpointFault) {
            if pending == 0 { try ask { () throws(KafkaFault) in try producer.begin() } }
        }

        private func commit() throws(EndpointFault) {
            guard pending > 0 else { return }
            pending = 0
            try ask { () throws(KafkaFault) in try producer.commit(milliseconds: Self.patience) }
        }

        private func transaction(_ body: () throws(EndpointFault) -> Void) throws(EndpointFault) {
            try begin()
            pending = 1
            try body()
            try commit()
        }

        private func send(_ record: ControlRecord, to partition: Int) throws(EndpointFault) {
            guard let control = topics?.control else { return }
            let bytes = record.bytes
            let result = View.of(bytes) { view in
                Result { () throws(KafkaFault) in try producer.send(view, to: control, partition) }
            }
            try ask { () throws(KafkaFault) in try result.get() }
        }
    }

    extension Repartition {
        /// The records of a partition from an offset up to before another.
        final class Source {
            struct Record {
                let offset: Int64
                let time: Int64
                let key: [UInt8]?
                let value: [UInt8]?
            }

            private let reader: KafkaReader
            private let topic: KafkaTopic
            private let partition: Int
            private let range: Range<Int64>
            private let terms: TopicTerms
            private var records: ArraySlice<Record> = []
            private var isOver: Bool

            init(
                _ client: KafkaClient, _ topic: KafkaTopic, _ partition: Int, _ range: Range<Int64>,
                _ terms: TopicTerms
            ) throws(EndpointFault) {
                reader = KafkaReader(client)
                (self.topic, self.partition, self.range, self.terms) = (topic, partition, range, terms)
                isOver = range.isEmpty
                if isOver { return }
                try Repartition.asking(terms) { [reader] () throws(KafkaFault) in
                    try reader.start(topic, partition, at: range.lowerBound)
                }
            }

            /// The next record; nil where there is none.
            func next() throws(EndpointFault) -> Record? {
                let deadline = System.monotonicClock + Int64(Repartition.patience) * 1_000_000
                while records.isEmpty, !isOver {
                    if System.monotonicClock > deadline {
                        throw EndpointFault(
                            .readingFailed, "\(topic.name): partition \(partition) cannot be read to its end; try again"
                        )
                    }
                    try fill()
                }
                return records.popFirst()
            }

            private func fill() throws(EndpointFault) {
                var found: [Record] = []
                try reader.poll(milliseconds: 100) { item throws(EndpointFault) in
                    switch item {
                    case .record(_, let offset, let time, let key, let value):
                        if offset < range.upperBound {
                            found.append(
                                Record(offset: offset, time: time ?? 0, key: key?.copied, value: value?.copied))
                        }
                        if offset >= range.upperBound - 1 { isOver = true }
                    case .end(_, let offset): if offset >= range.upperBound { isOver = true }
                    case .fault(_, let fault):
                        try Repartition.asking(terms) { () throws(KafkaFault) in throw fault }
                    }
                }
                records = found[...]
                if isOver { reader.stop(topic, partition) }
            }
        }
    }
#endif
