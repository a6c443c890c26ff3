package import Events
package import Expressions
package import Journeys
package import Storage

/// The part of deciding that a shard does: at each moment it evaluates, against the customer's state at that instant,
/// everything about the candidate actions that needs no knowledge of earlier choices.
///
/// What the candidates' expressions read is looked up once for a moment, and each different expression is evaluated
/// once. Cost: those; memory grows with the moments since the last `takeProposals`.
package final class Proposer: OccurrenceSink {
    private var proposalEvaluator: ProposalEvaluator
    private var noted: NotedValues

    package init(_ plan: DecisionPlan) {
        proposalEvaluator = ProposalEvaluator(plan)
        noted = NotedValues(plan)
    }

    /// How often each expression failed, and how often it found a value absent, by its number; both as long as the highest
    /// number that did.
    package var failures: [Int] { proposalEvaluator.failures }
    package var absences: [Int] { proposalEvaluator.absences }

    /// Goes on counting from what a snapshot says.
    package func restore(failures: [Int], absences: [Int]) {
        precondition(failures.count == absences.count, "failures and absences are counted side by side")
        (proposalEvaluator.failures, proposalEvaluator.absences) = (failures, absences)
    }

    /// What was proposed since the last call, in the order in which the moments came.
    package func takeProposals() -> Proposals { proposalEvaluator.takeProposals() }

    /// Proposes for a moment; see `OccurrenceSink`.
    package func take(
        _ occurrence: Occurrence, names: borrowing EvaluationScope, evaluator: inout Evaluator,
        expressions: borrowing Shelf<Expression>
    ) -> Int? {
        propose(occurrence, names: names, evaluator: &evaluator, expressions: expressions)
    }

    /// Takes in what an event says came of some decision.
    package func take(_ response: ResponseOccurrence) -> Int { proposalEvaluator.take(response) }

    /// Whether any action answers a moment.
    package func asks(_ moment: MomentNumber) -> Bool { proposalEvaluator.asks(moment) }

    /// Until when quiet hours hold a moment's decision; see `OccurrenceSink`.
    package func heldUntil(
        _ occurrence: Occurrence, names: borrowing EvaluationScope, evaluator: inout Evaluator,
        expressions: borrowing Shelf<Expression>
    ) -> Instant? {
        guard noted.canNote(occurrence.moment) else {
            return proposalEvaluator.heldUntil(
                occurrence, names: names, evaluator: &evaluator, expressions: expressions)
        }
        noted.note(occurrence.moment, names)
        return proposalEvaluator.heldUntil(occurrence, names: noted, evaluator: &evaluator, expressions: expressions)
    }

    /// Judges the candidates of a moment. Values that the evaluator made before are no longer valid afterwards.
    /// - Returns: the number of the proposal among those since `takeProposals`; nil where no action answers the moment.
    func propose<Scope: Names & ~Copyable>(
        _ occurrence: Occurrence, names: borrowing Scope, evaluator: inout Evaluator,
        expressions: borrowing Shelf<Expression>
    ) -> Int? {
        guard proposalEvaluator.asks(occurrence.moment) else { return nil }
        guard noted.canNote(occurrence.moment) else {
            return proposalEvaluator.propose(occurrence, names: names, evaluator: &evaluator, expressions: expressions)
        }
        noted.note(occurrence.moment, names)
        return proposalEvaluator.propose(occurrence, names: noted, evaluator: &evaluator, expressions: expressions)
    }
}
