/// A map from short byte strings, each within a numbered scope, to small numbers: event types, the keys of JSON objects
/// that matter at one place or another.
///
/// Open addressing over at least twice as many slots as keys; a look-up costs one hash and, as a rule, one comparison,
/// however many keys there are. It has one owner and counts no references: every scanner keeps a table of its own.
public struct ByteTable: ~Copyable, Sendable {
    /// A place of the table. Not private, since the compiler needs its layout where other modules hold a table.
    public struct Slot: BitwiseCopyable, Sendable {
        var hash: UInt64 = 0
        var value: Int32 = -1
        var scope: UInt32 = 0
        var start: UInt32 = 0
        var length: UInt32 = 0
    }

    private var slots: Column<Slot>
    private let keys: ByteBlock
    private let bytes: View<UInt8>
    private let mask: Int

    /// A table of the given keys, which differ from each other within a scope; values are at least 0.
    public init(_ entries: [(scope: Int, key: String, value: Int)]) {
        self.init(entries.map { (scope: $0.scope, key: Array($0.key.utf8), value: $0.value) })
    }

    /// The same of keys that may be any bytes.
    public init(_ entries: [(scope: Int, key: [UInt8], value: Int)]) {
        var size = 4
        while size < entries.count * 2 { size *= 2 }
        mask = size - 1
        slots = Column(capacity: size)
        for _ in 0..<size { slots.append(Slot()) }
        keys = ByteBlock(capacity: 64)
        for entry in entries {
            let key = entry.key
            let scope = UInt32(entry.scope)
            let hash = View.of(key) { Hash64.of($0, seed: UInt64(scope)) }
            var index = Int(truncatingIfNeeded: hash) & mask
            while slots[index].value >= 0 { index = (index + 1) & mask }
            slots[index] = Slot(
                hash: hash, value: Int32(entry.value), scope: scope, start: UInt32(keys.count),
                length: UInt32(key.count))
            keys.append(key)
        }
        bytes = keys.bytes
    }

    /// The number that belongs to `key` in `scope`, or -1.
    public func value(of key: View<UInt8>, in scope: Int) -> Int {
        let hash = Hash64.of(key, seed: UInt64(truncatingIfNeeded: scope))
        var index = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[index]
            if slot.value < 0 { return -1 }
            if slot.hash == hash, Int(slot.scope) == scope {
                let start = Int(slot.start)
                if bytes[start..<start &+ Int(slot.length)].holdsSameBytes(as: key) { return Int(slot.value) }
            }
            index = (index &+ 1) & mask
        }
    }
}
