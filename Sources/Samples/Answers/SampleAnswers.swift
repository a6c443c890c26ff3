/// What made-up customers do about offers, as further events of their journeys.
///
/// Three of four offers are seen: soon where the customer looks at that hour, else soon or at its next own hour. What is
/// seen is taken, with the probability that makes `SampleTruth.accepts` of all, or else looked at or waved away, or nothing
/// comes of it. Everything follows from the decision's id and the seed. Memory: some 150 bytes for each offer under way.
package struct SampleAnswers: Sendable {
    /// What an answer says.
    package enum Act: Int, CaseIterable, Sendable { case seen, clicked, accepted, rejected }

    /// An answer that is to come.
    private struct Waiting: Sendable {
        var offer: SampleOffer
        var act: Act
    }

    private static let hour = 3_600_000_000
    private static let minute = 60e6

    private let seed: UInt64
    /// By act, the beginning of its line's text; nil where nobody asks for it.
    private let eventKeys: [Fragment?]
    private let decisionKey: Fragment
    private let catalogue = RetailCatalogue()
    private var agenda = Agenda()
    private var waiting: [Waiting?] = []
    private var free: [Int] = []
    private var line = EventLine(idPrefix: "ans_")

    /// - Parameters:
    ///   - names: the types of the events that say each act; those that are not there are not told.
    ///   - property: under which they bring the decision's id.
    package init(seed: UInt64, names: [Act: String], property: String = "decision_id") {
        self.seed = seed
        decisionKey = fragment("\"\(property)\":\"d-")
        eventKeys = Act.allCases.map { act in names[act].map { EventLine.eventKey($0) } }
    }

    /// When the next answer comes, in microseconds from the start of 2026; nil where none is to come.
    package var next: Int? { agenda.first?.time }

    /// Has the customer answer an offer, at the earliest at `now`.
    package mutating func take(_ offer: SampleOffer, now: Int) {
        var dice = Dice(seed: seed ^ Dice.mixed(offer.decision))
        guard dice.unit() < SampleTruth.seen else { return }
        var time = max(offer.deliverAt + Int(Self.minute * (1 + 8 * dice.wait())), now)
        if !SampleTruth.isNear(time, to: offer.customer), dice.chance(perMille: 600) {
            // At the next hour of its own, some time within it.
            let ahead = (SampleTruth.hour(of: offer.customer) - time / Self.hour % 24 + 24) % 24
            time = (time / Self.hour + ahead) * Self.hour + dice.below(Self.hour)
        }
        wait(for: .seen, of: offer, at: time)
        let later = time + Int(Self.minute * (1 + 10 * dice.wait()))
        if dice.unit() * SampleTruth.seen < SampleTruth.accepts(offer) {
            wait(for: .accepted, of: offer, at: later)
        } else if dice.chance(perMille: 200) {
            wait(for: .clicked, of: offer, at: later)
        } else if dice.chance(perMille: 100) {
            wait(for: .rejected, of: offer, at: later)
        }
    }

    private mutating func wait(for act: Act, of offer: SampleOffer, at time: Int) {
        guard eventKeys[act.rawValue] != nil else { return }
        let slot = free.popLast() ?? waiting.count
        if slot == waiting.count { waiting.append(nil) }
        waiting[slot] = Waiting(offer: offer, act: act)
        agenda.insert(Agenda.Entry(time: time, slot: slot))
    }

    /// Appends the next answer as a line with its LF; there must be one. Times never go back.
    package mutating func tell(into out: inout [UInt8]) {
        guard let entry = agenda.first, let answer = waiting[entry.slot], let key = eventKeys[answer.act.rawValue]
        else { preconditionFailure("no answer is to come") }
        agenda.removeFirst()
        waiting[entry.slot] = nil
        free.append(entry.slot)
        line.move(to: entry.time)
        let channel = answer.offer.channel.map { EventLine.channelKey($0) } ?? EventLine.channelKey("web")
        line.open(customer: answer.offer.customer, event: key, channel: channel, into: &out)
        if answer.act == .accepted {
            let product = answer.offer.product ?? Int(answer.offer.decision % UInt64(catalogue.product.count))
            out.append(contentsOf: catalogue.product[product])
            out.append(contentsOf: fragment(",\"quantity\":1,"))
        }
        out.append(contentsOf: decisionKey)
        EventLine.word(answer.offer.decision, into: &out)
        out.append(contentsOf: fragment("\"}}\n"))
    }
}
