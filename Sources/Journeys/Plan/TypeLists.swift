import Storage

/// Lists of event types, one behind the other.
struct TypeLists: ~Copyable {
    /// One of the lists.
    struct Extent: BitwiseCopyable {
        fileprivate var first: Int32
        /// Negative where it has every type.
        fileprivate var count: Int32
    }

    private var types = Column<Int32>()

    /// Adds a list; nil takes every type.
    mutating func add(_ list: [Int]?) -> Extent {
        let extent = Extent(first: Int32(types.count), count: Int32(list?.count ?? -1))
        for type in list ?? [] { types.append(Int32(type)) }
        return extent
    }

    /// Whether a list has a type.
    func has(_ type: Int32, in extent: Extent) -> Bool {
        if extent.count < 0 { return true }
        for index in Int(extent.first)..<Int(extent.first + extent.count) where types[index] == type { return true }
        return false
    }
}
