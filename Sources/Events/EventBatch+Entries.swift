import Storage

/// Lines and the places that their events take: one for each line, but where it holds several events.
extension EventBatch {
    /// How many places the batch's lines take.
    package var entryCount: Int { lineCount + extras.stretches.reduce(0) { $0 + $1.count - 1 } }

    /// The places of a line; the end of all of them for a line behind the last.
    func entries(ofLine line: Int) -> Range<Int> {
        guard !extras.stretches.isEmpty else { return line..<line + 1 }
        let place = firstStretch { $0.line >= line }
        if place < extras.stretches.count, extras.stretches[place].line == line {
            let stretch = extras.stretches[place]
            return stretch.first..<stretch.first + stretch.count
        }
        guard place > 0 else { return line..<line + 1 }
        let before = extras.stretches[place - 1]
        let first = before.first + before.count + (line - before.line - 1)
        return first..<first + 1
    }

    /// The places of neighbouring lines.
    package func entries(ofLines lines: Range<Int>) -> Range<Int> {
        entries(ofLine: lines.lowerBound).lowerBound..<entries(ofLine: lines.upperBound).lowerBound
    }

    /// The line whose event has a place.
    func line(ofEntry entry: Int) -> Int {
        guard !extras.stretches.isEmpty else { return entry }
        let place = firstStretch { $0.first > entry }
        guard place > 0 else { return entry }
        let before = extras.stretches[place - 1]
        return entry < before.first + before.count
            ? before.line : before.line + 1 + (entry - before.first - before.count)
    }

    /// The lines among these that hold other than one event.
    func stretches(inLines lines: Range<Int>) -> ArraySlice<LineStretch> {
        guard !extras.stretches.isEmpty else { return [] }
        let first = firstStretch { $0.line >= lines.lowerBound }
        let end = firstStretch { $0.line >= lines.upperBound }
        return extras.stretches[first..<max(first, end)]
    }

    private func firstStretch(where fits: (LineStretch) -> Bool) -> Int {
        var low = 0
        var high = extras.stretches.count
        while low < high {
            let middle = (low + high) / 2
            if fits(extras.stretches[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Runs of lines of the batch as runs of places; a line of several events is a run of its own.
    func spread(_ runs: [LineRun]) -> [LineRun] {
        guard !extras.stretches.isEmpty else { return runs }
        var output: [LineRun] = []
        for (index, run) in runs.enumerated() {
            let end = index + 1 < runs.count ? Int(runs[index + 1].first) : lineCount
            var line = Int(run.first)
            func add(_ first: Int, upTo last: Int, isOneLine: Bool) {
                guard last > first else { return }
                output.append(
                    LineRun(
                        first: UInt64(entries(ofLine: first).lowerBound), source: run.source,
                        line: run.line + UInt64(first) - run.first, isOneLine: isOneLine))
            }
            for stretch in stretches(inLines: line..<max(line, end)) {
                add(line, upTo: stretch.line, isOneLine: false)
                add(stretch.line, upTo: stretch.line + 1, isOneLine: true)
                line = stretch.line + 1
            }
            add(line, upTo: end, isOneLine: false)
        }
        return output
    }

    /// The same events with times for those that give none; without those that are rejected for it.
    /// - Parameters:
    ///   - greatest: the greatest time of all events before.
    ///   - horizon: a time beyond which an event's own does not count.
    func timed(_ missing: InputSettings.MissingTime, greatest: Instant, horizon: Instant) -> EventBatch {
        var greatest = greatest
        var rejects = self.rejects
        return with(rejects: { rejects }) { row in
            if row.time != .distantPast {
                if row.time <= horizon { greatest = max(greatest, row.time) }
                return true
            }
            switch missing {
            case .arrival: row.time = arrival
            case .previous where greatest != .distantPast: row.time = greatest
            default:
                let line = text(row.lineText)
                rejects.append(
                    Reject(
                        line: Int(row.line), reason: .missingField, detail: EventBatch.timelessFault(row, line),
                        raw: line, element: row.element))
                return false
            }
            return true
        }
    }

    private static func timelessFault(_ row: EventRow, _ line: View<UInt8>) -> String {
        let remedy = "events of files need one; time.missing (\"previous\" or \"arrival\") takes them without"
        if row.format == 0 {
            let keys = LineAdvice.keys(of: line[0..<min(line.count, 1 << 16)].copied)
            if let near = LineAdvice.near("timestamp", among: keys) {
                return "\"timestamp\" is absent, but " + LineAdvice.remedy(for: "timestamp", instead: near)
            }
        }
        return "\"timestamp\" is absent; " + remedy
    }
}
