import Endpoints
import Events
import Storage
import Stories

/// Two outputs against each other: what of the second is new, what of the first is gone, what comes at another time, and what
/// says something else.
///
/// Lines are matched by what they are about, not by when: type, name, customer, value of `by`, and the events bound; a
/// decision also by its action and the moment that asked for it, and one without an action does not count. Of several that
/// are about the same, those of one time belong together; what is left of them, in the order of time. Memory: some 100
/// bytes a line of the first output, and of those of the second that have no like.
struct Comparison {
    enum Side { case before, after }

    private enum Change: Int, CaseIterable {
        case gained, lost, earlier, later, changed
    }

    /// What is said about one moment, action, segment or score.
    private struct Tally {
        var before = 0
        var after = 0
        var counts = [Int](repeating: 0, count: Change.allCases.count)
        var examples = [[String]](repeating: [], count: Change.allCases.count)
        /// By how many microseconds, at least and at most, lines are earlier or later.
        var least: [Change: Int64] = [:]
        var most: [Change: Int64] = [:]

        mutating func note(_ change: Change, _ customer: String) {
            counts[change.rawValue] += 1
            let examples = examples[change.rawValue]
            if examples.count < Comparison.examplesMost, !examples.contains(customer) {
                self.examples[change.rawValue].append(customer)
            }
        }

        mutating func note(movedBy microseconds: Int64, _ customer: String) {
            let change = microseconds < 0 ? Change.earlier : .later
            let length = abs(microseconds)
            least[change] = min(length, least[change] ?? length)
            most[change] = max(length, most[change] ?? length)
            note(change, customer)
        }
    }

    private static let examplesMost = 3

    /// A line that has no like yet.
    private struct Known {
        let time: Instant
        /// What it says besides what it is about and any times, and its times.
        let content: UInt64
        let times: UInt64
        let tally: String
        let customer: String
    }

    /// The lines that are about the same, of the first output and of the second. Lines come in the order of their times.
    private struct Company {
        private(set) var before: [Known] = []
        private var isMatched: [Bool] = []
        /// Those of the second output that had no like of their time.
        var after: [Known] = []

        mutating func add(_ known: Known) {
            before.append(known)
            isMatched.append(false)
        }

        /// Those of the first output that have no like of their time.
        var unmatched: [Known] { zip(before, isMatched).filter { !$0.1 }.map(\.0) }

        /// The line of that time which has no like yet; it has one from now on.
        mutating func match(at time: Instant) -> Known? {
            var (low, high) = (0, before.count)
            while low < high {
                let middle = (low + high) / 2
                if before[middle].time < time { low = middle + 1 } else { high = middle }
            }
            while low < before.count, before[low].time == time {
                if !isMatched[low] {
                    isMatched[low] = true
                    return before[low]
                }
                low += 1
            }
            return nil
        }
    }

    private var companies: [UInt64: Company] = [:]
    private var tallies: [String: Tally] = [:]
    /// What the moments of the output that is being taken are about, by the hash of their ids: decisions name those.
    private var moments: [UInt64: UInt64] = [:]

    /// Takes a whole output in; first that before, then that after.
    mutating func take(_ file: Descriptor, _ side: Side) {
        moments = [:]
        var block = ByteBlock(capacity: 1 << 20)
        var offset: UInt64 = 0
        while block.read(from: file.number, at: offset, most: 1 << 20) > 0 {
            let end = (block.lastIndex(of: 0x0A) ?? -1) + 1
            offset += UInt64(end)
            var start = 0
            while start < end {
                let next = block.bytes.firstIndex(of: 0x0A, from: start)
                take(block.bytes[start..<next], side)
                start = next + 1
            }
            if end == 0 { break }
            block = ByteBlock(capacity: 1 << 20)
        }
        moments = [:]
    }

    private mutating func take(_ line: View<UInt8>, _ side: Side) {
        let fields = LineFields(line)
        let type = fields.text("type") ?? ""
        let name =
            fields.text("action") ?? fields.text("segment") ?? fields.text("score") ?? fields.text("moment") ?? ""
        let isDecision = type == "decision"
        if isDecision, fields.text("action") == nil { return }
        let tally = "\(isDecision ? "action" : type) \(name)"
        var key = Hash64.of(tally)
        for field in ["moment", "customer_id", "by", "steps", "reached", "change", "threshold", "direction"] {
            key = Hash64.of(fields[field] ?? View(), seed: key)
        }
        if type == "moment" { moments[Hash64.of(fields["id"] ?? View())] = key }
        if isDecision, let moment = moments[Hash64.of(fields["moment_id"] ?? View())] { key = Hash64.mix(key, moment) }
        func hash(_ names: [String]) -> UInt64 {
            names.reduce(0) { Hash64.of(fields[$1] ?? View(), seed: $0) }
        }
        let known = Known(
            time: fields.text("time").flatMap { Instant(text: $0) } ?? .distantPast,
            content: hash(["channel", "priority", "group", "payload", "output"]),
            times: hash(["deliver_at", "expires_at", "start", "end"]), tally: tally,
            customer: fields.text("customer_id") ?? "")
        if side == .before {
            companies[key, default: Company()].add(known)
            tallies[tally, default: Tally()].before += 1
            return
        }
        tallies[tally, default: Tally()].after += 1
        guard let was = companies[key]?.match(at: known.time) else {
            companies[key, default: Company()].after.append(known)
            return
        }
        if was.content != known.content || was.times != known.times {
            tallies[tally, default: Tally()].note(.changed, known.customer)
        }
    }

    /// What came of it, one moment or action a line, with examples of customers.
    var report: String {
        var tallies = tallies
        for (_, company) in companies.sorted(by: { $0.key < $1.key }) {
            let before = company.unmatched
            for (was, now) in zip(before, company.after) {
                tallies[now.tally, default: Tally()].note(
                    movedBy: now.time.microseconds - was.time.microseconds, now.customer)
                if was.content != now.content { tallies[now.tally, default: Tally()].note(.changed, now.customer) }
            }
            for gone in before.dropFirst(company.after.count) {
                tallies[gone.tally, default: Tally()].note(.lost, gone.customer)
            }
            for new in company.after.dropFirst(before.count) {
                tallies[new.tally, default: Tally()].note(.gained, new.customer)
            }
        }
        let width = tallies.keys.reduce(0) { max($0, $1.count) }
        return tallies.sorted { $0.key < $1.key }.map { name, tally in
            let changes = Change.allCases.filter { tally.counts[$0.rawValue] > 0 }.map { change in
                let examples = tally.examples[change.rawValue].sorted().joined(separator: ", ")
                return "\(tally.counts[change.rawValue]) \(words(for: change, of: tally)) (\(examples))"
            }
            let padding = String(repeating: " ", count: width - name.count)
            let said = changes.isEmpty ? "as it was" : changes.joined(separator: ", ")
            return "\(name)\(padding)  \(tally.before) -> \(tally.after)  \(said)\n"
        }.joined()
    }

    private func words(for change: Change, of tally: Tally) -> String {
        guard let least = tally.least[change], let most = tally.most[change] else { return "\(change)" }
        return "\(change) by " + (least == most ? "" : Stories.Span.text(least) + " to ") + Stories.Span.text(most)
    }
}
