package import Endpoints
import Events
import HTTP
import Page
package import Pipeline
import Storage
import Telemetry

/// The page of journeys in a run that goes on, and what it asks for: figures, the engine's counts,
/// and, for those who show the admin token, the latest decisions.
///
/// A page that somebody's browser got elsewhere may not read ours through a name that leads here
/// (DNS rebinding): requests are answered only where they were sent to an address, to `localhost`,
/// or to the name under which the port was opened.
package struct JourneyPages: Sendable {
    private static let document = String(decoding: Page.document(), as: UTF8.self)

    private let figures: LiveReport
    private let host: String
    private let token: AccessToken?
    private let decisions: RecentDecisions?
    private let customers: CustomerLooks?

    /// - Parameters:
    ///   - host: the host under which the port was opened, besides addresses.
    ///   - token: opens what is about single customers; without it nobody sees that.
    package init(
        _ figures: LiveReport, host: String, token: AccessToken? = nil, decisions: RecentDecisions? = nil,
        customers: CustomerLooks? = nil
    ) {
        self.figures = figures
        self.host = host.lowercased()
        self.token = token
        self.decisions = decisions
        self.customers = customers
    }

    /// The answer to a request that is for the page; nil for all others.
    func answer(to request: RequestHead, _ metrics: Metrics) -> Response? {
        switch request.path {
        case "/", "/journeys.json", "/engine.json": break
        case let path: if token == nil || path != "/decisions.json" && customer(in: path) == nil { return nil }
        }
        guard isMeant(request.value("host") ?? "") else {
            return Response(
                .forbidden, "this host name is not known here; ask by the address, or by the name given to --admin\n")
        }
        switch request.path {
        case "/":
            return Response(.ok, type: "text/html; charset=utf-8", JourneyPages.document)
                .with("Content-Security-Policy", Page.policy + "; frame-ancestors 'none'")
                .with("Referrer-Policy", "no-referrer")
        case "/journeys.json":
            guard let (json, age) = figures.figures(at: System.monotonicClock) else {
                return Response(.unavailable, "the first figures are being made\n").with("Retry-After", "1")
            }
            return Response(.ok, type: Response.json, String(decoding: json, as: UTF8.self))
                .with("Age", "\(age / 1_000_000_000)")
        case "/engine.json": return Response(.ok, type: Response.json, EngineRows(metrics.reading).json)
        case let path: return personal(path, request)
        }
    }

    /// What is about single customers, for those who show the token.
    private func personal(_ path: String, _ request: RequestHead) -> Response? {
        guard let token, isShown(token, by: request) else {
            return Response(.unauthorized, "the admin token is needed; send Authorization: Bearer TOKEN\n")
        }
        guard let id = customer(in: path) else {
            return decisions.map { Response(.ok, type: Response.json, String(decoding: $0.json, as: UTF8.self)) }
        }
        switch customers?.answer(for: id, at: System.monotonicClock) {
        case .known(let json)?: return Response(.ok, type: Response.json, json)
        case .nothing?: return Response(.notFound, "nothing is remembered of this customer\n")
        case .asked?: return Response(.unavailable, "the engine is being asked\n").with("Retry-After", "1")
        case nil: return nil
        }
    }

    /// The customer's id in `/customers/ID.json`.
    private func customer(in path: String) -> [UInt8]? {
        guard path.hasPrefix("/customers/"), path.hasSuffix(".json") else { return nil }
        let id = FormText.decoded(Array(path.utf8)[11..<max(11, path.utf8.count - 5)])
        return id.isEmpty ? nil : id
    }

    private func isShown(_ token: AccessToken, by request: RequestHead) -> Bool {
        let parts = (request.value("authorization") ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        return View.of(Array(parts[1].utf8)) { token.matches($0) }
    }

    /// Whether a request was sent to where this is. HTTP/1.0 may leave it open.
    func isMeant(_ field: String) -> Bool {
        if field.isEmpty { return true }
        var name = field.lowercased()[...]
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return false }
            return name[name.index(after: name.startIndex)..<end].allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        if let colon = name.lastIndex(of: ":") { name = name[..<colon] }
        if name == "localhost" || name == host { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// What the engine counts, as rows of a name and a number: a family of several series as their sum, a histogram as its
/// quantiles.
struct EngineRows {
    private(set) var rows: [(name: String, value: Double)] = []

    init(_ reading: Reading) {
        for family in reading.families {
            var sum: Double?
            for sample in family.samples {
                switch sample.value {
                case .number(let number): sum = (sum ?? 0) + number
                case .histogram(let counts, let scale):
                    if counts.count == 0 { continue }
                    let labels = sample.labels.map { " \($0.name)=\($0.value)" }.joined()
                    rows.append(("\(family.name)\(labels) p50", Double(counts.quantile(0.5)) * scale))
                    rows.append(("\(family.name)\(labels) p99", Double(counts.quantile(0.99)) * scale))
                }
            }
            if let sum { rows.append((family.name, sum)) }
        }
    }

    var json: String {
        var bytes: [UInt8] = Array("[".utf8)
        for (index, row) in rows.prefix(400).enumerated() where row.value.isFinite {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += "[".utf8
            bytes.append(jsonString: row.name)
            bytes += ",\(row.value)]".utf8
        }
        return String(decoding: bytes, as: UTF8.self) + "]"
    }
}
