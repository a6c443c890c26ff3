import Events
import Expressions
import Storage

/// What variables are, and what is asked of them, in words: a comparison or a sum of these takes a
/// few instructions, and no call.
extension PlainForms {
    /// What is told in a word: a number, a truth, or a duration.
    struct Told: BitwiseCopyable, Sendable {
        enum Kind: UInt8, BitwiseCopyable, Sendable {
            case int, double, bool
            /// In microseconds.
            case duration
            /// Something else.
            case other
            /// A variable that was not asked for yet at the moment at hand.
            case unasked
        }

        var kind = Kind.other
        var bits: UInt64 = 0

        init() {}

        init(_ value: Value) {
            switch value {
            case .int(let number): (kind, bits) = (.int, UInt64(bitPattern: number))
            case .double(let number): (kind, bits) = (.double, number.bitPattern)
            case .bool(let flag): (kind, bits) = (.bool, flag ? 1 : 0)
            case .duration(let seconds, let nanos):
                let whole = seconds.multipliedReportingOverflow(by: 1_000_000)
                let (micros, overflow) = whole.partialValue.addingReportingOverflow(Int64(nanos / 1000))
                if !whole.overflow, !overflow { (kind, bits) = (.duration, UInt64(bitPattern: micros)) }
            default: break
            }
        }

        /// What a variable is compared with, where that is a number or whether it is true.
        init(_ comparison: PlainComparison) {
            switch comparison.kind {
            case .int: self = Told(comparison.int)
            case .double: self = Told(comparison.double)
            case .truth: (kind, bits) = (.bool, 1)
            default: break
            }
        }

        @inline(__always)
        init(_ int: Int64) { (kind, bits) = (.int, UInt64(bitPattern: int)) }

        @inline(__always)
        init(_ double: Double) { (kind, bits) = (.double, double.bitPattern) }

        /// A variable that was not asked for yet.
        static var unasked: Told {
            var told = Told()
            told.kind = .unasked
            return told
        }

        @inline(__always)
        var int: Int64 { Int64(bitPattern: bits) }

        @inline(__always)
        var double: Double { Double(bitPattern: bits) }

        /// Its place in the order of its kind, so that one comparison does for all kinds; nil for what
        /// has none. Doubles stand in the order of their bits, negative ones backwards.
        var order: Int64? {
            switch kind {
            case .int, .bool: return int
            case .double:
                if double.isNaN { return nil }
                // There are two zeros, which are equal.
                let bits = Int64(bitPattern: (double + 0).bitPattern)
                return bits < 0 ? bits ^ .max : bits
            case .duration, .other, .unasked: return nil
            }
        }

        /// The number; nil for anything else.
        @inline(__always)
        var number: Double? {
            switch kind {
            case .double: double
            case .int: Double(int)
            case .bool, .duration, .other, .unasked: nil
            }
        }
    }

    /// A comparison of a variable with a number, or whether it is true, by itself.
    struct Test: BitwiseCopyable, Sendable {
        var place: Int32
        /// What the variable is to be; of `other` the test is never told.
        var kind = Told.Kind.other
        /// A bit for each way to compare with which it holds (`CompareBits`).
        var holding: UInt8 = 0
        /// The constant's place in the order of its kind.
        var order: Int64 = 0

        init(place: Int32) { self.place = place }

        init(place: Int32, holding: UInt8, constant: Told) {
            self.init(place: place)
            guard let order = constant.order else { return }
            (kind, self.holding, self.order) = (constant.kind, holding, order)
        }

        /// What always holds.
        static var always: Test { Test(place: PlainForms.truePlace, isTrue: true) }

        /// Whether the variable is true.
        init(place: Int32, isTrue: Bool) {
            self.init(place: place, holding: CompareBits.equal, constant: Told(.bool(isTrue)))
        }

        /// Whether it is a test.
        var isTold: Bool { kind != .other }
    }

    /// What most numbers of an action are, by itself.
    struct Quick: BitwiseCopyable, Sendable {
        enum Kind: UInt8, BitwiseCopyable, Sendable {
            /// `first`
            case constant
            case variable
            /// Whether the test holds says which of the two it is.
            case choice
            /// The variable, a double, and `first`.
            case add, subtract, multiply, divide
            /// Something else.
            case other
        }

        var kind = Kind.other
        var first = 0.0
        var second = 0.0
        /// A variable is its place.
        var test = Test(place: PlainForms.truePlace)
    }

    /// What a variable is, as tests compare it: of what has no order no test is told.
    struct Ordered: BitwiseCopyable, Sendable {
        var kind: Told.Kind
        var order: Int64

        init(_ told: Told) {
            let order = told.order
            (kind, self.order) = (order == nil ? .unasked : told.kind, order ?? 0)
        }
    }
}
