package import Storage
import Synchronization

/// A small HTTP server for operators and scrapers, on a thread of its own: nothing that a client does holds up the engine.
///
/// It answers one request a connection. At most so many are open; one more takes the place of the oldest that has not
/// sent its request yet, so that clients that send nothing cannot lock others out.
package final class AdminServer: Sendable {
    /// The most connections at a time, where enough files may be open.
    static let connectionsMost = 256
    private let most = Atomic<Int>(connectionsMost)
    /// The keys of what is watched besides connections.
    private static let listenerKey: UInt64 = 0
    private static let stopKey: UInt64 = 1

    /// Why the server cannot be there: the end of a sentence that begins with its address.
    package struct Fault: Error, CustomStringConvertible {
        /// Whether the address is wrong, rather than taken.
        package let isUsage: Bool
        package let description: String
    }

    /// Where it listens, with the port that it got.
    package let address: String
    private let listener: Descriptor
    private let stopping: (reading: Descriptor, writing: Descriptor)
    private let hasEnded = Atomic<Bool>(false)

    /// Listens at an address, without answering yet.
    /// - Parameters:
    ///   - addresses: what its host and port stand for: tried in this order.
    ///   - allowsRemote: whether other machines may reach it.
    package init(at addresses: [NetworkAddress], allowsRemote: Bool) throws(Fault) {
        if !allowsRemote, addresses.contains(where: { !$0.isLoopback }) {
            throw Fault(
                isUsage: true,
                description: "other machines can reach it; write 127.0.0.1, or give --allow-remote")
        }
        var made: Descriptor?
        var first: SystemError?
        for address in addresses where made == nil {
            do throws(SystemError) {
                made = try Descriptor.listening(at: address)
            } catch {
                first = first ?? error
            }
        }
        guard let made else {
            throw Fault(
                isUsage: false, description: "cannot listen there: \(first.map { "\($0)" } ?? "no address")")
        }
        listener = made
        address = made.localAddress.map { "\($0)" } ?? ""
        do throws(SystemError) {
            stopping = try Descriptor.pipe()
        } catch {
            throw Fault(isUsage: false, description: "cannot listen there: \(error)")
        }
    }

    /// The most connections at a time.
    package var connectionsMost: Int { most.load(ordering: .relaxed) }

    /// Allows fewer connections at a time, before it begins to answer.
    package func limitConnections(to count: Int) {
        most.store(min(max(count, 4), AdminServer.connectionsMost), ordering: .relaxed)
    }

    /// Begins to answer.
    package func start(_ pages: AdminPages) { BlockingThread.start { self.serve(pages) } }

    /// Stops answering; open connections are dropped.
    package func stop() {
        if !hasEnded.exchange(true, ordering: .relaxed) { stopping.writing.writeMessage("x") }
    }

    private func serve(_ pages: AdminPages) {
        guard let readiness = try? Readiness(most: AdminServer.connectionsMost) else { return }
        guard (try? readiness.add(listener, key: AdminServer.listenerKey, for: .reading)) != nil,
            (try? readiness.add(stopping.reading, key: AdminServer.stopKey, for: .reading)) != nil
        else { return }
        var table = AdminConnectionTable(readiness, pages: pages, most: connectionsMost)
        while true {
            let wait = table.nextDeadline.map { deadline in
                Int32(clamping: max(0, (deadline - System.monotonicClock) / 1_000_000 + 1))
            }
            for ready in readiness.wait(milliseconds: wait ?? -1) {
                switch ready.key {
                case AdminServer.stopKey:
                    try? listener.close()
                    table.dropAll()
                    return
                case AdminServer.listenerKey: accept(into: &table)
                default: table.advance(ready)
                }
            }
            table.expire(now: System.monotonicClock)
        }
    }

    private func accept(into table: inout AdminConnectionTable) {
        // A few at a time, so that those that are open have their turn.
        for _ in 0..<16 {
            do throws(SystemError) {
                guard let (connection, _) = try listener.accept() else { return }
                table.add(connection, now: System.monotonicClock)
            } catch {
                // There are no descriptors left, say. Without a pause this would be tried without end.
                table.makeRoom()
                _ = stopping.reading.waitToRead(or: stopping.reading, milliseconds: 50)
                return
            }
        }
    }
}

/// The open connections, by the keys under which they are watched.
struct AdminConnectionTable {
    private let readiness: Readiness
    private let pages: AdminPages
    private var connections: [UInt64: AdminConnection] = [:]
    /// Keys grow, so the oldest connection has the least.
    private var nextKey: UInt64 = 2
    private let most: Int

    init(_ readiness: Readiness, pages: AdminPages, most: Int) {
        self.most = most
        self.readiness = readiness
        self.pages = pages
    }

    /// When the first connection's time is over; nil without any.
    var nextDeadline: Int64? { connections.values.lazy.map(\.deadline).min() }

    mutating func add(_ descriptor: Descriptor, now: Int64) {
        if connections.count >= most { makeRoom() }
        guard (try? readiness.add(descriptor, key: nextKey, for: .reading)) != nil else { return }
        connections[nextKey] = AdminConnection(descriptor, now: now)
        nextKey += 1
    }

    /// Drops the oldest connection that has not sent its request, or else the oldest.
    mutating func makeRoom() {
        let reading = connections.filter { $0.value.phase == .reading }.keys.min()
        if let key = reading ?? connections.keys.min() { drop(key) }
    }

    mutating func advance(_ ready: Readiness.Ready) {
        guard var connection = connections[ready.key] else { return }
        let before = connection.phase
        let now = System.monotonicClock
        if connection.phase == .writing {
            if ready.canWrite { connection.write(now: now) }
        } else if ready.canRead {
            connection.read(now: now, pages: pages)
        }
        connections[ready.key] = connection
        if connection.phase == .over {
            drop(ready.key)
        } else if connection.phase != before {
            try? readiness.change(
                connection.descriptor, key: ready.key, to: connection.phase == .writing ? .writing : .reading)
        }
    }

    mutating func expire(now: Int64) {
        for key in connections.filter({ $0.value.deadline <= now }).keys {
            connections[key]?.expire()
            drop(key)
        }
    }

    mutating func dropAll() {
        for key in Array(connections.keys) { drop(key) }
    }

    private mutating func drop(_ key: UInt64) {
        guard let connection = connections.removeValue(forKey: key) else { return }
        readiness.remove(connection.descriptor)
        try? connection.descriptor.close()
    }
}
