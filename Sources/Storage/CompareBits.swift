/// How two numbers compare, a bit for each way in which they may: with a mask of the ways in which
/// a relation holds, whether it does takes no branch for the relation.
public enum CompareBits {
    /// The left one is less.
    @inlinable @inline(__always) public static var less: UInt8 { 1 }
    /// They are equal.
    @inlinable @inline(__always) public static var equal: UInt8 { 2 }
    /// The left one is greater.
    @inlinable @inline(__always) public static var greater: UInt8 { 4 }
    /// One of the two is not a number.
    @inlinable @inline(__always) public static var unordered: UInt8 { 8 }

    /// How two whole numbers compare.
    @inlinable @inline(__always)
    public static func of(_ left: Int64, _ right: Int64) -> UInt8 {
        left < right ? less : left == right ? equal : greater
    }

    /// How two doubles compare.
    @inlinable @inline(__always)
    public static func of(_ left: Double, _ right: Double) -> UInt8 {
        left < right ? less : left > right ? greater : left == right ? equal : unordered
    }
}
