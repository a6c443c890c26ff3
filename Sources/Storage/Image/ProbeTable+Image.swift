extension ProbeTable {
    /// Puts a copy of the entries into an image, as a column of them; an entry takes a multiple of eight bytes.
    public func add(to image: StateImage) {
        var entries = Column<Entry>(capacity: count)
        forEach { entries.append($0) }
        image.put(copyOf: entries)
    }

    /// A table of the entries of a column in which places may be free, as it stands in an image.
    public init(from reader: StateReader) throws(StateFault) {
        self.init()
        let entries = try reader.column(of: Entry.self)
        for index in 0..<entries.count where !entries[index].isFree { insert(entries[index]) }
    }
}
