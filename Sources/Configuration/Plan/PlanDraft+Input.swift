import Endpoints
import Events

/// The sections `input`, `time` and `emit`.
extension PlanDraft {
    func inputSettings(_ root: Fields) -> InputSettings {
        var settings = InputSettings()
        _ = root["input"]?.object { fields in
            fields.later(LaterVersion.input)
            _ = fields["format"]?.word(of: ["native"], later: LaterVersion.formats)
            let most = Int64(InputSettings.lineLimitMost)
            if let size = fields.size("max_line", in: 1...most) { settings.maxLine = Int(size) }
            _ = fields["listen"]?.object { listenSettings($0) }
            _ = fields["http"]?.object { webSettings($0) }
            if let dedup = fields.duration("dedup", .zeroOrMore), dedup > 0 { settings.dedup = dedup }
            return true
        }
        _ = root["time"]?.object { fields in
            if let disorder = fields.duration("disorder", .zeroOrMore) { settings.disorder = disorder }
            if fields["late"]?.word(of: ["process", "reject"]) == "reject" { settings.late = .reject }
            if let idle = fields.duration("idle_after") { settings.idleAfter = idle }
            if let future = fields.duration("max_future", .zeroOrMore) { settings.maxFuture = future }
            return true
        }
        return settings
    }

    /// The section `input.listen`.
    private func listenSettings(_ fields: Fields) -> Bool {
        let connectionsMost = Int64(ListenSettings.connectionLimitMost)
        if let most = fields["max_connections"]?.integer(in: 1...connectionsMost) { listen.maxConnections = Int(most) }
        if let idle = fields.duration("idle_timeout", .zeroOrMore) { listen.idleTimeout = idle > 0 ? idle : nil }
        if let path = fields.string("token_file") { listen.tokenFile = path }
        if let size = fields.size("max_unfinished", in: 1 << 20...1 << 40) { listen.maxUnfinished = Int(size) }
        guard let mode = fields["mode"], let text = mode.string() else { return true }
        if let bits = UInt32(text, radix: 8), text.utf8.allSatisfy({ (0x30...0x37).contains($0) }), bits <= 0o777 {
            listen.mode = bits
        } else {
            mode.error("\(Wording.quoted(text)) is no set of permissions; write it in octal digits, such as \"0660\"")
        }
        return true
    }

    /// The section `input.http`.
    private func webSettings(_ fields: Fields) -> Bool {
        if let path = fields.string("token_file") { web.tokenFile = path }
        for origin in fields["allow_origins"]?.list() ?? [] {
            guard let text = origin.string() else { continue }
            if PlanDraft.isOrigin(text) {
                web.allowOrigins.append(text)
            } else {
                origin.error(
                    "\(Wording.quoted(text)) is no origin; write a scheme and a host as browsers send them, such as "
                        + "\"https://shop.example\", or \"*\" for any")
            }
        }
        if let size = fields.size("max_body", in: 1...1 << 30) { web.maxBody = Int(size) }
        let connectionsMost = Int64(ListenSettings.connectionLimitMost)
        if let most = fields["max_connections"]?.integer(in: 1...connectionsMost) { web.maxConnections = Int(most) }
        if let time = fields.duration("header_timeout") { web.headerTimeout = time }
        if let time = fields.duration("body_timeout") { web.bodyTimeout = time }
        if let time = fields.duration("idle_timeout") { web.idleTimeout = time }
        return true
    }

    /// Whether a text may be what a browser calls the origin of a page.
    private static func isOrigin(_ text: String) -> Bool {
        if text == "*" || text == "null" { return true }
        guard let colon = text.utf8.firstRange(of: "://".utf8) else { return false }
        let (scheme, host) = (text.utf8[..<colon.lowerBound], text.utf8[colon.upperBound...])
        let isName: (UInt8) -> Bool = { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        return !scheme.isEmpty && scheme.allSatisfy { isName($0) || $0 == UInt8(ascii: "-") } && !host.isEmpty
            && host.allSatisfy { isName($0) || "-._:[]".utf8.contains($0) }
    }

    func lineTypes(_ root: Fields) -> Set<LineType> {
        guard let reader = root["emit"] else { return [.decision, .moment] }
        let words = LineType.allCases.map(\.rawValue)
        var readers = [reader]
        if case .list = reader.node.value { readers = reader.list() ?? [] }
        return Set(
            readers.compactMap { reader in
                reader.word(of: words, later: LaterVersion.lineTypes).flatMap(LineType.init(rawValue:))
            })
    }
}
