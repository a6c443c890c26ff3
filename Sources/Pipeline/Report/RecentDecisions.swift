package import Events
import Storage
import Synchronization

/// The latest lines of decisions, for those who watch.
package final class RecentDecisions: Sendable {
    /// How many are kept, and how long one may be to be.
    package static let most = 100
    private static let lineMost = 16 << 10

    private let lines = Mutex<[[UInt8]]>([])

    package init() {}

    /// Takes the decisions among some lines: the last that are kept at all.
    package func add(_ output: OutputLines) {
        var taken: [[UInt8]] = []
        for line in output.lines.reversed() where line.type == .decision && line.end - line.start <= Self.lineMost {
            taken.append(output.text(of: line).copied)
            if taken.count == Self.most { break }
        }
        if taken.isEmpty { return }
        lines.withLock { lines in
            lines += taken.reversed()
            if lines.count > Self.most { lines.removeFirst(lines.count - Self.most) }
        }
    }

    /// All of them, the newest first: `{"lines": […]}`.
    package var json: [UInt8] {
        let lines = lines.withLock { $0 }
        return Array("{\"lines\":[".utf8) + lines.reversed().joined(separator: [UInt8(ascii: ",")]) + Array("]}".utf8)
    }
}
