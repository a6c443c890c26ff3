#if Kafka
    package import Cells
    package import Endpoints
    package import Events
    package import Expressions
    import Storage

    /// The log by librdkafka: a member of the input's group, a reader of its partitions, and one
    /// transactional producer.
    ///
    /// The member only says whose the partitions are; what is in them comes by the reader, so that
    /// a cell begins at its own offset. One thread uses it.
    package final class TopicBroker: CellBroker {
        /// How long one request may take, in milliseconds.
        private static let patience = 5000
        /// How long it is waited for that a predecessor's transaction is over; other cells wait meanwhile.
        private static let committedPatience = 1000
        /// How long the cluster is looked for at the start.
        private static let firstPatience = 15_000
        /// How long, in nanoseconds, the number of partitions is taken for known.
        private static let countLife: Int64 = 2_000_000_000
        /// How long, in nanoseconds, the process stays in the group at least before it leaves it to join it again.
        private static let rejoinPause: Int64 = 1_000_000_000

        private let terms: TopicTerms
        /// The name under which the process has transactions.
        package let transactionalName: String
        private let reading: KafkaClient
        private let reader: KafkaReader
        private let controlReader: KafkaReader
        private let input: KafkaTopic
        private let control: KafkaTopic
        private let member: KafkaMember
        private let producer: KafkaProducer
        private let sentControl: KafkaTopic
        private var routes: [TopicRoute]
        private var started: Set<Int> = []
        /// Whether records are taken; else they wait at the brokers, so that memory does not grow.
        package var takesRecords = true
        private var count: (number: Int, time: Int64)?
        /// How far a transaction has come.
        private var isInTransaction = false
        private var hasOffsets = false
        /// Whether it was to be committed, and nobody knows yet what came of that: librdkafka does nothing else before.
        private var isCommitting = false
        /// How many assignments there were. What the group calls them the member keeps.
        private var generation = 0
        /// When the process left the group last to join it again.
        private var rejoined: Int64?

        /// Looks for the cluster, makes the topics that are missing, joins the group, and ends
        /// transactions of whoever had the process's name before.
        package init(_ terms: TopicTerms, zone: @escaping @Sendable (String) -> Zone?) throws(EndpointFault) {
            self.terms = terms
            let instance = terms.input.instance ?? "\(System.processNumber)-\(Instant.now.microseconds)"
            transactionalName = Self.transactionalName(terms, instance)
            let reading = try Self.client(terms, .reading, instance)
            let sending = try Self.client(terms, .sending, instance)
            func topic(_ name: String, of client: KafkaClient) throws(EndpointFault) -> KafkaTopic {
                try Self.opened(terms) { () throws(KafkaFault) in try KafkaTopic(name, of: client) }
            }
            (self.reading, reader, controlReader) = (reading, KafkaReader(reading), KafkaReader(reading))
            input = try topic(terms.input.topic, of: reading)
            // Some brokers make a topic by being asked about it, with as many partitions as they like.
            try Self.makeTopics(terms, reading, input)
            control = try topic(terms.input.controlTopic, of: reading)
            let producer = KafkaProducer(sending)
            self.producer = producer
            sentControl = try topic(terms.input.controlTopic, of: sending)
            routes = []
            for output in terms.outputs {
                routes.append(TopicRoute(try topic(output.topic, of: sending), output.plan, zone: zone))
            }
            let following = try Self.client(terms, .following, instance)
            member = try Self.opened(terms) { () throws(KafkaFault) in
                try producer.beginTransactions(milliseconds: Self.firstPatience)
                return try KafkaMember(
                    following, group: terms.group, instance: terms.input.instance, topic: terms.input.topic)
            }
        }

        /// What opening something comes to; a fault says what was to be opened.
        private static func opened<Opened>(
            _ terms: TopicTerms, by client: KafkaClient? = nil, _ body: () throws(KafkaFault) -> Opened
        ) throws(EndpointFault) -> Opened {
            do throws(KafkaFault) {
                return try body()
            } catch {
                throw EndpointFault(
                    .cannotOpen,
                    "\(terms.shown): \(client?.toldFault() ?? error); see to it that the brokers are there and let journeyd in"
                )
            }
        }

        static func client(
            _ terms: TopicTerms, _ role: Role, _ instance: String
        ) throws(EndpointFault) -> KafkaClient {
            let properties = try properties(terms, role, instance)
            return try opened(terms) { () throws(KafkaFault) in
                try KafkaClient(producer: role == .sending, properties)
            }
        }

        /// Leaves the group, where the process has no name of its own there.
        package func close() {
            for partition in started { reader.stop(input, partition) }
            started = []
            member.close()
        }

        // MARK: Opening

        private static func transactionalName(_ terms: TopicTerms, _ instance: String) -> String {
            "\(terms.group)-\(instance)"
        }

        enum Role { case reading, following, sending }

        private static func properties(
            _ terms: TopicTerms, _ role: Role, _ instance: String
        ) throws(EndpointFault) -> KafkaProperties {
            let properties = KafkaProperties()
            var own = ["bootstrap.servers": terms.input.bootstrap]
            // What the configuration may say otherwise.
            var usual = ["client.id": "journeyd"]
            switch role {
            case .reading:
                own["isolation.level"] = "read_committed"
                own["enable.partition.eof"] = "true"
                own["enable.auto.commit"] = "false"
                own["auto.offset.reset"] = "error"
                own["allow.auto.create.topics"] = "false"
                usual["fetch.wait.max.ms"] = "100"
                // What waits to be taken, of each partition. More costs memory, and the time to get it from the system.
                usual["queued.max.messages.kbytes"] = "4096"
                usual["fetch.error.backoff.ms"] = "100"
            case .following:
                own["isolation.level"] = "read_committed"
                own["enable.auto.commit"] = "false"
                own["enable.auto.offset.store"] = "false"
                own["group.id"] = terms.group
                own["partition.assignment.strategy"] = "range"
                if let name = terms.input.instance { own["group.instance.id"] = name }
            case .sending:
                own["transactional.id"] = transactionalName(terms, instance)
                own["enable.idempotence"] = "true"
                usual["transaction.timeout.ms"] = "10000"
                usual["linger.ms"] = "0"
                usual["message.max.bytes"] = "16000000"
            }
            for (name, value) in usual.sorted(by: { $0.key < $1.key }) { try set(name, value, in: properties) }
            for property in terms.settings.properties {
                let path = "kafka.properties.\(property.name)"
                let value = try property.value.reveal(path)
                do throws(KafkaFault) {
                    try properties.set(property.name, value)
                } catch {
                    let isSecret = KafkaSettings.secret.contains(property.name)
                    throw EndpointFault(
                        .cannotOpen,
                        isSecret ? "\(path): librdkafka does not take the value" : "\(path): \(error.text)")
                }
            }
            for (name, value) in own.sorted(by: { $0.key < $1.key }) { try set(name, value, in: properties) }
            return properties
        }

        private static func set(
            _ name: String, _ value: String, in properties: KafkaProperties
        ) throws(EndpointFault) {
            do throws(KafkaFault) {
                try properties.set(name, value)
            } catch {
                throw EndpointFault(.cannotOpen, "\(name): \(error.text)")
            }
        }

        private static func makeTopics(
            _ terms: TopicTerms, _ client: KafkaClient, _ input: KafkaTopic
        ) throws(EndpointFault) {
            let wanted = try opened(terms, by: client) { () throws(KafkaFault) in
                try input.partitionCount(milliseconds: firstPatience)
            }
            if wanted == 0 {
                throw EndpointFault(
                    .cannotOpen,
                    "\(terms.shown): there is no topic of that name; make it, with as many partitions as it is ever to have"
                )
            }
            for name in [terms.input.controlTopic] + terms.outputs.map(\.topic) {
                let found = try opened(terms, by: client) { () throws(KafkaFault) in
                    var reason: KafkaFault?
                    do throws(KafkaFault) {
                        try client.make(
                            topic: name, partitions: wanted, keeps: name == terms.input.controlTopic,
                            milliseconds: patience)
                    } catch {
                        // It may be there all the same, made by somebody who may.
                        reason = error
                    }
                    let found = try KafkaTopic(name, of: client).partitionCount(milliseconds: patience)
                    if found == 0, let reason { throw reason }
                    return found == 0 ? wanted : found
                }
                if found == wanted { continue }
                if name == terms.input.controlTopic {
                    throw EndpointFault(
                        .cannotOpen,
                        "\(terms.shown) has \(wanted) partitions, and had \(found) when the group began; customers are on others "
                            + "now, so have journeyd repartition copy the records, by their keys, to a topic of as many as "
                            + "there are to be")
                }
                throw EndpointFault(
                    .cannotOpen,
                    "the topic \(name) has \(found) partitions, and \(terms.input.topic) has \(wanted); what follows from a "
                        + "partition goes to the one of the same number, so both must have as many")
            }
        }

        // MARK: The group

        /// See `CellBroker`.
        package func poll(
            milliseconds: Int, _ take: (BrokerEvent) throws(BrokerFault) -> Void
        ) throws(BrokerFault) {
            let reads = takesRecords && !started.isEmpty
            try follow(milliseconds: reads ? 0 : milliseconds, take)
            guard reads, !started.isEmpty else { return }
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

        private func follow(
            milliseconds: Int, _ take: (BrokerEvent) throws(BrokerFault) -> Void
        ) throws(BrokerFault) {
            switch member.poll(milliseconds: milliseconds) {
            case .nothing: break
            case .assigned(let partitions):
                try membership { () throws(KafkaFault) in try member.takeAssignment() }
                generation += 1
                try take(.assigned(partitions, generation: generation))
            case .revoked: try give(.revoked, take)
            case .lost: try give(.lost, take)
            case .fault(let fault):
                if fault.isFenced { throw .ended("another process is \(name) in the group now: \(fault)") }
                if fault.isFatal || fault.isRefusal { throw .ended("\(terms.shown): \(fault)") }
            }
            if let fault = member.client.fatalFault {
                throw .ended("another process is \(name) in the group now, or the group is gone: \(fault)")
            }
        }

        /// See `CellBroker`.
        package func rejoin() throws(BrokerFault) {
            // This also tells whether another process has the name by now.
            try abort()
            let now = System.monotonicClock
            if let rejoined, now - rejoined < Self.rejoinPause {
                throw .again("the group takes no commits of this process, which has only just joined it again")
            }
            rejoined = now
            for partition in started { reader.stop(input, partition) }
            started = []
            try membership { () throws(KafkaFault) in try member.rejoin() }
        }

        private var name: String { terms.input.instance.map { "instance \($0)" } ?? "this one" }

        private func give(_ event: BrokerEvent, _ take: (BrokerEvent) throws(BrokerFault) -> Void) throws(BrokerFault) {
            let result = Result { () throws(BrokerFault) in try take(event) }
            for partition in started { reader.stop(input, partition) }
            started = []
            try membership { () throws(KafkaFault) in try member.giveBack() }
            try result.get()
        }

        private func membership(_ body: () throws(KafkaFault) -> Void) throws(BrokerFault) {
            do throws(KafkaFault) { try body() } catch { throw .ended("\(terms.shown): the group: \(error)") }
        }

        // MARK: What is asked

        private func ask<Answer>(_ body: () throws(KafkaFault) -> Answer) throws(BrokerFault) -> Answer {
            do throws(KafkaFault) {
                return try body()
            } catch {
                if error.isFatal || error.isRefusal { throw .ended("\(terms.shown): \(error)") }
                throw .again("\(reading.toldFault() ?? error)")
            }
        }

        /// See `CellBroker`.
        package func partitionCount() throws(BrokerFault) -> Int {
            let now = System.monotonicClock
            if let count, now - count.time < Self.countLife { return count.number }
            let number = try ask { () throws(KafkaFault) in try input.partitionCount(milliseconds: Self.patience) }
            if number == 0 { throw .again("there is no topic \(terms.input.topic)") }
            count = (number, now)
            return number
        }

        /// See `CellBroker`.
        package func committed(_ partition: Int) throws(BrokerFault) -> CommittedOffset? {
            try ask { () throws(KafkaFault) in
                try member.committed(terms.input.topic, partition, milliseconds: Self.committedPatience).map {
                    CommittedOffset(offset: $0.offset, metadata: $0.metadata)
                }
            }
        }

        /// See `CellBroker`.
        package func extent(_ partition: Int) throws(BrokerFault) -> Range<Int64> {
            try ask { () throws(KafkaFault) in
                try reading.extent(terms.input.topic, partition, milliseconds: Self.patience)
            }
        }

        /// See `CellBroker`.
        package func controls(
            _ partition: Int, from offset: Int64
        ) throws(BrokerFault) -> (records: [[UInt8]], end: Int64) {
            let extent = try ask { () throws(KafkaFault) in
                try reading.extent(control.name, partition, milliseconds: Self.patience)
            }
            if offset >= extent.upperBound { return ([], extent.upperBound) }
            let deadline = System.monotonicClock + Int64(Self.patience) * 1_000_000
            try ask { () throws(KafkaFault) in
                try controlReader.start(control, partition, at: max(offset, extent.lowerBound))
            }
            defer { controlReader.stop(control, partition) }
            var records: [[UInt8]] = []
            var end: Int64?
            while end == nil {
                try controlReader.poll(milliseconds: 50) { found throws(BrokerFault) in
                    switch found {
                    // A record without a value is none of journeyd's, and is told of as such.
                    case .record(_, _, _, _, let value): records.append(value?.copied ?? [])
                    case .end(_, let offset): end = offset
                    case .fault(_, let fault): throw .again("\(control.name): \(fault)")
                    }
                }
                if end == nil, System.monotonicClock > deadline {
                    throw .again("\(control.name): partition \(partition) cannot be read to its end")
                }
            }
            return (records, end ?? extent.upperBound)
        }

        /// See `CellBroker`.
        package func start(_ partition: Int, at offset: Int64) throws(BrokerFault) {
            stop(partition)
            try ask { () throws(KafkaFault) in try reader.start(input, partition, at: offset) }
            started.insert(partition)
        }

        /// See `CellBroker`.
        package func stop(_ partition: Int) {
            if started.remove(partition) != nil { reader.stop(input, partition) }
        }

        /// Where a partition ends by what came last; nil where that is not known.
        package func knownEnd(_ partition: Int) -> Int64? { reading.knownEnd(terms.input.topic, partition) }

        // MARK: Transactions

        private func transact(_ body: () throws(KafkaFault) -> Void) throws(BrokerFault) {
            do throws(KafkaFault) {
                try body()
            } catch {
                if error.isFatal || producer.client.fatalFault != nil {
                    let reason = producer.client.fatalFault ?? error
                    throw .ended(
                        reason.isFenced
                            ? "another process is \(name) of group \(terms.group) now, or this one was away for longer than "
                                + "transaction.timeout.ms: \(reason)"
                            : "\(terms.shown): \(reason)")
                }
                if error.isExpulsion { throw .expelled("\(error)") }
                if error.requiresAbort || !error.isRetriable { throw .aborted("\(error)") }
                throw .again("\(producer.client.toldFault() ?? error)")
            }
        }

        /// See `CellBroker`.
        package func begin() throws(BrokerFault) {
            // What could not be ended before is ended first.
            if isInTransaction { try abort() }
            try transact { () throws(KafkaFault) in try producer.begin() }
            isInTransaction = true
            hasOffsets = false
        }

        /// See `CellBroker`.
        package func send(_ lines: OutputLines, to partition: Int) throws(BrokerFault) {
            for index in routes.indices {
                let topic = routes[index].topic
                try routes[index].forEach(of: lines) { line throws(BrokerFault) in try send(line, to: topic, partition)
                }
            }
        }

        /// See `CellBroker`.
        package func send(_ record: ControlRecord, to partition: Int) throws(BrokerFault) {
            try control(record.bytes, partition)
        }

        /// See `CellBroker`.
        package func send(_ claim: LeaseClaim) throws(BrokerFault) { try control(claim.bytes, 0) }

        private func control(_ bytes: [UInt8], _ partition: Int) throws(BrokerFault) {
            let result = View.of(bytes) { view in
                Result { () throws(BrokerFault) in try send(view, to: sentControl, partition) }
            }
            try result.get()
        }

        private func send(_ value: View<UInt8>, to topic: KafkaTopic, _ partition: Int) throws(BrokerFault) {
            let deadline = System.monotonicClock + Int64(Self.patience) * 1_000_000
            while true {
                do throws(KafkaFault) {
                    return try producer.send(value, to: topic, partition)
                } catch {
                    if error.isTooLarge {
                        throw .ended(
                            "\(topic.name): partition \(partition): a line of \(value.count) bytes is larger than message.max.bytes in "
                                + "kafka.properties; raise it there, and at the topic")
                    }
                    guard error.isFull, System.monotonicClock < deadline else {
                        return try transact { () throws(KafkaFault) in throw error }
                    }
                    producer.makeRoom(milliseconds: 20)
                }
            }
        }

        /// See `CellBroker`.
        package func commit(
            _ places: [(partition: Int, place: CellPlace)], generation: Int
        ) throws(BrokerFault) {
            guard generation == self.generation else { throw .expelled("the partitions were assigned anew") }
            if !hasOffsets {
                let offsets = places.map { ($0.partition, $0.place.offset, $0.place.metadata) }
                try transact { () throws(KafkaFault) in
                    try producer.send(
                        offsets, of: terms.input.topic, for: member, milliseconds: Self.patience)
                }
                hasOffsets = true
            }
            try goOnCommitting()
        }

        /// Commits, or finds out what came of a commit that nobody answered.
        private func goOnCommitting() throws(BrokerFault) {
            isCommitting = true
            do throws(BrokerFault) {
                try transact { () throws(KafkaFault) in try producer.commit(milliseconds: Self.patience) }
            } catch {
                if case .again = error { throw error }
                isCommitting = false
                throw error
            }
            isCommitting = false
            isInTransaction = false
        }

        /// See `CellBroker`.
        package func abort() throws(BrokerFault) {
            if isInTransaction, isCommitting {
                do throws(BrokerFault) {
                    try goOnCommitting()
                } catch .aborted {
                } catch .expelled {
                }
            }
            guard isInTransaction else { return }
            try transact { () throws(KafkaFault) in try producer.abort(milliseconds: Self.patience) }
            isInTransaction = false
        }
    }

    /// A topic that lines go to: which of them, and how they look there.
    struct TopicRoute {
        let topic: KafkaTopic
        private let form: LineForm
        private let filter: HeldFilter

        /// The filter cannot be copied; a route can.
        private final class HeldFilter {
            var filter: LineFilter
            init(_ plan: OutputPlan, zone: @escaping @Sendable (String) -> Zone?) {
                filter = LineFilter(plan, zone: zone)
            }
        }

        init(_ topic: KafkaTopic, _ plan: OutputPlan, zone: @escaping @Sendable (String) -> Zone?) {
            self.topic = topic
            form = LineForm(plan.form)
            filter = HeldFilter(plan, zone: zone)
        }

        /// Calls `body` with each line that the topic takes, without a line end.
        func forEach<Failure: Error>(
            of lines: OutputLines, _ body: (View<UInt8>) throws(Failure) -> Void
        ) throws(Failure) {
            let picked = filter.filter.pick(from: lines)
            var bytes: [UInt8] = []
            for line in picked.lines {
                if form.isNative {
                    try body(picked.text(of: line))
                    continue
                }
                bytes.removeAll(keepingCapacity: true)
                form.append(picked.text(of: line), to: &bytes)
                bytes.removeLast()
                let result = View.of(bytes) { view in Result { () throws(Failure) in try body(view) } }
                try result.get()
            }
            withExtendedLifetime(picked.block) {}
        }
    }
#endif
