import Events
import Expressions
import Journeys
import Learning
import Storage

/// An action that answers a moment, as far as it can be judged without knowing what was chosen before.
package struct Candidate: BitwiseCopyable, Sendable {
    /// The action's number.
    var action: Int32
    /// The place of the channel to try first, or -1.
    var preferred: Int32 = -1
    var propensity = 1.0
    var context = 1.0
    var value = 1.0
    /// The channels that have the customer's consent, by their place among the action's: the first in the lowest bit.
    var consented: UInt64 = .max
    /// The place of what else is kept of it among the batch's notes; -1 where that is nothing, as it mostly is.
    var note: Int32 = -1
    /// The first gate that it failed; nil where it passed all that read no history.
    var blocked: Reason?
    /// Whether propensity, context and value are numbers that a priority may be made of.
    var isRateable = false

    init(action: Int) { self.action = Int32(action) }
}

/// What is kept of a candidate whose propensity is learnt, or that is explained in full.
struct CandidateNote: BitwiseCopyable, Sendable {
    /// Where the value lies, among the batch's bytes, of the cell that its propensity is learnt in, and where its
    /// features lie; -1 for none.
    var bucketStart: Int32 = -1
    var bucketCount: Int32 = 0
    var featureStart: Int32 = -1
    var featureCount: Int32 = 0
    /// Where the members of a JSON object that tell how the gates were judged lie among the batch's bytes.
    var evidenceStart = 0
    var evidenceCount = 0
}

/// A moment that asks for a decision.
package struct Proposal: BitwiseCopyable, Sendable {
    let moment: MomentNumber
    let time: Instant
    /// The number behind `m-` in the moment line's id.
    let momentID: UInt64
    let customerHash: UInt64
    let customerStart: Int
    let customerCount: Int
    /// What the customer is kept under; its id where that is the same.
    let keyStart: Int
    let keyCount: Int
    /// The id of the event that brought it about; of no length where none did.
    let eventStart: Int
    let eventCount: Int
    /// The name of the customer's time zone; of no length where it has none.
    let zoneStart: Int
    let zoneCount: Int
    /// What the moment brings along for caps and budgets begins there, in as many pieces as the plan has of each.
    let maximaStart: Int
    let keysStart: Int
    let candidateStart: Int
    let candidateCount: Int
    /// Whether it is decided as one with the others of its cause, whatever the policy says.
    let isTogether: Bool
    /// Why nothing is chosen, where that is settled.
    let verdict: Reason?
    /// The moment's rendered values are `fragments[fragmentStart..<fragmentStart + fragmentCount]`.
    let fragmentStart: Int
    var fragmentCount = 0
}

/// What an event says came of some decision.
struct ProposedResponse: BitwiseCopyable, Sendable {
    let outcome: Outcome
    let time: Instant
    let customerHash: UInt64
    let customerStart: Int
    let customerCount: Int
    let reference: ResponseBook.Reference
    /// What it is worth; not a number where it does not say.
    let value: Double
    /// The place among the policy's right hours where it says that the customer looked, and nothing of a decision; else -1.
    let hour: Int32
    /// When the customer looked, and the name of its time zone among the batch's bytes.
    let looked: Instant
    let zoneStart: Int
    let zoneCount: Int
}

/// The value of a payload's expression at a moment, as JSON among the batch's bytes.
struct Fragment: BitwiseCopyable, Sendable {
    /// The first of the expressions that say the same.
    var expression: ExpressionNumber
    var start: Int
    var count: Int
}

