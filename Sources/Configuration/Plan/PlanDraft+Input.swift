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
