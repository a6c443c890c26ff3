import Storage

/// What a scanner remembers of names of types that it has looked up lately: those of at most 24 bytes.
struct TypeMemory: ~Copyable {
    // Not private: the compiler needs its layout where other files hold a scanner.
    struct Known: BitwiseCopyable {
        var (first, second, third) = (UInt64(0), UInt64(0), UInt64(0))
        var count: UInt32 = 0
        var type: Int32 = 0
    }

    private static let most = 24
    private var known = Column<Known>([Known](repeating: Known(), count: 64))

    /// The number of a type; `bytes` has eight bytes more than texts lie in.
    @inline(__always)
    mutating func type(_ bytes: View<UInt8>, _ name: TextRange, _ tree: borrowing ProjectionTree) -> Int32 {
        let start = Int(name.offset)
        let count = Int(name.length)
        guard count <= TypeMemory.most, name.offset < TextRange.rewritten, start &+ 32 <= bytes.count else {
            return Int32(truncatingIfNeeded: tree.type(bytes[start..<start &+ count]))
        }
        let first = TypeMemory.word(bytes, start, count)
        let second = TypeMemory.word(bytes, start &+ 8, count &- 8)
        let third = TypeMemory.word(bytes, start &+ 16, count &- 16)
        let mixed = (first ^ second ^ third ^ UInt64(name.length)) &* 0x9E37_79B9_7F4A_7C15
        let place = Int(truncatingIfNeeded: mixed &>> 58)
        let entry = known[place]
        if entry.first == first, entry.second == second, entry.third == third, entry.count == name.length {
            return entry.type
        }
        return learn(bytes[start..<start &+ count], (first, second, third), at: place, tree)
    }

    @inline(__always)
    private static func word(_ bytes: View<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        if count <= 0 { return 0 }
        let word = bytes.word(at: start)
        return count >= 8 ? word : word & ((1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1)
    }

    @inline(never)
    private mutating func learn(
        _ name: View<UInt8>, _ words: (UInt64, UInt64, UInt64), at place: Int, _ tree: borrowing ProjectionTree
    ) -> Int32 {
        var entry = Known()
        (entry.first, entry.second, entry.third) = words
        entry.count = UInt32(truncatingIfNeeded: name.count)
        entry.type = Int32(truncatingIfNeeded: tree.type(name))
        known[place] = entry
        return entry.type
    }
}
