package import Endpoints
import Events
package import Pipeline
import Storage

/// Reads events and tells a customer's story as it unfolds. Its calls block: it belongs on a thread of its own.
package struct StoryReading: ~Copyable {
    /// One input, and how far it is read.
    private final class Source {
        private var reader: InputReader
        private let number: Int

        init(_ input: Input, number: Int, stop: StopSignal, lineLimit: Int) {
            reader = InputReader(input, stop: stop, lineLimit: lineLimit)
            self.number = number
        }

        func next(_ engine: inout InProcessEngine) throws(EndpointFault) -> EventBatch? {
            guard let piece = try reader.next() else { return nil }
            var format: InputFormat?
            if case .all(let source, _) = piece.lines { format = source.format }
            return engine.scan(
                piece.block, source: number, format: format, arrival: piece.arrival, isFirst: piece.isFirst)
        }
    }

    private let story: CustomerStory
    private let sources: [Source]
    private var engine: InProcessEngine
    /// How many lines were rejected, by reason; whose they are cannot always be told.
    package private(set) var rejected: [String: Int] = [:]
    /// The first of them: where it stands and what was wrong.
    package private(set) var firstRejected: String?
    private let tell: ([Chapter]) throws(EndpointFault) -> Void
    private var isOver = false

    /// - Parameter tell: given the chapters as they come.
    package init(
        _ plan: Plan, of story: CustomerStory, inputs: [Input], stop: StopSignal,
        tell: @escaping ([Chapter]) throws(EndpointFault) -> Void
    ) {
        self.story = story
        self.tell = tell
        sources = inputs.enumerated().map { number, input in
            Source(input, number: number, stop: stop, lineLimit: plan.input.maxLine)
        }
        engine = InProcessEngine(plan, sources: inputs.map(\.name), formats: inputs.map(\.format), observer: story)
    }

    /// Tells the story to its end: that of the inputs, or the time at which it stops, whatever comes first; where the
    /// inputs end before that time, time goes on to it.
    package mutating func run() throws(EndpointFault) {
        if sources.count == 1 {
            while !isOver, let events = try sources[0].next(&engine) { try take(InputBatch(events, isLive: false)) }
        } else {
            try runMerged()
        }
        let goesOn = !isOver && story.until != .distantFuture
        try tellOf(engine.finish(flush: goesOn))
    }

    private mutating func runMerged() throws(EndpointFault) {
        var merge = InputMerge(sources: sources.count)
        while !isOver {
            switch merge.next() {
            case .needs(let place):
                if let events = try sources[place].next(&engine) {
                    merge.offer(events, of: place)
                } else {
                    merge.end(place)
                }
            case .batch(let batch): try take(batch)
            case .finished: return
            }
        }
    }

    private mutating func take(_ batch: InputBatch) throws(EndpointFault) {
        let portions = engine.take(batch)
        try tellOf(portions)
        isOver = portions.contains { $0.watermark > story.until }
    }

    /// Tells what followed from portions, all of which the shard has done with.
    private mutating func tellOf(_ portions: [InProcessEngine.Portion]) throws(EndpointFault) {
        for portion in portions where !portion.rejected.bytes.isEmpty {
            for line in Line.all(portion.rejected.bytes.copied) {
                rejected[line.parts["reason"]?.text ?? "", default: 0] += 1
                guard firstRejected == nil else { continue }
                let place = "\(line.parts["source"]?.text ?? ""):\(line.parts["line"]?.json ?? "")"
                firstRejected = "\(place): \(line.parts["detail"]?.text ?? "")"
            }
        }
        try tell(story.takeChapters(portions.flatMap { $0.lines.block.bytes.copied }))
    }
}
