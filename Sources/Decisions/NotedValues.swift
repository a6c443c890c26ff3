import Expressions
import Journeys
import Storage

/// What the candidates of a moment read, looked up once: a hundred actions that ask for the same
/// window find it in a row.
///
/// Memory: a value for each variable up to the last that is read, in each scope of the vocabulary.
struct NotedValues: ~Copyable, Names {
    /// Where each scope's values begin.
    private let starts: Column<Int>
    private var values: Column<Value>
    /// What moment m reads is `variables[first[m]..<first[m + 1]]`.
    private let first: Column<Int>
    private let variables: Column<Int>
    private let tables: ReferenceTables
    private let sights: ReferenceSights
    /// Whether the candidates of a moment read lists of events, whose fields only the shard can tell.
    private let readsEvents: Column<Bool>

    init(_ plan: DecisionPlan) {
        let reads = plan.candidates.map { plan.variables(readBy: $0) }
        var counts: [Int] = [0]
        for variable in reads.joined() {
            let scope = Vocabulary.scope(variable)
            while counts.count <= scope { counts.append(0) }
            counts[scope] = max(counts[scope], Vocabulary.place(variable) + 1)
        }
        tables = plan.tables
        sights = plan.tables.sights
        var starts: [Int] = []
        var count = 0
        for length in counts {
            starts.append(count)
            count += length
        }
        self.starts = Column(starts)
        values = Column<Value>(repeating: .null, count: count)
        var first = [0]
        for group in reads { first.append(first[first.count - 1] + group.count) }
        self.first = Column(first)
        variables = Column(Array(reads.joined()))
        readsEvents = Column(reads.map { $0.contains(where: Vocabulary.isOfMomentSteps) })
    }

    /// Whether what the moment's candidates read can be noted.
    func canNote(_ moment: MomentNumber) -> Bool { !readsEvents[moment] }

    /// Looks up what the moment's candidates read; it holds for as long as `names` stays as it is.
    mutating func note<Scope: Names & ~Copyable>(_ moment: MomentNumber, _ names: borrowing Scope) {
        for index in first[moment]..<first[moment.index + 1] {
            let variable = variables[index]
            values[place(of: variable)] = names.value(of: variable)
        }
    }

    func field(_ field: Int, of record: Record) -> Value { sights.value(field, of: record) }
    func row(of table: Record, key: Value) -> Value { sights.row(of: table, key: key) }

    func value(of variable: Int) -> Value { values[place(of: variable)] }

    @inline(__always)
    private func place(of variable: Int) -> Int {
        starts[Vocabulary.scope(variable)] + Vocabulary.place(variable)
    }
}
