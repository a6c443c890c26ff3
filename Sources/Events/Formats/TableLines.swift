import Storage

/// How the rows of a table stand among lines that are no rows themselves: as JSON objects, and those that are none as a fault
/// behind a mark.
enum TableLines {
    /// What is wrong with a row.
    struct Fault {
        let reason: RejectReason
        let detail: String

        init(_ reason: RejectReason, _ detail: String) { (self.reason, self.detail) = (reason, detail) }
    }

    /// No JSON text begins with it.
    static let faultMark = UInt8(ascii: "!")
    /// Stands behind the mark where the row is not UTF-8.
    private static let encodingMark = UInt8(ascii: "!")

    /// Appends the line of a row that is at fault: what is wrong, and the row as it came.
    static func append(_ fault: Fault, to output: inout [UInt8]) {
        output.append(faultMark)
        if fault.reason == .invalidUTF8 { output.append(encodingMark) }
        output += Array(fault.detail.utf8)
    }

    /// What is wrong with a row, from behind the mark.
    static func fault(_ text: View<UInt8>) -> LineFault {
        let isEncoding = text.count > 0 && text[0] == encodingMark
        let start = isEncoding ? 1 : 0
        return LineFault(
            reason: isEncoding ? .invalidUTF8 : .badField, detail: text[start..<min(text.count, 512)].text)
    }
}
