package import Storage

/// Why a line was not taken. The raw value is the word that users see and count.
package enum RejectReason: String, CaseIterable, Sendable {
    case malformedJSON = "malformed_json"
    case invalidUTF8 = "invalid_utf8"
    case tooLong = "too_long"
    case missingField = "missing_field"
    case badField = "bad_field"
    case badTimestamp = "bad_timestamp"
    case future
    case late
    case duplicate
    case noIdentity = "no_identity"
    /// It stands in a partition that is not its key's.
    case misplaced
}

/// A line that was not taken: its place among the lines of its batch, why, and what of it is kept for a reader.
package struct Reject: Sendable {
    /// The most bytes of the line that are kept.
    package static let rawLimit = 4096

    /// The place in its batch, from 0, as events have them.
    package var line: Int
    package var reason: RejectReason
    /// What was wrong, in words, with the piece that was.
    package var detail: String
    /// Which element of its line it was, from 0, where a line holds several events.
    package var index: Int?
    /// The line's first bytes, at most `rawLimit`.
    package var raw: [UInt8]

    package init(line: Int, reason: RejectReason, detail: String, raw: View<UInt8>, element: UInt32 = 0) {
        self.line = line
        self.reason = reason
        self.detail = detail
        index = element > 0 ? Int(element) - 1 : nil
        self.raw = raw[0..<min(raw.count, Reject.rawLimit)].copied
    }
}

/// A fault found while one line was scanned.
struct LineFault: Error {
    var reason: RejectReason
    var detail: String

    /// The first characters of a piece of input in quotes, for a message: bounded, with control characters replaced.
    static func quoted(_ bytes: View<UInt8>) -> String {
        let piece = bytes[0..<min(bytes.count, 64)].text
        let shown = String(
            piece.unicodeScalars.map { scalar in
                let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                return isControl ? "\u{FFFD}" : Character(scalar)
            })
        return "\"" + shown + (bytes.count > 64 ? "…" : "") + "\""
    }
}
