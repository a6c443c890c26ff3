import Events
import Expressions
import Storage

/// Windows over all time or the current session, which need no single events.
///
/// The block: the last event's time and place, armed, the number of events, the first event's time and place, a word for
/// each threshold; then the parts of a sum with their number, or a value in two words.
extension WindowState {
    var body: Int { 6 + thresholds }

    var words: Int {
        switch form.aggregate {
        case .sum, .avg, .stddev: body + sumWords
        case .min, .max, .first: body + 2
        default: body
        }
    }

    func addToRun(_ value: Value, at now: Instant, place: UInt64, cell: Int) {
        var kept: StoredValue.Encoding?
        switch form.aggregate {
        case .sum, .avg, .stddev: if value.finiteNumber == nil { return }
        case .min, .max:
            kept = StoredValue.form(value)
            if kept == nil || !value.isRanked { return }
        case .first:
            kept = StoredValue.form(value)
            if kept == nil { return }
        default: break
        }
        if arena[cell] == 0 { arena[cell] = UInt64(arena.allocate(words)) }
        let base = base(cell)
        let begins = arena[base + 3] == 0 || isOver(instant(base), now)
        if begins { begin(base, now, place) }
        setOrigin(now, place, at: base, isNew: begins)
        arena[base + 3] += 1
        if let number = value.finiteNumber, keepsSum {
            add(number, to: base + body)
        } else if let kept, begins || replaces(value, base + body) {
            if !begins { StoredValue.release(at: base + body, in: arena) }
            (arena[base + body], arena[base + body + 1]) = StoredValue.keep(kept, in: arena)
        }
    }

    private var keepsSum: Bool { form.aggregate == .sum || form.aggregate == .avg || form.aggregate == .stddev }
    private var keepsValue: Bool { form.aggregate == .min || form.aggregate == .max || form.aggregate == .first }

    func freeRun(_ handle: UInt32) {
        if keepsValue { StoredValue.release(at: Arena.word(handle) + body, in: arena) }
        arena.free(handle, words: words)
    }

    private func begin(_ base: Int, _ now: Instant, _ place: UInt64) {
        if keepsValue, arena[base + 3] > 0 {
            StoredValue.release(at: base + body, in: arena)
        }
        for word in base + body..<base + words { arena[word] = 0 }
        arena[base + 3] = 0
        arena[base + 4] = UInt64(bitPattern: now.microseconds)
        arena[base + 5] = place
    }

    private func replaces(_ value: Value, _ word: Int) -> Bool {
        let held = StoredValue.kept(at: word, in: arena)
        return switch form.aggregate {
        case .min: value.rank(against: held) < 0
        case .max: value.rank(against: held) > 0
        default: false
        }
    }

    func runValue(at now: Instant, cell: Int) -> Value {
        let base = base(cell)
        let count = arena[base + 3]
        if count == 0 || isOver(instant(base), now) { return empty }
        switch form.aggregate {
        case .count: return .int(Int64(count))
        case .sum: return .double(readSum(base + body).value)
        case .avg: return .double(readSum(base + body).value / Double(count))
        case .stddev: return deviation(base + body, of: Int(count))
        case .sinceFirst: return .duration(microseconds: now.microseconds &- instant(base + 4).microseconds)
        default: return StoredValue.kept(at: base + body, in: arena)
        }
    }

    // MARK: Sums

    /// The words of a sum; for a deviation, those of the sum of the squares too, and of how many numbers have none.
    var sumWords: Int { form.aggregate == .stddev ? 2 * WindowState.plainSumWords + 1 : WindowState.plainSumWords }
    private static let plainSumWords = 1 + ExactSum.capacity

    func add(_ number: Double, to word: Int) { change(word, by: number, adding: true) }
    func subtract(_ number: Double, from word: Int) { change(word, by: number, adding: false) }

    func clear(_ word: Int) { for index in 0..<sumWords { arena[word + index] = 0 } }

    private func change(_ word: Int, by number: Double, adding: Bool) {
        var sum = readSum(word)
        sum.add(adding ? number : -number)
        write(sum, word)
        guard form.aggregate == .stddev else { return }
        let squares = word + WindowState.plainSumWords
        guard number.magnitude < ExactSum.squareLimit else {
            let beyond = squares + WindowState.plainSumWords
            arena[beyond] = adding ? arena[beyond] + 1 : arena[beyond] - 1
            return
        }
        var total = readSum(squares)
        total.addProduct(adding ? number : -number, number)
        write(total, squares)
    }

    /// The standard deviation of a sample of so many numbers; absent below two, and where one has no square.
    func deviation(_ word: Int, of count: Int) -> Value {
        let squares = word + WindowState.plainSumWords
        guard count > 1, arena[squares + WindowState.plainSumWords] == 0 else { return empty }
        return .double(ExactSum.deviation(of: count, sum: readSum(word), squares: readSum(squares)))
    }

    /// The sum whose number of parts stands at `word`, and behind it the parts.
    func readSum(_ word: Int) -> ExactSum {
        var sum = ExactSum()
        sum.count = Int(arena[word])
        for index in 0..<sum.count { sum.parts[index] = Double(bitPattern: arena[word + 1 + index]) }
        return sum
    }

    func write(_ sum: ExactSum, _ word: Int) {
        arena[word] = UInt64(sum.count)
        for index in 0..<sum.count { arena[word + 1 + index] = sum.parts[index].bitPattern }
    }
}

extension Value {
    /// Whether the value has a place in the order of `min` and `max`.
    var isRanked: Bool {
        switch self {
        case .double(let number): !number.isNaN
        default: kindRank >= 0
        }
    }

    /// Values of different kinds are ordered by kind, so that a least one always exists.
    private var kindRank: Int {
        switch self {
        case .int, .uint, .double: 0
        case .bool: 1
        case .string: 2
        case .bytes: 3
        case .duration: 4
        case .timestamp: 5
        default: -1
        }
    }

    /// Negative, zero or positive, as this is less than, as great as, or greater than the other.
    func rank(against other: Value) -> Int {
        func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a > b ? 1 : 0 }
        switch (self, other) {
        case (.int(let a), .int(let b)): return order(a, b)
        case (.uint(let a), .uint(let b)): return order(a, b)
        case (.int(let a), .uint(let b)): return a < 0 ? -1 : order(UInt64(a), b)
        case (.uint(let a), .int(let b)): return b < 0 ? 1 : order(a, UInt64(b))
        case (.bool(let a), .bool(let b)): return order(a ? 1 : 0, b ? 1 : 0)
        case (.string(let a), .string(let b)), (.bytes(let a), .bytes(let b)):
            return a.precedesBytewise(b) ? -1 : a.holdsSameBytes(as: b) ? 0 : 1
        case (.duration(let a, let aNanos), .duration(let b, let bNanos)),
            (.timestamp(let a, let aNanos), .timestamp(let b, let bNanos)):
            return a != b ? order(a, b) : order(aNanos, bNanos)
        default:
            if let a = number, let b = other.number { return order(a, b) }
            return order(kindRank, other.kindRank)
        }
    }
}
