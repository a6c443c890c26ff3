/// The connections of one listener by key. Keys are never used again, so that what is told of a connection that has ended
/// cannot be taken for news of another.
struct ConnectionTable {
    private var places: [Connection?] = []
    /// How often each place was taken.
    private var rounds: [UInt32] = []
    private var free: [Int] = []
    private let firstKey: UInt64
    private(set) var count = 0
    /// How many of them were told to go.
    var leavingCount = 0
    /// How many bytes the unfinished lines of all of them take.
    var unfinishedSize = 0

    /// An empty table, whose keys are `firstKey` or more.
    init(firstKey: UInt64) { self.firstKey = firstKey }

    subscript(key: UInt64) -> Connection? {
        let place = place(of: key)
        return places.indices.contains(place) && rounds[place] == UInt32(key >> 32) ? places[place] : nil
    }

    mutating func add(_ connection: Connection) -> UInt64 {
        count += 1
        if let place = free.popLast() {
            places[place] = connection
            rounds[place] &+= 1
            return key(ofPlace: place)
        }
        places.append(connection)
        rounds.append(0)
        return key(ofPlace: places.count - 1)
    }

    mutating func remove(_ key: UInt64) {
        guard self[key] != nil else { return }
        places[place(of: key)] = nil
        free.append(place(of: key))
        count -= 1
    }

    var keys: [UInt64] { places.indices.compactMap { places[$0] == nil ? nil : key(ofPlace: $0) } }

    private func place(of key: UInt64) -> Int { Int(key & 0xFFFF_FFFF) - Int(firstKey) }

    private func key(ofPlace place: Int) -> UInt64 { UInt64(rounds[place]) << 32 | (UInt64(place) + firstKey) }
}

/// What is left to be read of each connection after a stop, in turns.
struct ConnectionDrain {
    /// When it ends, whatever is left.
    let until: Int64
    private var turns: [(key: UInt64, count: Int)] = []
    private var first = 0

    init(until: Int64) { self.until = until }

    /// Adds a connection that has `count` bytes left, at the end of the row.
    mutating func add(_ key: UInt64, count: Int) {
        if count > 0 { turns.append((key, count)) }
    }

    /// Takes the connection whose turn it is.
    mutating func next() -> (key: UInt64, count: Int)? {
        guard first < turns.count else { return nil }
        defer { first += 1 }
        return turns[first]
    }
}
