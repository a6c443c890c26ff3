import Storage

/// How the rows of a table stand among lines: as JSON objects, and rows that are none as a fault behind a mark.
package enum TableLines {
    /// No JSON text begins with it.
    static let faultMark = UInt8(ascii: "!")

    /// Appends the line of a row that is at fault: what is wrong, and the row as it came.
    static func append(fault detail: String, to output: inout [UInt8]) {
        output.append(faultMark)
        output += Array(detail.utf8)
    }

    /// What is wrong with a row, from behind the mark.
    static func fault(_ text: View<UInt8>) -> LineFault {
        LineFault(reason: .badField, detail: text[0..<min(text.count, 512)].text)
    }
}
