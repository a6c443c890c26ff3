import Events
import HTTP
import Storage
import Telemetry

/// Reads the requests of all connections of one `http://` input, until a stop is requested. Its calls block: it belongs on
/// a thread of its own.
///
/// - One wait for all of them, as `ConnectionReader` has it. What several requests bring becomes one block.
/// - The thread never waits for the engine: while that takes nothing, requests are answered with 503, those that are there
///   already after a while (`WaitingLines.patience`), and decisions that are late with 504. Where more comes than it takes,
///   the answer is 429.
/// - Memory: the bodies that are on their way and what waits for the engine are bounded together (`bodiesMost`).
/// - A stop: no new connections; what the system had received by then is read, and whole requests are taken. Their
///   answers leave as they become known, from other threads; the last ones at the end of the run (`Listener.conclude`).
package struct WebReader: PieceReader, ~Copyable {
    /// How much is read from one connection before the next one has its turn.
    private static let turnSize = 64 << 10
    private static let readyMost = 64
    /// The most bytes of lines that wait for the engine before requests are turned away, and for how long the first of
    /// them may have waited then, in microseconds.
    private static let waitingMost = 4 << 20
    private static let waitingTime: Int64 = 1_000_000
    /// From here on a block is handed on, although more could be read.
    private static let enough = 64 << 10
    /// How many requests of one connection may wait for their answers before it is not read any more.
    private static let pipelinedMost = 64
    private static let sweepTime: Int64 = 250_000
    private static let leavingTime: Int64 = 2_000_000
    private static let acceptedAtStopMost = 1024
    private static let drainTime: Int64 = 500_000
    /// How long the reader waits between two looks at an engine that takes nothing, in milliseconds.
    private static let behindPause: Int32 = 2

    private static let stopKey: UInt64 = 0
    private static let listenerKey: UInt64 = 1
    private static let bellKey: UInt64 = 2

    let listener: Listener
    private let settings: WebSettings
    private let routes: WebRoutes
    private let stop: StopSignal
    private let hasRoom: @Sendable () -> Bool
    private let isDurable: Bool
    private let bodiesMost: Int
    private let readiness: Readiness
    private let bell: WebBell
    private var connections = WebConnectionTable(firstKey: 3)
    private var ready: ArraySlice<Readiness.Ready> = []
    private let shared = ByteBlock(capacity: WebReader.turnSize)
    /// Lines for the engine.
    private var waiting = WaitingLines()
    /// How many bytes of bodies are on their way.
    private var bodySize = 0
    private var decisions = WaitingPostings()
    private var nextSweep: Int64 = 0
    private var isPausing = false
    private var drainsUntil: Int64?
    private var hasEnded = false

    /// A reader of a listener's requests that ends when `stop` is requested.
    /// - Parameters:
    ///   - isDurable: whether the run keeps a journal, so that events are taken once they are in it.
    ///   - hasRoom: whether the engine takes another block at once.
    package init(
        _ listener: Listener, settings: WebSettings, stop: StopSignal, isDurable: Bool,
        hasRoom: @escaping @Sendable () -> Bool
    ) throws(EndpointFault) {
        self.listener = listener
        self.settings = settings
        routes = WebRoutes(settings: settings, token: listener.token, reply: listener.reply)
        self.stop = stop
        self.hasRoom = hasRoom
        self.isDurable = isDurable
        bodiesMost = max(64 << 20, 4 * settings.maxBody)
        (readiness, bell) = try WebReader.readiness(of: listener, and: stop)
    }

    private static func readiness(
        of listener: Listener, and stop: StopSignal
    ) throws(EndpointFault) -> (Readiness, WebBell) {
        do throws(SystemError) {
            let bell = try WebBell()
            let readiness = try Readiness(most: readyMost)
            try readiness.add(stop.descriptor, key: stopKey, for: .reading)
            try readiness.add(listener.descriptor, key: listenerKey, for: .reading)
            try readiness.add(bell.descriptor, key: bellKey, for: .reading)
            return (readiness, bell)
        } catch {
            throw EndpointFault(.readingFailed, "\(listener.name): cannot be waited for: \(error)")
        }
    }

    /// Blocks until there are lines of one request or of several that the engine has room for; nil after a stop.
    package mutating func next() throws(EndpointFault) -> InputReader.Piece? {
        while !hasEnded {
            if waiting.count >= WebReader.enough || waiting.count > 0 && ready.isEmpty {
                if hasRoom() { return waiting.take() }
            }
            if let one = ready.popFirst() {
                serve(one)
            } else if drainsUntil != nil {
                drain()
            } else {
                wait()
            }
        }
        return waiting.count > 0 ? waiting.take() : nil
    }

    /// Whether a request is to come again, since the engine takes nothing, or not so much.
    private func refusalNow(_ route: WebRoute) -> Response? {
        if waiting.count > 0, System.steadyClock - waiting.since > WebReader.waitingTime {
            return listener.reply.behind
        }
        guard waiting.count >= WebReader.waitingMost || bodySize + waiting.count >= bodiesMost else { return nil }
        // Other systems' libraries do not all send again after a 429.
        if case .vendor = route { return listener.reply.behind }
        return listener.reply.tooMuch
    }

    private mutating func wait() {
        let now = System.steadyClock
        if now >= nextSweep {
            sweep(now)
            nextSweep = now + WebReader.sweepTime
        }
        for posting in decisions.expired(now) { posting.expire() }
        var pause: Int32 = -1
        if connections.count > 0 || isPausing { pause = Int32(max(1, (nextSweep - now) / 1000 + 1)) }
        if let deadline = decisions.nextDeadline() {
            let left = Int32(clamping: max(1, (deadline - now + 999) / 1000))
            pause = pause < 0 ? left : min(pause, left)
        }
        if waiting.count > 0 {
            if now - waiting.since > WaitingLines.patience { waiting.giveUp(now) }
            pause = WebReader.behindPause
        }
        ready = readiness.wait(milliseconds: pause)[...]
    }

    private mutating func serve(_ ready: Readiness.Ready) {
        switch ready.key {
        case WebReader.stopKey: beginDrain()
        case WebReader.listenerKey: acceptSome(WebReader.readyMost)
        case WebReader.bellKey: for key in bell.take() { look(at: key) }
        default:
            guard let connection = connections[ready.key] else { return }
            // Nothing is asked for, so it has failed.
            if connection.interest.isEmpty { return close(connection, key: ready.key, as: .broken) }
            if ready.canWrite { connection.answers.flush() }
            if ready.canRead, connection.interest.contains(.reading) { read(connection, key: ready.key) }
            look(at: ready.key)
        }
    }

    /// Looks whether a connection is over, and what it is to be watched for.
    private mutating func look(at key: UInt64) {
        guard let connection = connections[key] else { return }
        if connection.answers.hasFinished, !connection.isLeaving {
            if connection.state == .heardOut { return close(connection, key: key, as: .closed) }
            connection.state = .leaving(until: System.steadyClock + WebReader.leavingTime)
        }
        connection.isPausing = !connection.isLeaving && connection.answers.waitingCount >= WebReader.pipelinedMost
        if connection.isPausing { connection.answers.callWhenAnswered() }
        let wished = connection.wished
        guard wished != connection.interest else { return }
        connection.interest = wished
        try? readiness.change(connection.descriptor, key: key, to: wished)
    }

    // MARK: Coming

    private mutating func acceptSome(_ most: Int) {
        for _ in 0..<most {
            do throws(SystemError) {
                guard let (descriptor, peer) = try listener.descriptor.accept() else { return }
                admit(descriptor, name: listener.name + (peer.map { " from \($0)" } ?? ""))
            } catch {
                listener.log.tell(
                    .warn, "cannot accept connections for now",
                    ["listener": .text(listener.name), "error": .text("\(error)")], per: "accept")
                readiness.remove(listener.descriptor)
                isPausing = true
                return
            }
        }
    }

    private mutating func admit(_ descriptor: Descriptor, name: String) {
        let now = System.steadyClock
        listener.counts.accepted.add()
        descriptor.keepAlive()
        descriptor.sendAtOnce()
        let key = connections.takeKey()
        let answers = WebAnswers(descriptor, key: key, bell: bell, answered: listener.counts.answered)
        let connection = WebConnection(
            descriptor, name: name, answers: answers, now: now)
        connections.add(connection, key: key)
        do throws(SystemError) {
            try readiness.add(descriptor, key: key, for: .reading)
        } catch {
            return close(connection, key: key, as: .broken)
        }
        let most = listener.connectionsMost
        if connections.count > most.open, connections.count - connections.leavingCount > most.open {
            listener.counts.note(.limit)
            let number = answers.expect(WebAnswers.Head(isLast: true))
            answers.answer(number, listener.reply.later("\(most.open) connections are open already"))
            if connections.leavingCount >= most.leaving { close(connection, key: key, as: nil) } else { look(at: key) }
        }
        listener.counts.connections.set(Double(connections.count))
    }

    // MARK: Reading

    private mutating func read(_ connection: WebConnection, key: UInt64) {
        shared.truncate(to: 0)
        let got = shared.read(from: connection.descriptor.number, most: WebReader.turnSize)
        guard got > 0 else {
            if got == 0 {
                finish(connection, key: key)
            } else if !SystemError(code: Int32(-got)).isPassing {
                close(connection, key: key, as: connection.isLeaving ? nil : .broken)
            }
            return
        }
        if connection.isLeaving { return }
        let now = System.steadyClock
        connection.lastHeard = now
        var position = 0
        while !connection.answers.isEnding, connection.begun != nil || !connection.hasLast {
            switch connection.parser.next(shared.bytes, &position) {
            case .needsMore:
                let isWithinHead = connection.begun == nil && connection.parser.isWithinRequest
                connection.headBegan = isWithinHead ? connection.headBegan ?? now : nil
                return
            case .head(let head): begin(head, of: connection, now)
            case .body(let range): take(shared.bytes[range], of: connection)
            case .end: end(connection, now)
            case .refused(let status): refuse(connection, status, WebReader.words(status))
            }
        }
    }

    private mutating func begin(_ head: RequestHead, of connection: WebConnection, _ now: Int64) {
        connection.headBegan = nil
        connection.hasLast = !head.keepsAlive
        var answer = WebAnswers.Head(isHead: head.isHead, minorVersion: head.minorVersion, isLast: !head.keepsAlive)
        answer.fields = routes.corsFields(head)
        let number = connection.answers.expect(answer)
        var begun = WebConnection.Begun(head: head, number: number, begin: now)
        switch routes.judge(head) {
        case .take(let route):
            if let refusal = refusalNow(route) {
                connection.answers.answer(number, refusal, isLast: head.waitsToSend)
            } else {
                begun.route = route
                if head.waitsToSend, head.minorVersion > 0 { connection.answers.proceed() }
            }
        case .answer(let response, let closes):
            // Nobody waits for a body without end.
            let isLong = if case .length(let count) = head.body { count > settings.maxBody } else { false }
            connection.answers.answer(number, response, isLast: closes || isLong)
        }
        connection.begun = begun
    }

    private mutating func take(_ bytes: View<UInt8>, of connection: WebConnection) {
        guard var begun = connection.begun else { return }
        begun.count += bytes.count
        if begun.count > settings.maxBody {
            connection.begun = begun
            return refuse(connection, with: routes.tooLarge)
        }
        if begun.route != nil {
            bodySize += bytes.count
            begun.body.append(bytes)
            if bodySize + waiting.count > bodiesMost {
                dropBody(of: connection)
                begun.route = nil
                connection.answers.answer(begun.number, listener.reply.tooMuch)
            }
        }
        connection.begun = begun
    }

    private mutating func dropBody(of connection: WebConnection) {
        guard let begun = connection.begun, begun.route != nil else { return }
        bodySize -= begun.body.count
    }

    /// A request is whole.
    private mutating func end(_ connection: WebConnection, _ now: Int64) {
        guard let begun = connection.begun else { return }
        bodySize -= begun.route == nil ? 0 : begun.body.count
        connection.begun = nil
        guard let route = begun.route else { return }
        guard let body = plainBody(of: begun, connection) else { return }
        if body.bytes.beginsAsUTF16 {
            connection.answers.answer(
                begun.number,
                listener.reply.refusal(.unsupportedMediaType, "the body is in UTF-16; events are read in UTF-8 only"))
            return
        }
        let before = waiting.count
        let posted = PostedBody(
            begun.head, route, body.bytes, format: listener.format, table: listener.table, to: waiting.block)
        let kind: Posting.Kind
        switch route {
        case .decide(let query):
            guard posted.lineCount == 1 else {
                waiting.block.truncate(to: before)
                connection.answers.answer(
                    begun.number,
                    listener.reply.refusal(
                        .badRequest, "the body has \(posted.lineCount) events; a decision is asked for with one"))
                return
            }
            kind = .decide(query)
        case .events:
            guard posted.lineCount > 0 else {
                connection.answers.answer(begun.number, listener.reply.taken(0, rejected: []))
                return
            }
            kind = .events
        case .vendor(let vendor):
            let (size, isVerbose) = (body.count, posted.isVerbose)
            let reply: @Sendable (Int) -> Response = { accepted in
                vendor.reply(events: accepted, bytes: size, isVerbose: isVerbose, time: System.wallClock)
            }
            guard posted.lineCount > 0 else {
                connection.answers.answer(begun.number, reply(0))
                return
            }
            kind = .reply(reply)
        }
        let posting = Posting(
            kind, answers: connection.answers, number: begun.number, reply: listener.reply,
            needsDurability: isDurable)
        let part = LinePart(
            source: connection.source(posted.format), lineCount: posted.lineCount, receipt: posting)
        waiting.note(part, of: posting, from: before, now)
        if case .decide(let query) = route { decisions.add(posting, deadline: begun.begin + query.timeout) }
    }

    /// The body as it was before it was packed; nil where the request is answered for that.
    private mutating func plainBody(of begun: WebConnection.Begun, _ connection: WebConnection) -> ByteBlock? {
        let coding = (begun.head.value("content-encoding") ?? "").utf8.map(Ascii.lowered)
        let isPacked =
            coding.elementsEqual("gzip".utf8) || coding.elementsEqual("x-gzip".utf8)
            || begun.head.parameter("compression")?.hasPrefix("gzip") == true && begun.body.count > 2
                && begun.body.bytes[0] == 0x1F && begun.body.bytes[1] == 0x8B
        guard isPacked else { return begun.body }
        switch PackedBody.unpacked(begun.body.bytes, most: settings.maxBody) {
        case .plain(let block): return block
        case .tooLarge: connection.answers.answer(begun.number, routes.tooLarge)
        case .damaged:
            connection.answers.answer(
                begun.number,
                listener.reply.refusal(
                    .badRequest, "the body is not gzip, or is cut off; nothing was taken: send it whole, or as it is"))
        }
        return nil
    }

    // MARK: Going

    private static func words(_ status: Status) -> String {
        switch status {
        case .targetTooLong: "the request line is too long"
        case .headersTooLarge: "the header fields are too long, or too many"
        case .contentTooLarge: "the body is too long"
        case .notImplemented: "the Transfer-Encoding is not known; only chunked is"
        case .versionNotSupported: "only HTTP/1.1 and HTTP/1.0 are spoken here"
        case .timeout: "the request did not come in time"
        default: "this is no request of HTTP/1.1 in order"
        }
    }

    /// Says that a request cannot be read, and that nothing behind it will be.
    private mutating func refuse(_ connection: WebConnection, _ status: Status, _ words: String) {
        refuse(connection, with: listener.reply.refusal(status, words))
    }

    private mutating func refuse(_ connection: WebConnection, with response: Response) {
        dropBody(of: connection)
        if connection.answers.isEnding {
            connection.begun = nil
            return
        }
        listener.counts.note(.refused)
        let number = connection.begun?.number ?? connection.answers.expect(WebAnswers.Head(isLast: true))
        connection.begun = nil
        connection.answers.answer(number, response, isLast: true)
        connection.answers.leave()
    }

    /// The client has sent everything.
    private mutating func finish(_ connection: WebConnection, key: UInt64) {
        if connection.isLeaving { return close(connection, key: key, as: nil) }
        if connection.state == .heardOut { return close(connection, key: key, as: .closed) }
        if connection.begun != nil || connection.parser.isWithinRequest {
            refuse(connection, .badRequest, "the request ends before it is whole")
        }
        connection.answers.leave()
        connection.state = .heardOut
    }

    private mutating func close(_ connection: WebConnection, key: UInt64, as end: ListenerCounts.End?) {
        if let end { listener.counts.note(end) }
        dropBody(of: connection)
        readiness.remove(connection.descriptor)
        connection.answers.close()
        try? connection.descriptor.close()
        connections.remove(key)
        listener.counts.connections.set(Double(connections.count))
    }

    // MARK: Time

    /// Looks at all connections for what their time brings.
    private mutating func sweep(_ now: Int64) {
        if isPausing, (try? readiness.add(listener.descriptor, key: WebReader.listenerKey, for: .reading)) != nil {
            isPausing = false
        }
        for key in connections.keys {
            guard let connection = connections[key] else { continue }
            if case .leaving(let until) = connection.state {
                if now >= until { close(connection, key: key, as: nil) }
                continue
            }
            if let begun = connection.begun {
                if now - begun.begin > settings.bodyTimeout { refuse(connection, .timeout, WebReader.words(.timeout)) }
            } else if let began = connection.headBegan {
                if now - began > settings.headerTimeout { refuse(connection, .timeout, WebReader.words(.timeout)) }
            } else if connection.answers.waitingCount == 0, now - connection.lastHeard > settings.idleTimeout,
                connection.descriptor.unreadCount == 0
            {
                // Also one that does not take its last answer.
                close(connection, key: key, as: .idle)
                continue
            }
            look(at: key)
        }
    }

    // MARK: Stopping

    private mutating func beginDrain() {
        acceptSome(WebReader.acceptedAtStopMost)
        readiness.remove(listener.descriptor)
        readiness.remove(stop.descriptor)
        listener.close()
        ready = []
        drainsUntil = System.steadyClock + WebReader.drainTime
    }

    /// Reads what had come before the stop, a turn each; ends when nothing is left.
    private mutating func drain() {
        var hasRead = false
        if System.steadyClock < drainsUntil ?? 0 {
            for key in connections.keys {
                guard let connection = connections[key], !connection.isLeaving, connection.state == .open,
                    connection.descriptor.unreadCount > 0
                else { continue }
                read(connection, key: key)
                hasRead = true
            }
        }
        if !hasRead { end() }
    }

    private mutating func end() {
        for key in connections.keys {
            guard let connection = connections[key] else { continue }
            if connection.begun?.route != nil || connection.parser.isWithinRequest, !connection.isLeaving {
                refuse(connection, with: listener.reply.later("the engine stops; nothing of this request was taken"))
            }
            listener.counts.note(.stopped)
            connection.answers.leave()
            // What was taken is answered later, by others.
            listener.leave(connection.answers)
        }
        hasEnded = true
    }
}
