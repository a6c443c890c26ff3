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

    /// - Parameter name: how messages name where the connections lead.
    init(_ schedule: Schedule, _ journeys: consuming StampedJourneys, to connections: [Descriptor], name: String) {
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
            let due = min(schedule.due(by: System.wallClock), sent.count + Self.batchMost)
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
        batches[index].append(line)
    }

    private func flush(_ index: Int) throws(EndpointFault) {
        let (batch, connection) = (batches[index], connections[index])
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
        batch.truncate(to: 0)
    }
}
