import Events
import Storage

/// A time zone as data: when its offset from UTC changes. Made once, when a plan is loaded, and only read afterwards.
package struct Zone: Sendable, Equatable {
    /// The seconds since 1970 from which an offset holds.
    package struct Transition: Sendable, Equatable {
        package let from: Int64
        /// Seconds east of Greenwich.
        package let offset: Int

        package init(from: Int64, offset: Int) {
            self.from = from
            self.offset = offset
        }
    }

    /// The offset before the first transition, in seconds east of Greenwich.
    package let initialOffset: Int
    /// In the order of time.
    package let transitions: [Transition]
    /// The yearly rule behind the last transition, if there is one.
    package let rule: ZoneRule?

    package init(initialOffset: Int, transitions: [Transition] = [], rule: ZoneRule? = nil) {
        self.initialOffset = initialOffset
        self.transitions = transitions.sorted { $0.from < $1.from }
        self.rule = rule
    }

    /// Coordinated universal time, whose clocks never change.
    package static let utc = Zone(initialOffset: 0)

    /// The offset at a time given in seconds since 1970, in seconds east of Greenwich.
    package func offset(at seconds: Int64) -> Int {
        if let last = transitions.last, seconds >= last.from, let rule { return rule.offset(at: seconds) }
        if transitions.isEmpty, let rule { return rule.offset(at: seconds) }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].from <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? initialOffset : transitions[low - 1].offset
    }

    /// The first instant after `seconds` at which the offset may change, in seconds since 1970; nil where it stays.
    package func nextChange(after seconds: Int64) -> Int64? {
        guard let last = transitions.last, seconds < last.from else { return rule?.nextChange(after: seconds) }
        var low = 0
        var high = transitions.count - 1
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].from <= seconds { low = middle + 1 } else { high = middle }
        }
        return transitions[low].from
    }
}

/// Zones by name, remembered once they were asked for.
struct ZoneCache {
    /// How many names are remembered; a stream may name as many as it likes.
    static let limit = 1024

    let lookup: @Sendable (String) -> Zone?
    private var zones: [ByteName: Zone?] = [:]
    private var lastName: [UInt8] = []
    private var lastZone: Zone?

    init(lookup: @escaping @Sendable (String) -> Zone?) { self.lookup = lookup }

    /// The offset that a zone's name, or an offset such as `+02:00`, stands for at that time.
    mutating func offset(of name: View<UInt8>, at seconds: Int64) -> Int? {
        if name.count == 3, name[0] == UInt8(ascii: "U"), name[1] == UInt8(ascii: "T"), name[2] == UInt8(ascii: "C") {
            return 0
        }
        if let fixed = TimeText.fixedOffset(name) { return fixed }
        if !isLast(name) { remember(name) }
        return lastZone?.offset(at: seconds)
    }

    private func isLast(_ name: View<UInt8>) -> Bool {
        guard name.count == lastName.count, !lastName.isEmpty else { return false }
        for index in 0..<name.count where name[index] != lastName[index] { return false }
        return true
    }

    private mutating func remember(_ name: View<UInt8>) {
        let key = name.count <= 64 ? name.text : ""
        lastName = name.count <= 64 ? name.copied : []
        if let known = zones[ByteName(key)] {
            lastZone = known
            return
        }
        lastZone = key.isEmpty ? nil : lookup(key)
        if zones.count >= ZoneCache.limit { zones.removeAll() }
        zones[ByteName(key)] = .some(lastZone)
    }
}
