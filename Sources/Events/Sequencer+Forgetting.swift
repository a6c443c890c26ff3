package import Storage

/// Forgetting a person by what it is known by, between two batches.
extension Sequencer {
    /// Forgets a person, and drops its events that wait.
    /// - Parameter ids: all of the person's ids.
    /// - Returns: the keys under which the person is followed.
    package mutating func forget(_ ids: PersonIds) -> [[UInt8]] {
        waiting.remove { events, row in ids.isNamed(in: events.text(row.lineText)) }
        return identity?.forget(ids.ids) ?? ids.ids.map { Array($0.utf8) }
    }
}

/// What a person is known by, to be looked for in any text.
package struct PersonIds: Sendable {
    package let ids: [String]
    private let folded: [[UInt8]]

    package init(_ ids: [String]) {
        self.ids = ids
        folded = ids.map { $0.utf8.map(PersonIds.small) }.filter { !$0.isEmpty }
    }

    private static func small(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Whether a text names one of the ids, in capital letters or small ones, with nothing beside it that could be more of an
    /// id.
    package func isNamed(in text: View<UInt8>) -> Bool {
        folded.contains { isNamed($0, in: text) }
    }

    private func isNamed(_ id: [UInt8], in text: View<UInt8>) -> Bool {
        var start = 0
        while start + id.count <= text.count {
            if PersonIds.small(text[start]) == id[0], holds(id, text, at: start),
                start == 0 || !PersonIds.goesOn(text[start - 1]) || PersonIds.isEscape(text, before: start),
                start + id.count == text.count || !PersonIds.goesOn(text[start + id.count])
            {
                return true
            }
            start += 1
        }
        return false
    }

    private func holds(_ id: [UInt8], _ text: View<UInt8>, at start: Int) -> Bool {
        for index in id.indices where PersonIds.small(text[start + index]) != id[index] { return false }
        return true
    }

    /// Whether a byte may be in the middle of an id.
    private static func goesOn(_ byte: UInt8) -> Bool {
        byte >= 0x80 || small(byte) &- 0x61 < 26 || byte &- 0x30 < 10
            || [0x2D, 0x5F, 0x2E, 0x40, 0x2B].contains(byte)
    }

    /// Whether what stands before is the letter of an escape, as in `\\t`.
    private static func isEscape(_ text: View<UInt8>, before start: Int) -> Bool {
        start >= 2 && text[start - 2] == 0x5C && [0x74, 0x6E, 0x72].contains(text[start - 1])
    }
}
