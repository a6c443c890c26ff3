import Decisions
import Events
import Journeys
import Learning
package import Pipeline
package import Samples
import Storage

/// A shop's made-up journeys in which customers answer what a configuration decides.
///
/// The engine is played on the events as they are made, so that a run of the same configuration over these events makes the
/// same decisions, and hears the answers to them. The control group is not answered for: it gets nothing.
package struct AnsweredJourneys: ~Copyable {
    /// An offer, and how likely it was to be taken.
    package struct Truth: Sendable {
        package let offer: SampleOffer
        package let probability: Double

        /// As a line, without its end.
        package var json: String {
            let deliverAt = Instant(microseconds: AnsweredJourneys.start + Int64(offer.deliverAt))
            var entries: [(key: String, value: Part)] = [
                ("decision_id", .text(AnsweredJourneys.id(of: offer))), ("action", .text(offer.action)),
            ]
            if let channel = offer.channel { entries.append(("channel", .text(channel))) }
            entries.append(("customer", .integer(Int64(offer.customer))))
            entries.append(("deliver_at", .text("\(deliverAt)")))
            entries.append(("probability", .number(probability)))
            return Part.object(entries).json
        }
    }

    /// The beginning of 2026, when the sample's time begins.
    private static let start: Int64 = 1_767_225_600_000_000

    private var journeys: SampleJourneys
    private var engine: InProcessEngine
    private var answers: SampleAnswers
    private var remaining: Int
    /// The journeys' next event and its time; empty where there is none.
    private var ahead: [UInt8] = []
    private var aheadTime = 0
    private var now = 0
    private var isFirst = true
    /// Offers since `takeTruths`; none are kept where nobody asks.
    private var truths: [Truth] = []
    private let keepsTruths: Bool

    /// Nil where the configuration hears of no answers: it has no section `responses` that says an outcome by events.
    package init?(
        _ plan: Plan, _ parameters: SampleJourneys.Parameters, keepsTruths: Bool = false
    ) throws(SampleJourneys.ParameterError) {
        let names = AnsweredJourneys.names(plan)
        if names.isEmpty { return nil }
        var plan = plan
        plan.decisions.emits = [.decision]
        plan.decisions.policy.explain = .none
        let formats = plan.input.formats.preset == .native ? [] : [InputFormat(.native)]
        var parameters = parameters
        parameters.isEager = true
        journeys = try SampleJourneys(parameters)
        engine = InProcessEngine(plan, sources: ["sample"], formats: formats)
        answers = SampleAnswers(seed: parameters.seed, names: names, property: plan.decisionProperty)
        remaining = parameters.events
        self.keepsTruths = keepsTruths
        lookAhead()
    }

    /// By act, the first type of event that says it.
    private static func names(_ plan: Plan) -> [SampleAnswers.Act: String] {
        var names: [SampleAnswers.Act: String] = [:]
        let outcomes: [(act: SampleAnswers.Act, outcome: Outcome)] = [
            (.seen, .impression), (.clicked, .click), (.accepted, .accept), (.rejected, .reject),
        ]
        for (act, outcome) in outcomes { names[act] = plan.type(saying: outcome) }
        return names
    }

    private static func id(of offer: SampleOffer) -> String {
        let digits = String(offer.decision, radix: 16)
        return "d-" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Appends the next line with its LF; false when there are no more.
    package mutating func next(into out: inout [UInt8]) -> Bool {
        if remaining == 0 { return false }
        remaining -= 1
        let begin = out.count
        if let time = answers.next, ahead.isEmpty || time <= aheadTime {
            now = max(now, time)
            answers.tell(into: &out)
        } else {
            if ahead.isEmpty { return false }
            now = max(now, aheadTime)
            out += ahead
            lookAhead()
        }
        play(out[begin...])
        return true
    }

    /// What was offered since the last call.
    package mutating func takeTruths() -> [Truth] {
        defer { truths = [] }
        return truths
    }

    private mutating func lookAhead() {
        ahead.removeAll(keepingCapacity: true)
        guard journeys.next(into: &ahead) else { return }
        let time = View.of(ahead) { AnsweredJourneys.time(of: $0) }
        aheadTime = time.map { Int($0.microseconds - AnsweredJourneys.start) } ?? aheadTime
    }

    private static let timeKey = Array("\"timestamp\":\"".utf8)
    private static let timeLength = "2026-01-01T00:00:00.000Z".utf8.count

    /// The time of a line of the sample; it stands behind its key, which no text before it has.
    private static func time(of line: View<UInt8>) -> Instant? {
        var start = 0
        while start + timeKey.count + timeLength <= line.count {
            if line[start + 1] == timeKey[1], line[start] == timeKey[0],
                timeKey.indices.allSatisfy({ line[start + $0] == timeKey[$0] })
            {
                return Instant(rfc3339: line[start + timeKey.count..<start + timeKey.count + timeLength])
            }
            start += 1
        }
        return nil
    }

    /// Shows the engine a line, and the customers what it decides.
    private mutating func play(_ line: ArraySlice<UInt8>) {
        let block = ByteBlock(capacity: line.count)
        block.append(Array(line))
        let arrival = Instant(microseconds: AnsweredJourneys.start + Int64(now))
        let batch = engine.scan(block, source: 0, arrival: arrival, isFirst: isFirst)
        isFirst = false
        for portion in engine.take(InputBatch(batch, isLive: false)) {
            for made in portion.lines.lines where made.type == .decision && !made.isControl {
                offer(Line(portion.lines.text(of: made).copied).parts, id: made.id)
            }
        }
    }

    private mutating func offer(_ decision: Part, id: UInt64) {
        guard let action = decision["action"]?.text,
            let time = decision["deliver_at"]?.text.flatMap({ Instant(text: $0) }),
            let customer = decision["customer_id"]?.text.flatMap({ SampleOffer.customer(id: $0) })
        else { return }
        var offer = SampleOffer(
            decision: id, action: action, channel: decision["channel"]?.text, customer: customer,
            deliverAt: Int(time.microseconds - AnsweredJourneys.start))
        offer.product = decision["payload"]?["sku"]?.text.flatMap { SampleOffer.product(sku: $0) }
        if keepsTruths { truths.append(Truth(offer: offer, probability: SampleTruth.accepts(offer))) }
        answers.take(offer, now: now)
    }
}