/// The moments of one shard and batch that ask for decisions, with all that deciding needs to know of them. They stand in
/// the order in which they came, which is not that of the lines: a line says by its number which of them belongs to it.
package struct Proposals: Sendable {
    package internal(set) var all: [Proposal] = []
    let candidates: Block<Candidate>
    /// What is kept of some candidates beside.
    var notes: [CandidateNote] = []
    /// What events say came of decisions, in the order in which they came.
    var responses: [ProposedResponse] = []
    var fragments: [Fragment] = []
    /// The features by which propensities are learnt.
    var features: [FTRL.Feature] = []
    /// The caps' maxima for a moment's customer, where expressions say them; not a number where one failed.
    var maxima: [Double] = []
    /// The values by which budgets count at a moment, as JSON; nil where the expression failed.
    var keys: [[UInt8]?] = []
    /// The customers' ids and zones, what payloads may send, and the candidates' evidence. Only read once the proposals
    /// are handed over.
    let bytes = ByteBlock(capacity: 256)

    /// None, with room for the candidates of some.
    init(candidates: Int) { self.candidates = Block(capacity: candidates) }

    package init() { self.init(candidates: 0) }

    package var isEmpty: Bool { all.isEmpty }
    package var count: Int { all.count }

    /// Whether a moment is decided by itself as soon as its line is there; others wait for those of
    /// their cause, all of them where the rules gather them. Asked here, so that nothing is copied.
    func isAlone(_ index: Int, gathers: Bool) -> Bool {
        all[index].verdict != nil || !gathers && !all[index].isTogether
    }

    func customer(of proposal: Proposal) -> View<UInt8> {
        bytes.bytes[proposal.customerStart..<proposal.customerStart + proposal.customerCount]
    }

    /// What a proposal's customer is kept under.
    func key(of proposal: Proposal) -> View<UInt8> {
        bytes.bytes[proposal.keyStart..<proposal.keyStart + proposal.keyCount]
    }

    func event(of proposal: Proposal) -> View<UInt8> {
        bytes.bytes[proposal.eventStart..<proposal.eventStart + proposal.eventCount]
    }

    func zone(of proposal: Proposal) -> View<UInt8> {
        bytes.bytes[proposal.zoneStart..<proposal.zoneStart + proposal.zoneCount]
    }

    /// What else is kept of a candidate.
    func note(of candidate: Candidate) -> CandidateNote {
        candidate.note < 0 ? CandidateNote() : notes[Int(candidate.note)]
    }

    /// Keeps something else of a candidate.
    mutating func note(of candidate: inout Candidate, _ change: (inout CandidateNote) -> Void) {
        if candidate.note < 0 {
            candidate.note = Int32(notes.count)
            notes.append(CandidateNote())
        }
        change(&notes[Int(candidate.note)])
    }

    /// The value of the cell that a candidate's propensity is learnt in; nil where there is none.
    func bucket(of candidate: Candidate) -> [UInt8]? {
        let note = note(of: candidate)
        if note.bucketStart < 0 { return nil }
        return bytes.bytes[Int(note.bucketStart)..<Int(note.bucketStart + note.bucketCount)].copied
    }

    /// Which of the features are a candidate's.
    func features(of candidate: Candidate) -> Range<Int> {
        let note = note(of: candidate)
        if note.featureStart < 0 { return 0..<0 }
        return Int(note.featureStart)..<Int(note.featureStart + note.featureCount)
    }

    /// Members of a JSON object, each with a comma before it; of no length where there are none.
    func evidence(of candidate: Candidate) -> View<UInt8> {
        let note = note(of: candidate)
        return bytes.bytes[note.evidenceStart..<note.evidenceStart + note.evidenceCount]
    }

    /// What a payload's expression came to; nil where it has no value to send.
    func value(of expression: ExpressionNumber, at proposal: Proposal) -> View<UInt8>? {
        for index in proposal.fragmentStart..<proposal.fragmentStart + proposal.fragmentCount
        where fragments[index].expression == expression {
            return bytes.bytes[fragments[index].start..<fragments[index].start + fragments[index].count]
        }
        return nil
    }

    /// What a moment brings along for the limits.
    func values(of proposal: Proposal, _ rules: borrowing Rules) -> LimitValues {
        if rules.maximaCount == 0, rules.keyCount == 0 { return LimitValues() }
        return LimitValues(
            maxima: Array(maxima[proposal.maximaStart..<proposal.maximaStart + rules.maximaCount]),
            keys: Array(keys[proposal.keysStart..<proposal.keysStart + rules.keyCount]))
    }
}
