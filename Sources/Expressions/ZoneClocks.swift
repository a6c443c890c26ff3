package import Storage

/// The clocks of the zones that customers live in, by the zones' names. The first is that of the default zone.
package struct ZoneClocks {
    /// The most bytes of a zone's name.
    package static let nameLimit = 64
    /// How many names are remembered: there are about 600, but a stream may name as many as it likes.
    private static let limit = 2048

    package var clocks: [LocalClock]
    private let lookup: @Sendable (String) -> Zone?
    /// The clocks' places; -1 for a name that no zone has.
    private var places: [ByteName: Int] = [:]
    private var lastName: [UInt8] = []
    private var lastPlace = 0

    package init(default name: String, lookup: @escaping @Sendable (String) -> Zone?) {
        self.lookup = lookup
        clocks = [LocalClock(lookup(name) ?? .utc)]
        places[name] = 0
        if name != "UTC" { places["UTC"] = add(lookup("UTC") ?? .utc) }
    }

    private mutating func add(_ zone: Zone) -> Int {
        clocks.append(LocalClock(zone))
        return clocks.count - 1
    }

    /// The place of the clock of that zone; nil where no zone has the name.
    package mutating func place(of name: View<UInt8>) -> Int? {
        if name.count != lastName.count || !View.of(lastName, { $0.holdsSameBytes(as: name) }) {
            lastPlace = found(name)
            lastName = name.copied
        }
        return lastPlace < 0 ? nil : lastPlace
    }

    private mutating func found(_ name: View<UInt8>) -> Int {
        if name.count > ZoneClocks.nameLimit { return -1 }
        let key = name.text
        if let known = places[key] { return known }
        let place = lookup(key).map { add($0) } ?? -1
        // The zones themselves are few; only names without one could be without end.
        if place >= 0 || places.count < ZoneClocks.limit { places[key] = place }
        return place
    }
}
