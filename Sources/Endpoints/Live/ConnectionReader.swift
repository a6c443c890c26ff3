import Events
import Storage
import Telemetry

/// Reads all connections of one listener, until a stop is requested. Its calls block: it belongs on a thread of its own.
///
/// - One wait for all of them (`Readiness`). Whichever have something are served in turn, one read each, so that a sender
///   of much does not keep others waiting.
/// - While nobody calls `next`, nothing is read: the system's buffers fill up and the senders wait. So a slow pipeline
///   slows the senders, and memory stays what it is.
/// - A connection holds memory only for an unfinished line (`LineTail`), or row (`TableStream`); all of them together at
///   most `maxUnfinished`.
/// - A stop: no new connections; what the system had received by then is read, for `drainTime` at most, and the
///   connections are closed.
///
/// Cost: at low load one system call for the wait and one for the read of each piece.
package struct ConnectionReader: PieceReader, ~Copyable {
    /// How much is read from one connection before the next one has its turn.
    static let turnSize = 64 << 10
    /// How much is read where only one connection has something.
    static let aloneSize = 256 << 10
    /// From this length on lines are handed on in the block that they were read into.
    private static let handedOverSize = 16 << 10
    /// How many connections that are ready are told of at once.
    private static let readyMost = 64
    /// How long a connection has to show its token, and how long one that was told to go may read why; microseconds.
    static let tokenTime: Int64 = 10_000_000
    static let leavingTime: Int64 = 2_000_000
    /// How many connections may be on their way out at a time; one more is closed at once.
    static let leavingMost = 256
    /// How many connections are still accepted after a stop: they had been made before it.
    private static let waitingMost = 1024
    /// For how long what is left is read after a stop, in microseconds.
    private static let drainTime: Int64 = 500_000
    /// How often connections are looked at for their times, in microseconds.
    private static let sweepTime: Int64 = 250_000

    let listener: Listener
    private let stop: StopSignal
    private let lineLimit: Int
    /// The most bytes that all unfinished lines take: room for some of the longest at least.
    private let unfinishedMost: Int
    private let readiness: Readiness
    private var connections: ConnectionTable
    private var ready: ArraySlice<Readiness.Ready> = []
    private var shared = ByteBlock(capacity: ConnectionReader.aloneSize)
    private var gathered = Gathering()
    private var nextSweep: Int64 = 0
    /// Whether no connection is accepted for now, because the system has no room for one.
    private var isPausing = false
    /// What is left to be read after a stop.
    private var drain: ConnectionDrain?
    private var hasEnded = false

    private static let stopKey: UInt64 = 0
    private static let listenerKey: UInt64 = 1

    /// A reader of a listener's connections that ends when `stop` is requested.
    package init(_ listener: Listener, stop: StopSignal, lineLimit: Int) throws(EndpointFault) {
        readiness = try ConnectionReader.readiness(of: listener, and: stop)
        self.listener = listener
        self.stop = stop
        self.lineLimit = lineLimit
        unfinishedMost = max(listener.settings.maxUnfinished, 4 * lineLimit)
        connections = ConnectionTable(firstKey: 2)
    }

    private static func readiness(of listener: Listener, and stop: StopSignal) throws(EndpointFault) -> Readiness {
        do throws(SystemError) {
            let readiness = try Readiness(most: readyMost)
            try readiness.add(stop.descriptor, key: stopKey, for: .reading)
            try readiness.add(listener.descriptor, key: listenerKey, for: .reading)
            return readiness
        } catch {
            throw EndpointFault(.readingFailed, "\(listener.name): cannot be waited for: \(error)")
        }
    }

    /// Blocks until there are whole lines of one connection or of several; nil after a stop.
    package mutating func next() throws(EndpointFault) -> InputReader.Piece? {
        while !hasEnded {
            if drain != nil {
                if let piece = drainSome() { return piece }
            } else if let one = ready.popFirst() {
                if let piece = serve(one) { return piece }
                if !gathered.isEnough { continue }
            } else if gathered.isEmpty {
                wait()
                continue
            }
            if let piece = gathered.take() { return piece }
        }
        return nil
    }

    private mutating func wait() {
        let now = System.steadyClock
        if now >= nextSweep {
            sweep(now)
            nextSweep = now + ConnectionReader.sweepTime
        }
        let isWatching = connections.count > 0 || isPausing
        let pause = isWatching ? Int32(max(1, (nextSweep - now) / 1000 + 1)) : -1
        ready = readiness.wait(milliseconds: pause)[...]
    }

    private mutating func serve(_ ready: Readiness.Ready) -> InputReader.Piece? {
        switch ready.key {
        case ConnectionReader.stopKey:
            beginDrain()
        case ConnectionReader.listenerKey:
            acceptSome(ConnectionReader.readyMost)
        default:
            guard let connection = connections[ready.key] else { return nil }
            if ready.canWrite { connection.answers.flush() }
            let size = self.ready.isEmpty && gathered.isEmpty ? ConnectionReader.aloneSize : ConnectionReader.turnSize
            return read(connection, key: ready.key, most: size).piece
        }
        return nil
    }

    // MARK: Coming

    private mutating func acceptSome(_ most: Int) {
        for _ in 0..<most {
            do throws(SystemError) {
                guard let (descriptor, peer) = try listener.descriptor.accept() else { return }
                admit(descriptor, name: name(of: descriptor, peer: peer))
            } catch {
                // No room for a descriptor, most of all: it would be told of again and again.
                listener.log.tell(
                    .warn, "cannot accept connections for now",
                    ["listener": .text(listener.name), "error": .text("\(error)")], per: "accept")
                readiness.remove(listener.descriptor)
                isPausing = true
                return
            }
        }
    }

    private func name(of descriptor: Descriptor, peer: NetworkAddress?) -> String {
        if let peer, peer.port > 0 { return "\(listener.name) from \(peer)" }
        return listener.name + (descriptor.peerProcess.map { " from process \($0)" } ?? "")
    }

    private mutating func admit(_ descriptor: Descriptor, name: String) {
        let now = System.steadyClock
        listener.counts.accepted.add()
        descriptor.keepAlive()
        let connection = Connection(
            descriptor, name: name, format: listener.format, table: listener.table, token: listener.token,
            lineLimit: lineLimit, now: now)
        let key = connections.add(connection)
        do throws(SystemError) {
            try readiness.add(descriptor, key: key, for: .reading)
        } catch {
            close(connection, key: key, as: .broken)
            return
        }
        let most = listener.connectionsMost.open
        if connections.count - connections.leavingCount > most {
            turnAway(connection, key: key, as: .limit, "ERR \(most) connections are open already; try again later")
        }
        listener.counts.connections.set(Double(connections.count))
    }

    // MARK: Reading

    /// Reads once. What that completed is gathered, or is a piece of its own where it is much.
    /// - Returns: the number of bytes, or 0 where nothing more is to be read now.
    private mutating func read(
        _ connection: Connection, key: UInt64, most: Int
    ) -> (count: Int, piece: InputReader.Piece?) {
        let sizeBefore = connection.tail.size
        let block = connection.tail.room(in: shared, most: most)
        connections.unfinishedSize += connection.tail.size - sizeBefore
        let got = block.read(from: connection.descriptor.number, most: most)
        guard got > 0 else {
            if got == 0 {
                return (0, finish(connection, key: key))
            } else if !SystemError(code: Int32(-got)).isPassing {
                close(connection, key: key, as: connection.isLeaving ? nil : .broken)
            }
            return (0, nil)
        }
        if connection.isLeaving { return (got, nil) }
        connection.lastHeard = System.steadyClock
        let sizeRead = connection.tail.size
        let length = connection.tail.whole(of: block)
        connections.unfinishedSize += connection.tail.size - sizeRead
        let start = connection.state == .greeting ? greet(connection, key: key, block.bytes[0..<length]) : 0
        if let start, start < length {
            if connection.sendsTable {
                if let piece = takeRows(block.bytes[start..<length], of: connection) { return (got, piece) }
            } else {
                if let piece = handOver(block, start..<length, of: connection.source) { return (got, piece) }
                gathered.add(block.bytes[start..<length], of: connection.source)
            }
        }
        bound(connection, key: key)
        return (got, nil)
    }

    /// A large piece, which is not worth copying, as one of its own; where others were gathered before, they go first.
    private mutating func handOver(
        _ block: ByteBlock, _ lines: Range<Int>, of source: LineSource
    ) -> InputReader.Piece? {
        guard block === shared, gathered.isEmpty, lines.count >= ConnectionReader.handedOverSize else { return nil }
        shared = ByteBlock(capacity: ConnectionReader.aloneSize)
        block.truncate(to: lines.upperBound)
        if lines.lowerBound > 0 { block.remove(0..<lines.lowerBound) }
        return InputReader.Piece(block: block, arrival: .now, lines: .all(of: source, isFirst: false))
    }

    /// Takes whole lines of a table: what they come to is gathered, or is a piece of its own where it is much.
    private mutating func takeRows(
        _ lines: View<UInt8>, of connection: Connection, isLast: Bool = false
    ) -> InputReader.Piece? {
        let sizeBefore = connection.heldSize
        let rows = connection.rows(of: lines, isLast: isLast)
        connections.unfinishedSize += connection.heldSize - sizeBefore
        if gathered.isEmpty, rows.count >= ConnectionReader.handedOverSize {
            return InputReader.Piece(block: rows, arrival: .now, lines: .all(of: connection.source, isFirst: false))
        }
        gathered.add(rows.bytes, of: connection.source)
        withExtendedLifetime(rows) {}
        return nil
    }

    /// Takes the words at a connection's beginning; answers where its events begin, nil where it was turned away.
    private mutating func greet(_ connection: Connection, key: UInt64, _ lines: View<UInt8>) -> Int? {
        var start = connection.greeting.hasBegun ? 0 : lines.lengthOfByteOrderMark
        while start < lines.count {
            let end = lines.firstIndex(of: 0x0A, from: start)
            let isReturn = end > start && lines[end - 1] == 0x0D
            switch connection.greeting.take(lines[start..<(isReturn ? end - 1 : end)]) {
            case .word:
                start = end + 1
                if connection.greeting.asksForAcknowledgements { connection.source.askForAcknowledgements() }
            case .events:
                connection.state = .sending
                return start
            case .refused(let answer):
                turnAway(connection, key: key, as: .refused, answer)
                return nil
            }
        }
        return start
    }

    /// Holds a connection to what it may keep.
    private mutating func bound(_ connection: Connection, key: UInt64) {
        if connection.state == .greeting, connection.greeting.isWaitingForToken,
            connection.tail.count > Greeting.lineLimit
        {
            turnAway(connection, key: key, as: .refused, Greeting.noToken)
        } else if connections.unfinishedSize > unfinishedMost, connection.heldSize > 0,
            !connection.isLeaving
        {
            turnAway(
                connection, key: key, as: .memory,
                "ERR unfinished lines take \(unfinishedMost) bytes already; send shorter ones")
        }
    }

    // MARK: Going

    /// The sender has sent everything: a last line without its end is one.
    private mutating func finish(_ connection: Connection, key: UInt64) -> InputReader.Piece? {
        var piece: InputReader.Piece?
        if !connection.isLeaving, !connection.greeting.isWaitingForToken {
            connections.unfinishedSize -= connection.tail.size
            let rest = connection.tail.rest() ?? ByteBlock(capacity: 0)
            if rest.count > 0 { rest.append(0x0A) }
            let start = connection.state == .greeting ? greet(connection, key: key, rest.bytes) : 0
            if let start, connection.sendsTable {
                piece = takeRows(rest.bytes[start..<rest.count], of: connection, isLast: true)
            } else if let start {
                gathered.add(rest.bytes[start..<rest.count], of: connection.source)
            }
            withExtendedLifetime(rest) {}
        }
        close(connection, key: key, as: connection.isLeaving ? nil : .closed)
        return piece
    }

    /// Tells a connection why it must go, and lets it read that.
    private mutating func turnAway(_ connection: Connection, key: UInt64, as end: ListenerCounts.End, _ answer: String)
    {
        listener.log.tell(
            .warn, "connection turned away", ["source": .text(connection.source.name), "answer": .text(answer)],
            per: "turned away: \(end.rawValue)")
        listener.counts.note(end)
        dropTail(of: connection)
        connection.answers.send(answer)
        guard connections.leavingCount < listener.connectionsMost.leaving else {
            close(connection, key: key, as: nil)
            return
        }
        connection.descriptor.finishSending()
        connection.state = .leaving(until: System.steadyClock + ConnectionReader.leavingTime)
        connections.leavingCount += 1
    }

    private mutating func close(_ connection: Connection, key: UInt64, as end: ListenerCounts.End?) {
        if let end { listener.counts.note(end) }
        if end == .broken {
            listener.log.tell(
                .warn, "connection broke", ["source": .text(connection.source.name)], per: "connection broke")
        }
        dropTail(of: connection)
        if connection.isLeaving { connections.leavingCount -= 1 }
        readiness.remove(connection.descriptor)
        connection.answers.close()
        try? connection.descriptor.close()
        connections.remove(key)
        listener.counts.connections.set(Double(connections.count))
    }

    private mutating func dropTail(of connection: Connection) {
        connections.unfinishedSize -= connection.heldSize
        if connection.dropRest() { listener.counts.unfinished.add() }
    }

    // MARK: Time

    /// Looks at all connections for what their time brings.
    private mutating func sweep(_ now: Int64) {
        if isPausing, (try? readiness.add(listener.descriptor, key: ConnectionReader.listenerKey, for: .reading)) != nil
        {
            isPausing = false
        }
        for key in connections.keys {
            guard let connection = connections[key] else { continue }
            connection.answers.flush()
            if case .leaving(let until) = connection.state {
                if now >= until { close(connection, key: key, as: nil) }
            } else if connection.greeting.isWaitingForToken, now - connection.begin > ConnectionReader.tokenTime {
                turnAway(connection, key: key, as: .refused, Greeting.noToken)
            } else if let timeout = listener.settings.idleTimeout, now - connection.lastHeard > timeout,
                connection.descriptor.unreadCount == 0
            {
                turnAway(connection, key: key, as: .idle, "ERR nothing came for \(timeout / 1000) ms; closed")
            }
        }
    }

    // MARK: Stopping

    private mutating func beginDrain() {
        acceptSome(ConnectionReader.waitingMost)
        readiness.remove(listener.descriptor)
        readiness.remove(stop.descriptor)
        listener.close()
        ready = []
        var drain = ConnectionDrain(until: System.steadyClock + ConnectionReader.drainTime)
        for key in connections.keys {
            if let connection = connections[key], !connection.isLeaving {
                drain.add(key, count: connection.descriptor.unreadCount)
            }
        }
        self.drain = drain
    }

    /// Reads what had come before the stop, a turn each, until there is enough for a piece; nil at the end.
    private mutating func drainSome() -> InputReader.Piece? {
        while !gathered.isEnough, System.steadyClock < drain?.until ?? 0, let turn = drain?.next() {
            guard let connection = connections[turn.key] else { continue }
            let got = read(connection, key: turn.key, most: min(turn.count, ConnectionReader.turnSize))
            if got.count > 0, connections[turn.key] != nil { drain?.add(turn.key, count: turn.count - got.count) }
            if let piece = got.piece { return piece }
        }
        if gathered.isEmpty { end() }
        return gathered.take()
    }

    private mutating func end() {
        let left = connections.keys.reduce(0) { $0 + (connections[$1]?.descriptor.unreadCount ?? 0 > 0 ? 1 : 0) }
        if left > 0 {
            listener.log.warn(
                "connections closed with unread data",
                ["listener": .text(listener.name), "connections": LogValue(left)])
        }
        for key in connections.keys {
            if let connection = connections[key] {
                close(connection, key: key, as: connection.isLeaving ? nil : .stopped)
            }
        }
        hasEnded = true
    }
}
