import Decisions
import Endpoints
import Events
import Journeys
import Synchronization

/// The events whose senders wait for what follows from them: told by the sequencer, answered by the stage that decides.
///
/// It costs nothing while nobody asks.
final class Inquiries: Sendable {
    private struct Inquiry {
        let receipt: any LineReceipt
        var lines: [AskedLine] = []
        /// Whether the event has been taken by its shard.
        var isTaken = false
        /// Its moments that wait, by their ids.
        var waiting: Set<UInt64> = []
    }

    private let count = Atomic<Int>(0)
    private let open = Mutex<[UInt64: Inquiry]>([:])

    /// Whether nobody waits.
    var isEmpty: Bool { count.load(ordering: .acquiring) == 0 }

    /// Notes who waits for what follows from the event at a place. It must not have come to the shards yet.
    func add(_ receipt: any LineReceipt, at place: UInt64) {
        open.withLock { $0[place] = Inquiry(receipt: receipt) }
        count.add(1, ordering: .acquiringAndReleasing)
    }

    /// What to look for among the lines of the next batch.
    func watch() -> LineWatch {
        open.withLock { open in
            var waiting: [UInt64: UInt64] = [:]
            for (place, inquiry) in open {
                for id in inquiry.waiting { waiting[id] = place }
            }
            return LineWatch(places: Set(open.keys), waiting: waiting)
        }
    }

    /// Takes in what was found in a batch, and answers those that wait for nothing more.
    /// - Parameter batch: nil for what follows from time alone.
    func settle(_ watch: LineWatch, in lines: OutputLines, _ batch: OrderedBatch?, _ kept: [KeptMoment]) {
        let done = open.withLock { open -> [Inquiry] in
            for (place, ranges) in watch.found {
                for range in ranges { open[place]?.lines += range.map { lines.asked($0) } }
            }
            for id in watch.settled { if let place = watch.waiting[id] { open[place]?.waiting.remove(id) } }
            for moment in kept { Inquiries.keep(moment, &open) }
            for place in batch?.places(among: watch.places) ?? [] { open[place]?.isTaken = true }
            let done = open.filter { $0.value.isTaken && $0.value.waiting.isEmpty }
            for place in done.keys { open[place] = nil }
            return Array(done.values)
        }
        guard !done.isEmpty else { return }
        count.subtract(done.count, ordering: .acquiringAndReleasing)
        for inquiry in done { inquiry.receipt.decided(inquiry.lines) }
    }

    private static func keep(_ moment: KeptMoment, _ open: inout [UInt64: Inquiry]) {
        guard open[moment.place] != nil else { return }
        open[moment.place]?.waiting.insert(moment.id)
        let what =
            if let until = moment.until { "the quiet hours hold its moment until \(until)" } else {
                "its moment waits for others, as policy.gather says"
            }
        open[moment.place]?.receipt.waits(for: what)
    }

    /// Forgets those that nobody waits for any more.
    func forget() {
        guard !isEmpty else { return }
        open.withLock { open in
            let gone = open.filter { $0.value.receipt.isOver }
            for place in gone.keys { open[place] = nil }
            count.subtract(gone.count, ordering: .acquiringAndReleasing)
        }
    }
}

extension Stages {
    /// Tells those who wait for it what became of the lines of a block that begins at a place.
    func tell(_ events: EventBatch, from place: UInt64, _ refused: [PlacedReject]) {
        var line = 0
        for part in events.parts {
            let lines = line..<line + part.lineCount
            line = lines.upperBound
            guard let receipt = part.receipt else { continue }
            // One line may hold several events, each with a place of its own.
            let entries = events.entries(ofLines: lines)
            let range = place + UInt64(entries.lowerBound)..<place + UInt64(entries.upperBound)
            let rejected = refused.filter { range.contains($0.place) }.sorted { $0.place < $1.place }
                .map { (index: Int($0.place - range.lowerBound), reject: $0.reject) }
            let asks = receipt.asksForOutput && rejected.isEmpty && entries.count == 1
            receipt.taken(
                entries.count, event: asks ? events.asked(onLine: lines.lowerBound) : nil, rejected: rejected)
            guard asks else { continue }
            let disorder = current.plan.input.disorder
            if disorder > 0 { receipt.waits(for: "time.disorder holds events back for \(disorder / 1000) ms") }
            inquiries.add(receipt, at: range.lowerBound)
        }
    }

    /// Answers the requests that nobody will answer any more.
    func concludeRequests() {
        for input in request.inputs { input.source.conclude() }
    }
}
