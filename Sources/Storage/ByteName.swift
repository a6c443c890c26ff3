import Glibc

/// A name as a key: equal to another where the bytes are, in the order of the bytes.
///
/// To Swift, two texts are equal where Unicode calls them canonically equivalent: "é" as one scalar or as two. On the
/// wire names are bytes, so every table of names is keyed by this, and names are compared by `isSame(as:)`.
public struct ByteName: Hashable, Comparable, Sendable {
    /// The name itself.
    public let text: String

    /// The name as a key.
    public init(_ text: String) { self.text = text }

    /// Whether the bytes are the same.
    public static func == (one: ByteName, other: ByteName) -> Bool { one.text.isSame(as: other.text) }

    /// The order of the bytes.
    public static func < (one: ByteName, other: ByteName) -> Bool {
        one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }

    /// Feeds the bytes to the hasher.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

extension ByteName: ExpressibleByStringLiteral, CustomStringConvertible {
    /// A name that is written in the program.
    public init(stringLiteral text: String) { self.init(text) }
    /// The name.
    public var description: String { text }
}

extension String {
    /// Whether the bytes are the same.
    public func isSame(as other: String) -> Bool {
        if utf8.count != other.utf8.count { return false }
        var (one, other) = (self, other)
        return one.withUTF8 { bytes in
            other.withUTF8 { others in
                guard let start = bytes.baseAddress, let otherStart = others.baseAddress else { return true }
                return unsafe memcmp(start, otherStart, bytes.count) == 0
            }
        }
    }
}

extension Collection where Element == String {
    /// Where the name stands first, told by its bytes.
    public func place(of name: String) -> Index? { firstIndex { $0.isSame(as: name) } }
    /// Whether the name is among them, told by its bytes.
    public func names(_ name: String) -> Bool { place(of: name) != nil }
}

extension Dictionary where Key == ByteName {
    /// The value under a name.
    public subscript(name: String) -> Value? {
        get { self[ByteName(name)] }
        _modify { yield &self[ByteName(name)] }
    }

    /// The value under a name, or another where there is none.
    public subscript(name: String, default value: @autoclosure () -> Value) -> Value {
        get { self[ByteName(name), default: value()] }
        // In place: what is appended to a list under a name must not copy the list.
        _modify { yield &self[ByteName(name), default: value()] }
    }

    /// The names in the order of their bytes.
    public var names: [String] { keys.sorted().map(\.text) }
}

extension Set where Element == ByteName {
    /// The different ones of some names.
    public init(names: some Sequence<String>) { self.init(names.map { ByteName($0) }) }

    /// Whether the name is among them.
    public func contains(_ name: String) -> Bool { contains(ByteName(name)) }

    /// Whether the name is new.
    public mutating func add(_ name: String) -> Bool { insert(ByteName(name)).inserted }
}
