package import Events
package import Storage

/// A decision as it came back.
package struct SeenDecision: BitwiseCopyable, Sendable {
    /// The hexadecimal digits of its id, as a number.
    package var id: UInt64
    /// The event time at which it was made.
    package var time: Instant
}

/// Finds the decisions in output lines that arrive in pieces.
///
/// Only native lines are understood, whose keys come in a fixed order: `type`, `id`, then, before anything that customers
/// could have written, `time`. A quote in text is always escaped, so a key cannot be mistaken for text.
package struct DecisionReader: ~Copyable {
    /// No line that journeyd writes is longer; what is, is passed over.
    private static let lineMost = 4 << 20
    private static let opening = Array("{\"type\":\"decision\",\"id\":\"d-".utf8)
    private static let timeKey = Array(",\"time\":\"".utf8)

    private var rest: [UInt8] = []
    private var isPassingOver = false
    /// How many lines of any type have come.
    package private(set) var lineCount = 0
    /// Decisions whose id or time could not be read.
    package private(set) var faultCount = 0

    package init() {}

    /// Takes the next bytes and hands out the decisions that they complete.
    package mutating func take(_ bytes: View<UInt8>, _ body: (SeenDecision) -> Void) {
        var start = 0
        for index in 0..<bytes.count where bytes[index] == UInt8(ascii: "\n") {
            if isPassingOver {
                isPassingOver = false
            } else if rest.isEmpty {
                read(bytes[start..<index], body)
            } else {
                append(bytes[start..<index])
                let line = rest
                rest.removeAll(keepingCapacity: true)
                View.of(line) { read($0, body) }
            }
            start = index + 1
        }
        if start < bytes.count, !isPassingOver { append(bytes[start..<bytes.count]) }
        if rest.count > Self.lineMost {
            rest = []
            isPassingOver = true
            faultCount += 1
        }
    }

    private mutating func append(_ bytes: View<UInt8>) {
        rest.reserveCapacity(rest.count + bytes.count)
        for index in 0..<bytes.count { rest.append(bytes[index]) }
    }

    private mutating func read(_ line: View<UInt8>, _ body: (SeenDecision) -> Void) {
        lineCount += 1
        guard Self.holds(Self.opening, in: line, at: 0) else { return }
        guard let id = Self.hexadecimal(line, at: Self.opening.count), let time = Self.time(of: line) else {
            faultCount += 1
            return
        }
        body(SeenDecision(id: id, time: time))
    }

    private static func time(of line: View<UInt8>) -> Instant? {
        var place = opening.count
        while place + timeKey.count < line.count {
            if line[place] == timeKey[0], holds(timeKey, in: line, at: place) {
                let start = place + timeKey.count
                var end = start
                while end < line.count, line[end] != UInt8(ascii: "\"") { end += 1 }
                return Instant(rfc3339: line[start..<end])
            }
            place += 1
        }
        return nil
    }

    private static func holds(_ text: [UInt8], in line: View<UInt8>, at place: Int) -> Bool {
        guard place + text.count <= line.count else { return false }
        for index in text.indices where line[place + index] != text[index] { return false }
        return true
    }

    private static func hexadecimal(_ line: View<UInt8>, at place: Int) -> UInt64? {
        guard place + 16 < line.count, line[place + 16] == UInt8(ascii: "\"") else { return nil }
        var number: UInt64 = 0
        for index in place..<place + 16 {
            let byte = line[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(byte - 48)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(byte - 87)
            default: return nil
            }
        }
        return number
    }
}
