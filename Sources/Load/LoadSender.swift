import Endpoints
import Storage

/// Sends the events of a schedule when they are due, over one or several connections. It blocks: it belongs on a thread
/// of its own.
struct LoadSender: ~Copyable {
    /// What came of it.
    struct Sent: Sendable {
        var count = 0
        /// When the last event had been handed to the system; wall time in microseconds.
        var end: Int64 = 0
        var lagMost: Int64 = 0
        /// Why not all were sent.
        var fault: EndpointFault?
    }

    /// How many events are handed over at a time at most, so that the clock is looked at now and then.
    private static let batchMost = 1024

    private let schedule: Schedule
    private let connections: [Descriptor]
    private let name: String
    private var journeys: StampedJourneys
    private var line: [UInt8] = []
    private var batches: [ByteBlock]
    /// What is sent as requests, and where those are noted.
    private let web: (target: WebTarget, book: RequestBook)?
    private var last: [Int]

    /// - Parameter name: how messages name where the connections lead.
    init(
        _ schedule: Schedule, _ journeys: consuming StampedJourneys, to connections: [Descriptor], name: String,
        web: (target: WebTarget, book: RequestBook)? = nil
    ) {
        self.web = web
        last = connections.map { _ in 0 }
        self.schedule = schedule
        self.journeys = journeys
        self.connections = connections
        self.name = name
        batches = connections.map { _ in ByteBlock(capacity: 64 << 10) }
    }

    /// Sends everything, or as much as the other side takes until `stop` is requested.
    mutating func send(until stop: StopSignal) -> Sent {
        var sent = Sent()
        while sent.count < schedule.count, !stop.isRequested {
            let due = min(
                schedule.due(by: System.wallClock), sent.count + (web == nil ? Self.batchMost : WebTarget.eventsMost))
            if due == sent.count {
                System.sleep(until: schedule.sending(of: sent.count))
                continue
            }
            for number in sent.count..<due { add(number) }
            do throws(EndpointFault) {
                for index in batches.indices { try flush(index) }
            } catch {
                sent.fault = error
                return sent
            }
            sent.end = System.wallClock
            sent.lagMost = max(sent.lagMost, sent.end - schedule.sending(of: sent.count))
            sent.count = due
        }
        return sent
    }

    /// Puts the event of that number behind those that go out over its customer's connection.
    private mutating func add(_ number: Int) {
        line.removeAll(keepingCapacity: true)
        _ = journeys.next(at: schedule.time(of: number), into: &line)
        // What belongs to one customer must stay in order.
        let index = batches.count == 1 ? 0 : journeys.customer % batches.count
        if let web, web.target.request == .decide {
            batches[index].append(web.target.head(bodyCount: line.count))
            web.book.note(number, on: index)
        }
        last[index] = number
        batches[index].append(line)
    }

    /// Makes a request of a batch of lines.
    private func posted(_ batch: ByteBlock, _ index: Int) -> ByteBlock {
        guard let web, web.target.request == .events, batch.count > 0 else { return batch }
        let block = ByteBlock(capacity: batch.count + 512)
        block.append(web.target.head(bodyCount: batch.count))
        block.append(batch.bytes)
        web.book.note(last[index], on: index)
        return block
    }

    private func flush(_ index: Int) throws(EndpointFault) {
        let (lines, connection) = (batches[index], connections[index])
        let batch = posted(lines, index)
        var done = 0
        while done < batch.count {
            let put = batch.write(from: done, to: connection.number)
            if put >= 0 {
                done += put
            } else {
                let error = SystemError(code: Int32(-put))
                guard error.isPassing else {
                    throw EndpointFault(.writingFailed, "\(name): sending failed: \(error)")
                }
                connection.waitToWrite()
            }
        }
        lines.truncate(to: 0)
    }
}
