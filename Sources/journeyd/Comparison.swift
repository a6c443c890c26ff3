import Endpoints
import Storage

/// Two outputs against each other: what of the second is new, what of the first is gone, and what says something else.
///
/// Lines are matched by what they are about: type, name, customer, value of `by`, and time; a decision also by its action,
/// and one without an action does not count. Memory: some 60 bytes a line of the first output.
struct Comparison {
    enum Side { case before, after }

    /// What is said about one moment, action, segment or score.
    private struct Tally {
        var before = 0
        var after = 0
        var counts = [0, 0, 0]
        var examples: [[String]] = [[], [], []]

        mutating func note(_ change: Int, _ customer: String) {
            counts[change] += 1
            if examples[change].count < Comparison.examplesMost, !examples[change].contains(customer) {
                examples[change].append(customer)
            }
        }
    }

    private static let examplesMost = 3
    private static let changes = ["gained", "lost", "changed"]

    private struct Known {
        let content: UInt64
        let tally: String
        let customer: String
    }

    private var known: [UInt64: Known] = [:]
    private var tallies: [String: Tally] = [:]

    /// Takes a whole output in; first that before, then that after.
    mutating func take(_ file: Descriptor, _ side: Side) {
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
    }

    private mutating func take(_ line: View<UInt8>, _ side: Side) {
        let fields = LineFields(line)
        let type = fields.text("type") ?? ""
        let name =
            fields.text("action") ?? fields.text("segment") ?? fields.text("score") ?? fields.text("moment") ?? ""
        if type == "decision", fields.text("action") == nil { return }
        let noun = type == "decision" ? "action" : type
        let tally = "\(noun) \(name)"
        let customer = fields.text("customer_id") ?? ""
        var key = Hash64.of(tally)
        for field in ["moment", "customer_id", "by", "time", "change", "threshold"] {
            key = Hash64.of(fields[field] ?? View(), seed: key)
        }
        var content: UInt64 = 0
        for field in ["channel", "deliver_at", "expires_at", "priority", "group", "payload", "start", "end", "output"] {
            content = Hash64.of(fields[field] ?? View(), seed: content)
        }
        if side == .before {
            known[key] = Known(content: content, tally: tally, customer: customer)
            tallies[tally, default: Tally()].before += 1
            return
        }
        tallies[tally, default: Tally()].after += 1
        guard let was = known.removeValue(forKey: key) else {
            tallies[tally, default: Tally()].note(0, customer)
            return
        }
        if was.content != content { tallies[tally, default: Tally()].note(2, customer) }
    }

    /// What came of it, one moment or action a line, with examples of customers.
    var report: String {
        var tallies = tallies
        for gone in known.sorted(by: { $0.key < $1.key }).map(\.value) {
            tallies[gone.tally, default: Tally()].note(1, gone.customer)
        }
        let width = tallies.keys.reduce(0) { max($0, $1.count) }
        return tallies.sorted { $0.key < $1.key }.map { name, tally in
            let changes = tally.counts.indices.filter { tally.counts[$0] > 0 }.map { change in
                let examples = tally.examples[change].sorted().joined(separator: ", ")
                return "\(tally.counts[change]) \(Comparison.changes[change]) (\(examples))"
            }
            let padding = String(repeating: " ", count: width - name.count)
            let said = changes.isEmpty ? "as it was" : changes.joined(separator: ", ")
            return "\(name)\(padding)  \(tally.before) -> \(tally.after)  \(said)\n"
        }.joined()
    }
}
