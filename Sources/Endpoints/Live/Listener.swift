package import Events
import HTTP
package import Languages
import Storage
import Synchronization
package import Telemetry

/// A socket at which senders connect, open from the start, so that a mistake is noticed before anything is read.
package final class Listener: Sendable {
    /// How messages and rejected lines name it: its address, with the port that it got.
    package let name: String
    package let settings: ListenSettings
    /// What holds for it where it takes requests of HTTP; nil where it takes lines.
    package let web: WebSettings?
    /// The connections whose answers are still on their way after a stop.
    private let left = Mutex<[WebAnswers]>([])
    /// What every connection must show first, if anything.
    let token: AccessToken?
    let descriptor: Descriptor
    /// The format of the lines that come, and how bodies are read that are tables; nil where they are none.
    package let format: InputFormat
    let table: TableSettings?
    /// How many connections there may be at a time, those included that are on their way out: less than the settings allow
    /// where not so many files may be open.
    private let roomMost: Atomic<Int>
    let counts: ListenerCounts
    let log: Log
    /// What is said to those who send requests.
    let reply: WebReply
    private let place: UnixSocket?

    /// Listens at an address.
    /// - Parameters:
    ///   - table: how each connection is read that sends a table with its own header; nil where they send lines.
    ///   - token: asked of all connections over TCP; a Unix socket is guarded by its permissions.
    ///   - allowsRemote: whether other machines may be let in at all. Then there must be a token.
    package init(
        _ address: SocketAddress, format: InputFormat = .standard, table: TableSettings? = nil,
        settings: ListenSettings, token: AccessToken?, allowsRemote: Bool, metrics: Metrics, log: Log
    ) throws(EndpointFault) {
        self.settings = settings
        self.format = format
        self.table = table
        self.log = log
        reply = WebReply(Speech(.english))
        web = nil
        switch address {
        case .unix(let path):
            let place = try Listener.place(path, named: "\(address)", mode: settings.mode, log)
            self.place = place
            descriptor = place.descriptor
            name = "\(address)"
            self.token = nil
        case .tcp(let host, _):
            descriptor = try Listener.socket(
                address, named: "\(address)", hasToken: token != nil, allowsRemote: allowsRemote, section: "listen")
            place = nil
            name = "\(SocketAddress.tcp(host: host, port: descriptor.localAddress?.port ?? 0))"
            self.token = token
        }
        roomMost = Atomic(settings.maxConnections + ConnectionReader.leavingMost)
        counts = ListenerCounts(metrics, listener: name)
    }

    /// Listens at an address for requests of HTTP.
    /// - Parameters:
    ///   - host: a name or a number.
    ///   - table: how bodies are read where the format is that of tables.
    ///   - token: asked of all requests.
    ///   - speech: the language of what answers say to people.
    package init(
        web: WebSettings, host: String, port: UInt16, format: InputFormat = .standard, table: TableSettings? = nil,
        token: AccessToken?, allowsRemote: Bool, metrics: Metrics, log: Log, speech: Speech
    ) throws(EndpointFault) {
        self.format = format
        self.table = table
        reply = WebReply(speech)
        var settings = ListenSettings()
        settings.maxConnections = web.maxConnections
        self.settings = settings
        self.web = web
        self.token = token
        self.log = log
        place = nil
        let address = SocketAddress.tcp(host: host, port: port)
        descriptor = try Listener.socket(
            address, named: address.httpText, hasToken: token != nil, allowsRemote: allowsRemote, section: "http")
        name = SocketAddress.tcp(host: host, port: descriptor.localAddress?.port ?? 0).httpText
        roomMost = Atomic(settings.maxConnections + ConnectionReader.leavingMost)
        counts = ListenerCounts(metrics, listener: name)
    }

    /// Takes over a connection whose requests may be answered yet, when nothing more is read.
    func leave(_ answers: WebAnswers) { left.withLock { $0.append(answers) } }

    /// At the end of a run: answers the requests that nobody will answer any more, and closes their connections.
    package func conclude() {
        let left = left.withLock { left in
            defer { left = [] }
            return left
        }
        for answers in left {
            answers.conclude(
                with: reply.later(
                    "the engine has stopped before this was settled; what was sent may have been taken"))
        }
    }

    /// How many connections may be open beside those that are on their way out, and how many of those there may be.
    package var connectionsMost: (open: Int, leaving: Int) {
        let most = roomMost.load(ordering: .relaxed)
        let leaving = min(ConnectionReader.leavingMost, max(1, most / 8))
        return (min(settings.maxConnections, max(1, most - leaving)), leaving)
    }

    /// Holds the connections to a number of open files, before there are any.
    package func limitConnections(toFiles most: Int) {
        roomMost.store(min(most, settings.maxConnections + ConnectionReader.leavingMost), ordering: .relaxed)
    }

    /// Takes no more connections, and removes a Unix socket's file.
    func close() {
        place?.remove()
        try? descriptor.close()
    }

    private static func socket(
        _ address: SocketAddress, named name: String, hasToken: Bool, allowsRemote: Bool, section: String
    ) throws(EndpointFault) -> Descriptor {
        let found: [NetworkAddress]
        do throws(SocketAddress.Fault) {
            found = try address.resolved()
        } catch {
            throw EndpointFault(.cannotOpen, "\(name): \(error)")
        }
        if found.contains(where: { !$0.isLoopback }) {
            if !allowsRemote {
                throw EndpointFault(
                    .badAddress,
                    "\(name): other machines can reach it; give --allow-remote and set input.\(section).token_file, "
                        + "or listen at 127.0.0.1")
            }
            if !hasToken {
                throw EndpointFault(
                    .badAddress,
                    "\(name): other machines can reach it, so senders must show a token; "
                        + "set input.\(section).token_file in the configuration")
            }
        }
        var first: SystemError?
        for address in found {
            do throws(SystemError) {
                return try Descriptor.listening(at: address)
            } catch {
                first = first ?? error
            }
        }
        throw EndpointFault(.cannotOpen, "\(name): cannot listen there: \(first.map { "\($0)" } ?? "no address")")
    }

    private static func place(
        _ path: String, named name: String, mode: UInt32, _ log: Log
    ) throws(EndpointFault) -> UnixSocket {
        guard let address = NetworkAddress(unixPath: path) else {
            throw EndpointFault(.badAddress, "\(name): is not a path that a socket may have")
        }
        do throws(UnixSocket.Fault) {
            return try UnixSocket(path: path, address: address, mode: mode) { lock in
                log.warn(
                    "waiting for another journeyd that begins to listen there",
                    ["input": .text(name), "lock": .text(lock)])
            }
        } catch {
            if case .toldToEnd = error { throw EndpointFault(.toldToEnd, "\(name): told to end before it had begun") }
            let fault =
                switch error {
                case .inUse: "somebody listens there already; end that program, or choose another path"
                case .notASocket: "there is something that is not a socket; remove it, or choose another path"
                case .locked(let lock):
                    "another journeyd that begins to listen there has held \(lock) for too long; end that program"
                case .lockOfAnother(let lock):
                    "\(lock) is in the way and belongs to somebody else; remove it, or choose another path"
                case .toldToEnd: "told to end"
                case .failed(let error): "cannot listen there: \(error)"
                }
            throw EndpointFault(.cannotOpen, "\(name): \(fault)")
        }
    }
}

