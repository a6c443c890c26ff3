#if Kafka
    package import Endpoints
    import Events
    package import Storage
    import Synchronization

    /// Carries the lines of a pipe into a topic, each under its customer's key, for whoever writes lines and knows no topics.
    package final class TopicSender: @unchecked Sendable {
        // Sendable: the thread that carries has the client, and says by the signal that it is done.
        private static let patience = 10_000
        private static let keyName = Array("\"customer_id\":\"".utf8)

        private let producer: KafkaProducer
        private let topic: KafkaTopic
        private let partitions: Int
        private let shown: String
        private let ends: (reading: Descriptor, writing: Descriptor)
        private let result = Mutex<EndpointFault??>(nil)

        /// Looks for the topic, which must be there.
        package init(to address: KafkaAddress) throws(EndpointFault) {
            shown = address.shown
            do throws(KafkaFault) {
                let properties = KafkaProperties()
                for (name, value) in [("bootstrap.servers", address.bootstrap), ("linger.ms", "1")] {
                    try properties.set(name, value)
                }
                let client = try KafkaClient(producer: true, properties)
                producer = KafkaProducer(client)
                topic = try KafkaTopic(address.topic, of: client)
                partitions = try topic.partitionCount(milliseconds: Self.patience)
            } catch {
                throw EndpointFault(.cannotOpen, "\(address.shown): \(error); see to it that the brokers are there")
            }
            if partitions == 0 {
                throw EndpointFault(.cannotOpen, "\(address.shown): there is no topic of that name; make it first")
            }
            do throws(SystemError) {
                ends = try Descriptor.pipe()
            } catch {
                throw EndpointFault(.cannotOpen, "a pipe cannot be made: \(error)")
            }
            BlockingThread.start { self.carry() }
        }

        /// Where lines are written, each with its line end.
        package var descriptor: Descriptor { ends.writing }

        /// Says that no more lines come, and waits until the brokers have all.
        package func finish() throws(EndpointFault) {
            try? ends.writing.close()
            while true {
                if let done = result.withLock({ $0 }) {
                    if let fault = done { throw fault }
                    return
                }
                System.sleep(milliseconds: 2)
            }
        }

        private func carry() {
            let block = ByteBlock(capacity: 256 << 10)
            var fault: EndpointFault?
            while true {
                block.reserve(64 << 10)
                let got = block.read(from: ends.reading.number)
                if got == 0 { break }
                if got < 0 {
                    if SystemError(code: Int32(-got)).isPassing {
                        _ = ends.reading.waitToRead(milliseconds: 100)
                        continue
                    }
                    break
                }
                let taken = take(block.bytes, &fault)
                let rest = block.bytes[taken..<block.count].copied
                block.truncate(to: 0)
                block.append(rest)
            }
            if fault == nil, !producer.flush(milliseconds: Self.patience) {
                fault = EndpointFault(
                    .writingFailed, "\(shown): \(producer.waitingCount) records were not taken in time")
            }
            result.withLock { $0 = .some(fault) }
        }

        /// Sends the whole lines among some bytes; answers how many bytes they have. After a fault the rest is only read.
        private func take(_ bytes: View<UInt8>, _ fault: inout EndpointFault?) -> Int {
            var start = 0
            while true {
                let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start)
                guard end < bytes.count else { return start }
                if fault == nil { fault = send(bytes[start..<end]) }
                start = end + 1
            }
        }

        private func send(_ line: View<UInt8>) -> EndpointFault? {
            let key = key(of: line)
            let partition = Partitioner.murmur2.partition(of: key, among: partitions)
            while true {
                do throws(KafkaFault) {
                    try producer.send(line, key: key, to: topic, partition)
                    return nil
                } catch {
                    guard error.isFull else { return EndpointFault(.writingFailed, "\(shown): \(error)") }
                    producer.makeRoom(milliseconds: 10)
                }
            }
        }

        /// The customer of a made-up line, which has no escapes in it.
        private func key(of line: View<UInt8>) -> View<UInt8> {
            let name = Self.keyName
            var place = 0
            while place + name.count < line.count {
                if line[place] == name[0], (0..<name.count).allSatisfy({ line[place + $0] == name[$0] }) {
                    let start = place + name.count
                    return line[start..<line.firstIndex(of: UInt8(ascii: "\""), from: start)]
                }
                place += 1
            }
            return View()
        }
    }

    /// Carries what is committed to a topic from now on into a pipe, line by line.
    package final class TopicListener: @unchecked Sendable {
        // Sendable: the thread that carries has the client.
        private static let patience = 10_000

        private let reader: KafkaReader
        private let topic: KafkaTopic
        private let ends: (reading: Descriptor, writing: Descriptor)
        private let hasEnded = Atomic(false)

        /// Begins to read all partitions of a topic, which must be there, behind what it has by now.
        package init(from address: KafkaAddress) throws(EndpointFault) {
            var starts: [Int64] = []
            do throws(KafkaFault) {
                let properties = KafkaProperties()
                for (name, value) in [
                    ("bootstrap.servers", address.bootstrap), ("isolation.level", "read_committed"),
                    ("fetch.wait.max.ms", "10"),
                ] { try properties.set(name, value) }
                let client = try KafkaClient(producer: false, properties)
                reader = KafkaReader(client)
                topic = try KafkaTopic(address.topic, of: client)
                for partition in 0..<(try topic.partitionCount(milliseconds: Self.patience)) {
                    let extent = try client.extent(address.topic, partition, milliseconds: Self.patience)
                    starts.append(extent.upperBound)
                    try reader.start(topic, partition, at: extent.upperBound)
                }
            } catch {
                throw EndpointFault(.cannotOpen, "\(address.shown): \(error); see to it that the brokers are there")
            }
            if starts.isEmpty {
                throw EndpointFault(
                    .cannotOpen,
                    "\(address.shown): there is no topic of that name; start journeyd run first, or make it")
            }
            do throws(SystemError) {
                ends = try Descriptor.pipe()
            } catch {
                throw EndpointFault(.cannotOpen, "a pipe cannot be made: \(error)")
            }
            BlockingThread.start { self.carry() }
        }

        /// Where the lines are read.
        package var descriptor: Descriptor { ends.reading }

        /// Carries no more.
        package func finish() { hasEnded.store(true, ordering: .releasing) }

        private func carry() {
            let block = ByteBlock(capacity: 256 << 10)
            while !hasEnded.load(ordering: .acquiring) {
                block.truncate(to: 0)
                reader.poll(milliseconds: 50) { found in
                    guard case .record(_, _, _, _, let value) = found, let value else { return }
                    block.append(value)
                    block.append(UInt8(ascii: "\n"))
                }
                var done = 0
                while done < block.count {
                    let put = block.write(from: done, to: ends.writing.number)
                    if put < 0 {
                        guard SystemError(code: Int32(-put)).isPassing else { return }
                        ends.writing.waitToWrite()
                    } else {
                        done += put
                    }
                }
            }
        }
    }
#endif
