package import Storage

/// A regular expression in RE2's syntax, to be looked for in texts.
package struct TextPattern: Sendable {
    /// What is wrong with one.
    package struct Fault: Error {
        package let message: String
    }

    private let pattern: Pattern

    /// Throws where the text is no regular expression.
    package init(_ text: String) throws(Fault) {
        do throws(PatternFault) {
            let bytes = ByteBlock(capacity: text.utf8.count + 1)
            bytes.append(Array(text.utf8))
            pattern = try Pattern(bytes.bytes)
        } catch {
            throw Fault(message: error.message)
        }
    }

    /// Whether it is found anywhere in a text.
    package func isFound(in text: View<UInt8>) -> Bool {
        var matcher = Matcher()
        return matcher.find(pattern, in: text) { _ in true } ?? false
    }
}
