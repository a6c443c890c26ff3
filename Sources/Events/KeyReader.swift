import Storage

/// Reads the keys of objects: to which place of a tree each leads.
///
/// The next key is guessed and compared (`KeyMemory`); only where that fails it is read and looked up.
struct KeyReader: ~Copyable {
    /// Where keys that begin so lead, under a place.
    struct Prefix {
        let parent: Int
        let text: [UInt8]
        let place: Int
    }

    let tree: ProjectionTree
    private var memory: KeyMemory
    private let prefixes: [Prefix]

    init(_ tree: consuming ProjectionTree, prefixes: [Prefix] = [], hashKey: HashKey) {
        memory = KeyMemory(places: tree.count, hashKey: hashKey)
        self.tree = tree
        self.prefixes = prefixes
    }

    /// Reads a key, its colon and the space around that; answers the place of the tree that it leads to, or -1.
    /// - Parameter token: the key before it in the same object, -1 at the object's beginning; becomes this one.
    @inline(__always)
    mutating func key(
        in text: inout JSONText, under parent: Int, scope: Int, after token: inout Int32
    ) throws(LineFault) -> Int {
        text.skipSpace()
        let expected = memory.expected(after: token, in: scope)
        if let (length, place) = memory.match(expected, text.bytes, at: text.at) {
            text.at &+= length
            token = expected
            text.skipSpace()
            return place
        }
        let place = try unexpectedKey(in: &text, under: parent, scope: scope, after: &token)
        text.skipSpace()
        return place
    }

    private mutating func unexpectedKey(
        in text: inout JSONText, under parent: Int, scope: Int, after token: inout Int32
    ) throws(LineFault) -> Int {
        let start = text.at
        guard text.bytes[start] == UInt8(ascii: "\"") else { throw JSONText.malformed }
        let key = try text.string()
        let isTight = text.bytes[text.at] == UInt8(ascii: ":")
        text.skipSpace()
        guard text.bytes[text.at] == UInt8(ascii: ":") else { throw JSONText.malformed }
        text.at &+= 1
        let inside = text.bytes[key.start..<key.end]
        let place = key.hasEscapes ? unescapedChild(of: parent, inside) : child(of: parent, inside)
        if isTight, !key.hasEscapes {
            token = memory.learn(text.bytes, start: start, end: text.at, scope: scope, place: place, after: token)
        }
        return place
    }

    /// Apart, since its closure would have the whole reader copied for every key.
    @inline(never)
    private func unescapedChild(of parent: Int, _ key: View<UInt8>) -> Int {
        View.of(key.unescaped()) { child(of: parent, $0) }
    }

    /// The place under another one that a key leads to, or -1.
    func child(of parent: Int, _ key: View<UInt8>) -> Int {
        let place = tree.child(of: parent, key)
        if place >= 0 || prefixes.isEmpty { return place }
        for entry in prefixes where entry.parent == parent && key.count >= entry.text.count {
            if key[0..<entry.text.count].copied == entry.text { return entry.place }
        }
        return -1
    }
}
