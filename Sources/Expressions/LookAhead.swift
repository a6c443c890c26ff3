package import Storage

/// Looks at what events ahead will look up in reference tables, so that their waits for memory overlap.
///
/// A look-up goes to two places that no cache holds, one behind the other. Asked for some events at
/// once, first all of the one kind are fetched, and then all of the other. What is seen changes
/// nothing, so where there are more than there is room for, the rest is looked up as it comes.
package struct LookAhead: ~Copyable {
    /// The least rows of a table that is worth it: smaller ones lie in a cache.
    package static let rowsLeast = 1 << 14
    /// The most keys that are looked at together.
    private static let limit = 256

    // Ask is not private: the compiler needs its layout where other files hold a look-ahead.
    /// The hash of a key, and the table's number.
    package struct Ask: BitwiseCopyable {
        var hash: UInt64
        var table: Int
    }

    private let sights: ReferenceSights
    private var asks: Column<Ask>
    private var count = 0

    /// - Parameter sights: those of tables that stay there for as long.
    package init(_ sights: ReferenceSights) {
        self.sights = sights
        asks = Column<Ask>(repeating: Ask(hash: 0, table: 0), count: LookAhead.limit)
    }

    /// Looks at where the row of a key is noted, in the table of a number.
    /// - Returns: something of what was seen there, so that nobody leaves out the look.
    package mutating func ask(_ table: Int, for key: View<UInt8>) -> UInt64 {
        guard count < LookAhead.limit else { return 0 }
        let sight = sights[table]
        let hash = sight.hashing.hash(key)
        asks[count] = Ask(hash: hash, table: table)
        count &+= 1
        return sight.noted(hash)
    }

    /// Looks at the rows of all keys that were asked for, and forgets them.
    package mutating func follow() -> UInt64 {
        var seen: UInt64 = 0
        for index in 0..<count { seen |= sights[asks[index].table].begun(asks[index].hash) }
        count = 0
        return seen
    }
}

extension Program {
    /// The variables of tables and of the keys for which these are asked, where both are nothing but variables.
    package var lookUps: [(table: Int, key: Int)] {
        var found: [(table: Int, key: Int)] = []
        for index in 0..<nodes.count where nodes[index].operation == .index {
            let (table, key) = (nodes[nodes[index].first], nodes[nodes[index].second])
            guard table.operation == .variable, key.operation == .variable else { continue }
            found.append((table.number, key.number))
        }
        return found
    }
}
