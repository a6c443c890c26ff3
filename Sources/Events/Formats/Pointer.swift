/// A place in a JSON value (RFC 6901): the keys that lead to it from the root.
///
/// Two signs are an extension of our own. As a whole key of an `each`, `*` is every element of an array. At the end of a
/// key it is any key that begins so; of several the last one counts.
package struct Pointer: Hashable, Sendable {
    /// The most keys that a pointer may have.
    package static let lengthMost = 32

    package let tokens: [String]

    package init(tokens: [String]) { self.tokens = tokens }

    /// Reads a pointer. A text that does not begin with a slash is a single key, such as a column's name. Nil where an
    /// escape is none, or where there are too many keys.
    package init?(_ text: String) {
        if text.isEmpty {
            tokens = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else {
            tokens = [text]
            return
        }
        var tokens: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let token = Pointer.unescaped(part) else { return nil }
            tokens.append(token)
        }
        guard tokens.count <= Pointer.lengthMost else { return nil }
        self.tokens = tokens
    }

    private static func unescaped(_ part: Substring) -> String? {
        guard part.utf8.contains(UInt8(ascii: "~")) else { return String(part) }
        var token: [UInt8] = []
        var bytes = part.utf8.makeIterator()
        while let byte = bytes.next() {
            if byte != UInt8(ascii: "~") {
                token.append(byte)
                continue
            }
            switch bytes.next() {
            case UInt8(ascii: "0"): token.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): token.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: token, as: UTF8.self)
    }

    /// The pointer as it is written.
    package var text: String {
        tokens.map { token in
            var text = "/"
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(scalar)
                }
            }
            return text
        }.joined()
    }
}

extension Pointer: ExpressibleByStringLiteral {
    /// A pointer that is known to be one.
    package init(stringLiteral text: String) {
        guard let pointer = Pointer(text) else { preconditionFailure("\(text) is no pointer") }
        self = pointer
    }
}