/// What happened at a listener so far.
package struct ListenerCounts: Sendable {
    /// Why a connection ended, as the counts name it.
    package enum End: String, CaseIterable, Sendable {
        /// The sender closed it.
        case closed
        /// Nothing came for `idle_timeout`.
        case idle
        /// It broke.
        case broken
        /// There were `max_connections` already.
        case limit
        /// What came first was not what was asked for.
        case refused
        /// Its unfinished line had no room any more.
        case memory
        /// The run stopped.
        case stopped
    }

    static let unfinishedHelp = "Lines that were lost because what they came from ended within them."

    let connections: Gauge
    let accepted: Counter
    let unfinished: Counter
    /// Requests that were answered.
    let answered: Counter
    private let ends: [End: Counter]

    init(_ metrics: Metrics, listener: String) {
        connections = metrics.gauge(
            "journeyd_input_connections", "Connections that are open.", ["input": listener])
        accepted = metrics.counter(
            "journeyd_input_connections_accepted_total", "Connections that were accepted.", ["input": listener])
        unfinished = metrics.counter(
            "journeyd_input_unfinished_lines_total", ListenerCounts.unfinishedHelp,
            ["input": listener])
        answered = metrics.counter(
            "journeyd_input_answers_total", "Requests of HTTP that were answered.", ["input": listener])
        ends = Dictionary(
            uniqueKeysWithValues: End.allCases.map { end in
                let counter = metrics.counter(
                    "journeyd_input_connections_ended_total", "Connections that ended, by reason.",
                    ["input": listener, "reason": end.rawValue])
                return (end, counter)
            })
    }

    /// What people should know at the end, by name.
    func named(_ listener: String) -> [String: UInt64] {
        var named = ["connections at \(listener)": accepted.value]
        named["lines of \(listener) that were not finished"] = unfinished.value > 0 ? unfinished.value : nil
        for end in [End.limit, .refused, .memory, .idle, .broken] {
            guard let count = ends[end]?.value, count > 0 else { continue }
            named["connections at \(listener), ended: \(end.rawValue)"] = count
        }
        return named
    }

    func note(_ end: End) { ends[end]?.add() }
}
