import Events
import HTTP
import Synchronization

/// What a request to `/decide` asks for beyond its event.
struct DecideQuery: Equatable {
    /// The types of line that it wants; nil for all.
    var types: [LineType]?
    /// How long it waits, in microseconds.
    var timeout: Int64 = 1_000_000
    /// Whether it wants to see the control group's decisions.
    var showsControl = false
}

/// A request whose events are on their way through the engine: hears what becomes of them, and answers.
final class Posting: LineReceipt {
    /// What is asked.
    enum Kind {
        /// Whether the events are taken.
        case events
        /// What follows from its event.
        case decide(DecideQuery)
        /// Whether they came, said in somebody's own words.
        case reply(@Sendable (_ accepted: Int) -> Response)
    }

    private struct State {
        var needsDurability: Bool
        var rejected: [(index: Int, reject: Reject)]?
        /// How many events there are.
        var count = 0
        var event: AskedEvent?
        var waits: String?
    }

    private let kind: Kind
    private let answers: WebAnswers
    private let number: Int
    private let reply: WebReply
    private let state: Mutex<State>

    /// - Parameters:
    ///   - number: its place among the connection's answers.
    ///   - needsDurability: whether it is answered only once its events are there after a crash, too.
    init(_ kind: Kind, answers: WebAnswers, number: Int, reply: WebReply, needsDurability: Bool) {
        self.kind = kind
        self.answers = answers
        self.number = number
        self.reply = reply
        state = Mutex(State(needsDurability: needsDurability))
    }

    var asksForOutput: Bool {
        if case .decide = kind { true } else { false }
    }

    var isOver: Bool { answers.isAnswered(number) }

    func taken(_ count: Int, event: AskedEvent?, rejected: [(index: Int, reject: Reject)]) {
        state.withLock { state in
            state.rejected = rejected
            state.event = event
            state.count = count
        }
        if asksForOutput {
            if let first = rejected.first?.reject {
                answers.answer(
                    number, reply.refusal(.badRequest, "\(first.reason.rawValue): \(first.detail)"))
            } else if event == nil {
                answers.answer(
                    number,
                    reply.refusal(
                        .badRequest, "the body has \(count) events, which were taken; a decision is asked for with one")
                )
            }
        } else {
            answerWhenSettled()
        }
    }

    func isDurable() {
        state.withLock { $0.needsDurability = false }
        if !asksForOutput { answerWhenSettled() }
    }

    private func answerWhenSettled() {
        let (settled, count) = state.withLock { ($0.needsDurability ? nil : $0.rejected, $0.count) }
        guard let settled else { return }
        let isUnread =
            settled.count == count && settled.contains { [.malformedJSON, .invalidUTF8].contains($0.reject.reason) }
        if case .reply(let response) = kind, !isUnread {
            answers.answer(number, response(count - settled.count))
        } else {
            answers.answer(number, reply.taken(count, rejected: settled))
        }
    }

    func waits(for what: String) { state.withLock { $0.waits = what } }

    func decided(_ lines: [AskedLine]) {
        guard case .decide(let query) = kind, let event = state.withLock({ $0.event }) else { return }
        let wanted = lines.filter { line in
            (query.showsControl || !line.isControl) && (query.types?.contains(line.type) ?? true)
        }
        answers.answer(number, reply.decided(event, wanted))
    }

    /// The engine takes nothing, and nothing of the request has been handed on to it.
    func giveUp() {
        answers.answer(number, reply.behind)
    }

    /// Its time is over.
    func expire() {
        guard case .decide(let query) = kind else { return }
        let (isTaken, waits) = state.withLock { ($0.rejected != nil, $0.waits) }
        let why =
            if let waits { waits } else if isTaken { "the engine has not come to it" } else { "the engine is behind" }
        answers.answer(
            number,
            reply.refusal(
                .gatewayTimeout, "not decided within \(query.timeout / 1000) ms: \(why); the event stays taken"))
    }
}
