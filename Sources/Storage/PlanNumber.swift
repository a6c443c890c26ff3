/// The number of something in a plan, or none.
///
/// What it counts is its type, so that the number of a window cannot be taken for that of a moment. It is spelled −1
/// where there is none; outside this type nothing says so.
@frozen
public struct PlanNumber<Kind>: BitwiseCopyable, Hashable, Sendable {
    @usableFromInline let number: Int32

    /// The number of one of them.
    /// - Parameter number: from 0, and less than 2^31.
    @inlinable @inline(__always)
    public init(_ number: Int) {
        precondition(number >= 0, "the numbers of a plan begin at 0")
        self.number = Int32(number)
    }

    /// The same from a number that is kept in 32 bits.
    @inlinable @inline(__always)
    public init(_ number: Int32) { self.init(Int(number)) }

    /// The number of one of them, or none.
    @inlinable @inline(__always)
    public init(_ number: Int?) { if let number { self.init(number) } else { self = .none } }

    /// The number of nothing.
    @inlinable @inline(__always)
    public static var none: PlanNumber { PlanNumber(bits: .max) }

    /// Whether it is the number of nothing.
    @inlinable @inline(__always)
    public var isNone: Bool { number < 0 }

    /// Where it stands among its like. There must be one: what it is looked up in traps where there is none.
    @inlinable @inline(__always)
    public var index: Int { Int(number) }

    /// As a word of memory keeps it.
    @inlinable @inline(__always)
    public var bits: UInt32 { UInt32(bitPattern: number) }

    /// What a word of memory keeps.
    @inlinable @inline(__always)
    public init(bits: UInt32) { number = Int32(bitPattern: bits) }

    /// The same where it may be none.
    @inlinable public var known: Int? { isNone ? nil : Int(number) }
}

extension PlanNumber: Comparable {
    /// In the order of the plan; none stands first.
    @inlinable @inline(__always)
    public static func < (one: PlanNumber, other: PlanNumber) -> Bool { one.number < other.number }
}

extension PlanNumber: CustomStringConvertible {
    /// The number, or −1 for none.
    public var description: String { number.description }
}

extension Array {
    /// The element of that number, which there must be.
    @inlinable
    public subscript<Kind>(number: PlanNumber<Kind>) -> Element {
        get { self[number.index] }
        set { self[number.index] = newValue }
    }
}

extension Column {
    /// The element of that number, which there must be.
    @inlinable @inline(__always)
    public subscript<Kind>(number: PlanNumber<Kind>) -> Element {
        get { self[number.index] }
        set { self[number.index] = newValue }
    }
}

extension Shelf {
    /// The element of that number, which there must be, in place.
    @inlinable @inline(__always)
    public subscript<Kind>(number: PlanNumber<Kind>) -> Element {
        @inline(__always) unsafeAddress { unsafe address(of: number.index) }
    }
}

extension View {
    /// The element of that number, which there must be.
    @inlinable @inline(__always)
    public subscript<Kind>(number: PlanNumber<Kind>) -> Element { self[number.index] }
}
