import Events

/// The sections `input`, `time`, `emit` and `outputs`.
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

    /// There is one output as yet, standard output; so all there is to read is whether more is asked for.
    func outputs(_ root: Fields) {
        guard let readers = root["outputs"]?.list(allowEmpty: false) else { return }
        for (index, reader) in readers.enumerated() {
            _ = reader.object { fields in
                fields.later(LaterVersion.output)
                guard let target = fields.required("to"), let text = target.string() else { return false }
                if LaterVersion.outputs.contains(where: text.hasPrefix) {
                    target.error("\(Wording.quoted(text)) \(LaterVersion.notice); write \"stdout\"")
                } else if target.word(of: ["stdout"]) != nil, index > 0, readers.count > 1 {
                    target.error("\"stdout\" is the only output that this version has; write it once")
                }
                return true
            }
        }
    }
}
