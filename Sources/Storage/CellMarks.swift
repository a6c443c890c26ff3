import CLinux

/// Where cells and lines of a table end within a stretch of 64 bytes, as bits: the lowest for the first byte.
public struct CellMarks: BitwiseCopyable, Sendable {
    /// The bytes that part cells.
    public let delimiters: UInt64
    /// The ends of lines.
    public let ends: UInt64
    /// Double quotes, and what is no character of ASCII.
    public let others: UInt64
}

extension View<UInt8> {
    /// The marks of the 64 bytes from `index` on; what lies behind the view has none.
    public func cellMarks(at index: Int, delimiter: UInt8) -> CellMarks {
        precondition(index >= 0 && index <= count, "outside the view")
        guard let base = unsafe base else { return CellMarks(delimiters: 0, ends: 0, others: 0) }
        if count &- index >= 64 {
            let found = unsafe marks_of_64(base + index, delimiter)
            return CellMarks(delimiters: found.delimiters, ends: found.ends, others: found.others)
        }
        var last = InlineArray<64, UInt8>(repeating: 0)
        for place in index..<count { last[place &- index] = unsafe base[place] }
        let found = unsafe withUnsafeBytes(of: last) { bytes in unsafe marks_of_64(bytes.baseAddress, delimiter) }
        let within = count &- index == 64 ? UInt64.max : (1 &<< UInt64(truncatingIfNeeded: count &- index)) &- 1
        return CellMarks(
            delimiters: found.delimiters & within, ends: found.ends & within, others: found.others & within)
    }
}
