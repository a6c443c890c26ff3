import Events
import Journal
import Storage

/// How a run goes through its journal: many records at a time, and where the run before ended on the way, one line after the
/// other, each noted before it has its effect. So a line that ends the program is known by the second time.
struct Repetition {
    /// How many records are under way between two places at which all stages have done what was handed on; as many are
    /// repeated line by line where the run before ended.
    private static let stretch = 64

    let note: RepetitionNote?
    /// From where on, and how many records more, to go line by line.
    private let doubtful: UInt64
    private var doubtfulCount: Int
    private var underWay = 0
    /// Whether what was left is behind us, so that the note may say where we are.
    private(set) var isBeyondDoubt: Bool

    init(_ note: RepetitionNote?) {
        self.note = note
        doubtfulCount = note?.left == nil ? 0 : Repetition.stretch
        isBeyondDoubt = note?.left == nil
        doubtful =
            switch note?.left {
            case .behind(let position)?: position
            case .at(let place)?: place.position
            case nil: 0
            }
    }

    /// Whether a record is to be repeated line by line; to be asked for each record once, in their order.
    mutating func isDoubtful(_ record: JournalRecord) -> Bool {
        guard doubtfulCount > 0, record.position >= doubtful else { return false }
        doubtfulCount -= 1
        isBeyondDoubt = doubtfulCount == 0
        return true
    }

    /// Whether it is time to see all stages done with what was handed on.
    mutating func isTimeToMeet() -> Bool {
        guard note != nil, isBeyondDoubt else { return false }
        underWay += 1
        if underWay < Repetition.stretch { return false }
        underWay = 0
        return true
    }
}

/// Tells who waits at a channel once it is passed, and also that it never will be.
private final class Passage: Sendable {
    private let passed: Channel<Void>

    init(_ passed: Channel<Void>) { self.passed = passed }

    deinit { passed.close() }

    func pass() { passed.post(()) }
}

extension Stages {
    /// Waits until all stages up to the one that decides have done what was handed on; false where they never will.
    func meet() async -> Bool {
        let passed = Channel<Void>(capacity: 1)
        guard await deliver(.barrier(Stages.passing(passed))) else { return false }
        return await passed.receive() != nil
    }

    /// A barrier at which `passed` is told; it is closed when the barrier is gone, whether anything came to it or not.
    private static func passing(_ passed: Channel<Void>) -> Barrier {
        let passage = Passage(passed)
        return .pause { passage.pass() }
    }

    /// Hands one record on line by line, each once the one before has had its effect.
    func handCarefully(on record: JournalRecord, of sources: inout RepeatedSources, _ note: RepetitionNote?) async
        -> Bool
    {
        // What is still under way has nothing to do with this one.
        guard await meet() else { return false }
        note?.take(.at(RecordPlace(record.position)))
        guard record.holdsLines else {
            guard await hand(on: record, of: &sources) else { return false }
            return await meet()
        }
        guard let (block, runs) = lines(of: record, sources) else { return false }
        var start = 0
        var number = 0
        while start < block.count {
            let end = min(block.bytes.firstIndex(of: 0x0A, from: start) + 1, block.count)
            let line = ByteBlock(capacity: end - start)
            line.append(block.bytes[start..<end])
            note?.take(.at(RecordPlace(record.position, line: number + 1)))
            guard let run = runs.last(where: { $0.first <= UInt64(number) }) else { return false }
            var part = record
            part.isFirst = record.isFirst && number == 0
            let place = LineRun(first: 0, source: run.source, line: run.line + (UInt64(number) - run.first))
            guard await scan(part, line, runs: [place]), await meet() else { return false }
            start = end
            number += 1
        }
        return true
    }
}
