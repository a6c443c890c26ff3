import Decisions
import Events
import Journeys
import Storage

/// What the parts of the engine put into a snapshot between two batches, and how new ones take it in under the same plan.
extension EngineShard {
    func add(to image: StateImage) {
        journeys.add(to: image)
        image.put(proposer.failures)
        image.put(proposer.absences)
        addReport(to: image)
        accounts?.add(to: image)
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        try journeys.restore(from: reader)
        let (failures, absences) = (try reader.numbers(), try reader.numbers())
        guard failures.count == absences.count else { throw .unfit("its counts of evaluations do not fit each other") }
        proposer.restore(failures: failures, absences: absences)
        try restoreReport(from: reader)
        try accounts?.restore(from: reader)
    }
}

extension EngineMerge {
    func add(to image: StateImage) {
        merge.stage.add(to: image)
        addReport(to: image)
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        try merge.stage.restore(from: reader)
        try restoreReport(from: reader)
    }
}

extension RejectLog {
    /// Puts in the rejected lines that are still to be written, and how many were shown.
    func add(to image: StateImage) {
        image.put(label: "rejects")
        image.put(reported)
        image.put(counts.count)
        for (reason, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            image.put(reason.rawValue)
            image.put(count)
        }
        image.put(waiting.count)
        for found in waiting {
            image.put(found.place)
            image.put(found.source.name)
            image.put(found.line)
            image.put(found.reject.index ?? -1)
            image.put(found.reject.reason.rawValue)
            image.put(found.reject.detail)
            View.of(found.reject.raw) { image.put($0) }
        }
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        try reader.expect(label: "rejects")
        reported = try reader.number()
        for _ in 0..<(try reader.count(of: 16)) {
            guard let reason = RejectReason(rawValue: try reader.text()) else {
                throw .unfit("a line is rejected for a reason that there is not")
            }
            counts[reason] = try reader.word()
        }
        var sources = NamedSources()
        for _ in 0..<(try reader.count(of: 56)) {
            let (place, source, line) = (try reader.word(), sources[try reader.text()], try reader.word())
            let index = try reader.number()
            let word = try reader.text()
            guard let reason = RejectReason(rawValue: word) else {
                throw .unfit("a line is rejected for a reason that there is not")
            }
            let detail = try reader.text()
            let raw = try reader.bytes()
            var reject = View.of(raw) { Reject(line: Int(clamping: line), reason: reason, detail: detail, raw: $0) }
            reject.index = index < 0 ? nil : index
            waiting.append(PlacedReject(place: place, source: source, line: line, reject: reject))
        }
    }
}
