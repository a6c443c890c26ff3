/// What bytes mean in HTTP.
package enum Ascii {
    package static let tab: UInt8 = 0x09
    package static let lineFeed: UInt8 = 0x0A
    package static let carriageReturn: UInt8 = 0x0D
    package static let space: UInt8 = 0x20

    /// Whether it parts words within a line.
    package static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    /// Whether it is a decimal digit.
    package static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// The small letter of a capital one; any other byte as it is.
    package static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// The value of a hexadecimal digit.
    package static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - UInt8(ascii: "0") }
        let letter = lowered(byte)
        return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "f") ? letter - UInt8(ascii: "a") + 10 : nil
    }

    /// Whether a byte may stand in a method or a field's name.
    package static func isToken(_ byte: UInt8) -> Bool {
        isDigit(byte) || lowered(byte) >= UInt8(ascii: "a") && lowered(byte) <= UInt8(ascii: "z")
            || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
