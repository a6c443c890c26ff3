import Storage

/// Names that look alike and are not the same: Unicode has several ways to write "é", and each is another name, since
/// names are compared by their bytes.
struct LookAlikes {
    private struct Sight: Hashable {
        let noun: String
        /// Equal for texts that Unicode calls canonically equivalent, as Swift's own equality is.
        let name: [String]
    }

    private struct First {
        let name: [String]
        let place: Place
    }

    private var firsts: [Sight: First] = [:]
    /// How many fields of events have been looked at, by their slots.
    var pathCount = 0

    /// What is to be said of a name that looks like one that came before and differs from it; nil for all others.
    /// - Parameters:
    ///   - noun: what it is a name of; names of different things are not confused.
    ///   - place: where it stands; finding that takes as long as its line, so only rare names ask for it.
    mutating func note(_ noun: String, _ name: [String], at place: @autoclosure () -> Place) -> String? {
        // What is ASCII alone is written in one way only.
        if name.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) { return nil }
        let sight = Sight(noun: noun, name: name)
        guard let first = firsts[sight] else {
            firsts[sight] = First(name: name, place: place())
            return nil
        }
        for (part, other) in zip(name, first.name) where !part.isSame(as: other) {
            return
                "the \(noun) \(Wording.quoted(part)) looks like the one at \(first.place), but is another: its bytes are "
                + "\(Self.bytes(part)), those of the other \(Self.bytes(other)); write both alike unless both come"
        }
        return nil
    }

    /// The same for the fields of events that an expression was the first to read.
    mutating func notes(onPaths paths: [[String]], at place: @autoclosure () -> Place) -> [String] {
        let new = paths.dropFirst(pathCount)
        pathCount = paths.count
        return new.compactMap { note("field", $0, at: place()) }
    }

    private static func bytes(_ text: String) -> String {
        text.utf8.prefix(32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
            .joined(separator: " ")
    }
}
