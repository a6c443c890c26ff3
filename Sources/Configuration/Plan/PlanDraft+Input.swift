import Endpoints
import Events

/// The sections `input`, `time` and `emit`.
extension PlanDraft {
    func inputSettings(_ root: Fields<RootKey>) -> InputSettings {
        var settings = InputSettings()
        _ = root.object(.input, InputKey.self) { fields in
            settings.formats = formatPlan(fields)
            if let size = fields.size(.maxLine) { settings.maxLine = Int(size) }
            _ = fields.object(.listen, listenSettings)
            _ = fields.object(.http, webSettings)
            if let dedup = fields.duration(.dedup), dedup > 0 { settings.dedup = dedup }
            return true
        }
        _ = root.object(.time, TimeKey.self) { fields in
            if let disorder = fields.duration(.disorder) { settings.disorder = disorder }
            if fields.word(.late) == "reject" { settings.late = .reject }
            if let idle = fields.duration(.idleAfter) { settings.idleAfter = idle }
            settings.missing = fields.word(.missing, InputSettings.MissingTime.self)
            settings.formats.unit = fields.word(.unit, TimePlaces.Unit.self)
            if let future = fields.duration(.maxFuture) { settings.maxFuture = future }
            return true
        }
        identity(root, &settings.formats)
        privacy(root)
        settings.formats.identity?.forgetTypes = Set(forgetTypes.map { Int32($0) })
        return settings
    }

    /// The section `input.listen`.
    private func listenSettings(_ fields: Fields<ListenKey>) -> Bool {
        if let most = fields.integer(.maxConnections) { listen.maxConnections = Int(most) }
        if let idle = fields.duration(.idleTimeout) { listen.idleTimeout = idle > 0 ? idle : nil }
        if let path = fields.string(.tokenFile) { listen.tokenFile = path }
        if let size = fields.size(.maxUnfinished) { listen.maxUnfinished = Int(size) }
        guard let mode = fields[.mode], let text = mode.string() else { return true }
        if let bits = UInt32(text, radix: 8), text.utf8.allSatisfy({ (0x30...0x37).contains($0) }), bits <= 0o777 {
            listen.mode = bits
        } else {
            mode.error("\(Wording.quoted(text)) is no set of permissions; write it in octal digits, such as \"0660\"")
        }
        return true
    }

    /// The section `input.http`.
    private func webSettings(_ fields: Fields<WebKey>) -> Bool {
        if let path = fields.string(.tokenFile) { web.tokenFile = path }
        for origin in fields[.allowOrigins]?.list() ?? [] {
            guard let text = origin.string() else { continue }
            if PlanDraft.isOrigin(text) {
                web.allowOrigins.append(text)
            } else {
                origin.error(
                    "\(Wording.quoted(text)) is no origin; write a scheme and a host as browsers send them, such as "
                        + "\"https://shop.example\", or \"*\" for any")
            }
        }
        if let size = fields.size(.maxBody) { web.maxBody = Int(size) }
        if let most = fields.integer(.maxConnections) { web.maxConnections = Int(most) }
        if let time = fields.duration(.headerTimeout) { web.headerTimeout = time }
        if let time = fields.duration(.bodyTimeout) { web.bodyTimeout = time }
        if let time = fields.duration(.idleTimeout) { web.idleTimeout = time }
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

    func lineTypes(_ root: Fields<RootKey>) -> Set<LineType> {
        guard let reader = root[.emit] else { return [.decision, .moment] }
        let words = LineType.allCases.map(\.rawValue)
        var readers = [reader]
        if case .list = reader.node.value { readers = reader.list() ?? [] }
        return Set(
            readers.compactMap { reader in
                reader.word(of: words, later: LaterVersion.lineTypes).flatMap(LineType.init(rawValue:))
            })
    }
}
