import Events

/// What looks wrong about a run that went through: input that was not what the configuration takes it for.
///
/// A pure function of a run's figures. Each finding is one line, says what is amiss and what would be right; where nothing is
/// amiss there is none.
package enum Diagnosis {
    /// The most findings that are told; what comes first explains most.
    package static let findingsMost = 5
    /// How many names of a sort are listed.
    private static let namesMost = 3

    /// What looks wrong, what explains most first.
    package static func findings(_ figures: RunFigures) -> [String] {
        let looks = [rejected, format, times, properties, types, silence, late, beyond, pending]
        return Array(looks.compactMap { $0(figures) }.prefix(findingsMost))
    }

    private static func rejected(_ figures: RunFigures) -> String? {
        if figures.rejected == 0 { return nil }
        let place = figures.keepsRejects ? "" : "; --rejects FILE keeps them"
        if figures.events == 0, !figures.goesOn {
            let count = figures.rejected == 1 ? "the only line was" : "all \(figures.rejected) lines were"
            // Where they are kept none was reported as it came.
            let first = figures.keepsRejects ? figures.firstReject.map { "; the first: \($0)" } ?? "" : place
            return "\(count) rejected (\(figures.reasons))\(first)"
        }
        if figures.isDaemon || figures.keepsRejects { return nil }
        return "\(figures.rejected) line\(figures.rejected == 1 ? "" : "s") rejected (\(figures.reasons))\(place)"
    }

    private static func format(_ figures: RunFigures) -> String? {
        guard figures.rejected * 2 > figures.lines, !figures.isDaemon,
            let preset = FormatAdvice.preset(of: figures.rejectedSample), preset != figures.preset
        else { return nil }
        return "these look like \(preset.title) events; try --format \(preset.rawValue)"
    }

    private static func late(_ figures: RunFigures) -> String? {
        guard figures.late * 100 > figures.events, !figures.isDaemon else { return nil }
        return "\(figures.late) of \(figures.events) events were late; sort the input by time, or set time.disorder"
    }

    private static func silence(_ figures: RunFigures) -> String? {
        guard figures.hasRules, figures.events > 0, figures.linesOut == 0, figures.moments == 0, !figures.goesOn else {
            return nil
        }
        let came = figures.events == 1 ? "1 event came" : "\(figures.events) events came"
        let failing = figures.failing.map { "; \($0.path) had no value \($0.count) time\($0.count == 1 ? "" : "s")" }
        return "nothing matched: \(came), and no line was written" + (failing ?? "")
    }

    private static func beyond(_ figures: RunFigures) -> String? {
        if figures.neverDue == 0 || figures.isDaemon { return nil }
        let lie = figures.neverDue == 1 ? "deadline lies" : "deadlines lie"
        return "\(figures.neverDue) \(lie) beyond the year 9999, so never due; shorten the times of the configuration, "
            + "or look at the timestamps"
    }

    private static func pending(_ figures: RunFigures) -> String? {
        guard figures.pendingMatches > 0, !figures.flushes, !figures.isLive, !figures.wasStopped else { return nil }
        let are = figures.pendingMatches == 1 ? "deadline is" : "deadlines are"
        return "\(figures.pendingMatches) \(are) pending at the end of the input; --at-end flush lets them fire"
    }

    // MARK: Types

    private static func types(_ figures: RunFigures) -> String? {
        guard figures.events > 0, figures.hasOtherTypes, !figures.typesThatDidNot.isEmpty, !figures.goesOn else {
            return nil
        }
        // Those first for which another came that only looks different.
        let came = figures.typesThatCame.map { (name: $0, plain: plain($0)) }
        let likes = figures.typesThatDidNot.map { name in
            let plain = plain(name)
            return (name: name, like: came.first { $0.plain == plain && $0.name != name }?.name)
        }
        let absent = likes.filter { $0.like != nil } + likes.filter { $0.like == nil }
        let frequent = figures.typesThatCame.prefix(namesMost)
        let meant = absent.prefix(namesMost).compactMap { entry in
            entry.like.map { "\(quoted($0)) may be \(quoted(entry.name))" }
        }
        return "no event came of type \(listed(absent.map(\.name), "or")), which the configuration names; the most "
            + "frequent that came: \(listed(Array(frequent), "and"))"
            + (meant.isEmpty ? "" : " (\(meant.joined(separator: ", ")))")
    }

    /// A name without case and signs.
    private static func plain(_ name: String) -> String {
        String(
            decoding: name.lowercased().utf8.filter { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 >= 0x80 }, as: UTF8.self)
    }

    // MARK: The sample

    private static func times(_ figures: RunFigures) -> String? {
        if !figures.readsMilliseconds { return nil }
        let sample = figures.sample.map { LineAdvice.keys(of: $0) }.filter { !$0.isEmpty }
        if sample.isEmpty { return nil }
        let given = sample.compactMap { keys in
            keys.last { $0.name == "timestamp" && $0.first != UInt8(ascii: "n") }
        }
        if given.isEmpty {
            let near = sample.lazy.compactMap { LineAdvice.near("timestamp", among: $0) }.first
            guard near != nil || !figures.isLive else { return nil }
            let remedy = near.map { LineAdvice.remedy(for: "timestamp", instead: $0) }
            return "no timestamp was found, so events count at the time of their arrival; "
                + (remedy ?? "write when each happened under \"timestamp\"")
        }
        let numbers = given.compactMap(\.number)
        // What is a second of these years as a millisecond lies in the beginning of 1970.
        guard numbers.count == given.count, numbers.allSatisfy({ (631_152_000..<4_102_444_800).contains($0) }) else {
            return nil
        }
        let example = Instant(microseconds: numbers[0] * 1000)
        return "all times lie in 1970 (\(example)): timestamps look like seconds, but are read as milliseconds; "
            + "set time.unit: \"s\""
    }

    private static func properties(_ figures: RunFigures) -> String? {
        var inside: Set<String> = []
        var beside: Set<String> = []
        for line in figures.sample {
            for key in LineAdvice.keys(of: line) {
                if key.name == "properties" { inside.formUnion(LineAdvice.keys(of: key.value).map(\.name)) }
                beside.insert(key.name)
            }
        }
        let names = Set(figures.properties).filter {
            beside.contains($0) && !inside.contains($0) && !native.contains($0)
        }
        guard let first = names.min() else { return nil }
        let stand = names.count == 1 ? "stands" : "stand"
        return
            "\(listed(names.sorted(), "and")) \(stand) beside \"properties\", not in it, so event.properties.\(first) "
            + "finds nothing; read event.raw.\(first), or put \(names.count == 1 ? "it" : "them") inside"
    }

    private static let native: Set<String> = ["id", "customer_id", "event", "timestamp", "channel", "properties"]

    // MARK: Words

    private static func quoted(_ name: String) -> String {
        var shown = ""
        for scalar in name.unicodeScalars.prefix(64) {
            let isControl =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            shown.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return "\"\(shown)\""
    }

    /// `"a", "b" and "c"`, with how many more there are.
    private static func listed(_ names: [String], _ word: String) -> String {
        var parts = names.prefix(namesMost).map(quoted)
        if names.count > namesMost { parts.append("\(names.count - namesMost) more") }
        guard parts.count > 1 else { return parts.joined() }
        return parts.dropLast().joined(separator: ", ") + " \(word) " + parts[parts.count - 1]
    }
}
