package import Storage

extension View<UInt8> {
    /// The value of a validated JSON number: where it has neither fraction nor exponent, an `int` if it fits 64 bits with
    /// a sign, a `uint` if it fits them without; else the nearest `double`.
    package func number(isWhole: Bool, slot: SlotNumber) -> Field {
        if isWhole {
            if let whole = wholeNumber { return Field(slot: slot, kind: .int, payload: UInt64(bitPattern: whole)) }
            if let whole = unsignedNumber { return Field(slot: slot, kind: .uint, payload: whole) }
        }
        return Field(slot: slot, kind: .double, payload: (quickDouble ?? Double(text) ?? .infinity).bitPattern)
    }

    private var wholeNumber: Int64? {
        let isNegative = self[0] == UInt8(ascii: "-")
        var index = isNegative ? 1 : 0
        if count - index > 19 { return nil }
        var value: UInt64 = 0
        while index < count {
            value = value &* 10 &+ UInt64(self[index] &- UInt8(ascii: "0"))
            index &+= 1
        }
        if isNegative {
            return value <= UInt64(Int64.max) + 1 ? Int64(truncatingIfNeeded: 0 &- value) : nil
        }
        return Int64(exactly: value)
    }

    /// The number where it fits 64 bits without a sign.
    private var unsignedNumber: UInt64? {
        if self[0] == UInt8(ascii: "-") || count > 20 { return nil }
        var value: UInt64 = 0
        for index in 0..<count {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, carries) = product.addingReportingOverflow(UInt64(self[index] &- UInt8(ascii: "0")))
            if isTooLarge || carries { return nil }
            value = sum
        }
        return value
    }

    /// The double where plain arithmetic gives the nearest one: at most 2^53 in the digits and a power of ten that a
    /// double holds exactly (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990).
    private var quickDouble: Double? {
        var index = self[0] == UInt8(ascii: "-") ? 1 : 0
        var digits: UInt64 = 0
        var scale = 0
        var isFraction = false
        if count > 19 { return nil }
        while index < count {
            let byte = self[index]
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                return nil
            } else {
                digits = digits &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                if isFraction { scale &+= 1 }
            }
            index &+= 1
        }
        guard digits <= 1 << 53, scale <= 22 else { return nil }
        let magnitude = Double(digits) / powersOfTen[scale]
        return self[0] == UInt8(ascii: "-") ? -magnitude : magnitude
    }
}

private let powersOfTen: InlineArray<23, Double> = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]

extension View<UInt8> {
    /// The number of at most 18 digits, without an exponent, that stands at `start`, and where it ends; nil where there is
    /// none. Bytes that belong to no number stand behind it.
    @inline(__always)
    func plainNumber(at start: Int, slot: SlotNumber) -> (field: Field, end: Int)? {
        var index = start
        let isNegative = self[index] == UInt8(ascii: "-")
        if isNegative { index &+= 1 }
        let first = index
        var digits: UInt64 = 0
        while true {
            let digit = self[index] &- UInt8(ascii: "0")
            if digit > 9 { break }
            digits = digits &* 10 &+ UInt64(digit)
            index &+= 1
        }
        let whole = index &- first
        guard whole > 0, whole <= 18, whole == 1 || self[first] != UInt8(ascii: "0") else { return nil }
        let isFraction = self[index] == UInt8(ascii: ".")
        var scale = 0
        if isFraction {
            let point = index
            index &+= 1
            while true {
                let digit = self[index] &- UInt8(ascii: "0")
                if digit > 9 { break }
                digits = digits &* 10 &+ UInt64(digit)
                index &+= 1
            }
            scale = index &- point &- 1
            // As `quickDouble` does, which says why.
            guard scale > 0, whole &+ scale <= 18, digits <= 1 << 53 else { return nil }
        }
        if self[index] | 0x20 == UInt8(ascii: "e") { return nil }
        guard isFraction else {
            let value = isNegative ? 0 &- digits : digits
            return (Field(slot: slot, kind: .int, payload: value), index)
        }
        let magnitude = Double(digits) / powersOfTen[scale]
        return (
            Field(slot: slot, kind: .double, payload: (isNegative ? -magnitude : magnitude).bitPattern), index
        )
    }
}
