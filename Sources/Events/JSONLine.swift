package import Storage

extension ByteBlock {
    /// What keeps the bytes in `line` from being one JSON object with blanks around it, or nil where nothing does. What
    /// passes may be read by whoever trusts the form of what it reads.
    package func objectFault(in line: Range<Int>) -> String? {
        var text = JSONText(bytes: padded, at: line.lowerBound)
        do throws(LineFault) {
            text.skipSpace(upTo: line.upperBound)
            guard text.at < line.upperBound, text.bytes[text.at] == UInt8(ascii: "{") else {
                throw LineFault(reason: .malformedJSON, detail: "not a JSON object; write one object on each line")
            }
            try text.skipValue()
            text.skipSpace(upTo: line.upperBound)
            guard text.at == line.upperBound else { throw JSONText.malformed }
            return nil
        } catch {
            return error.placed(at: text.at - line.lowerBound, in: bytes[line]).detail
        }
    }
}

extension LineFault {
    /// The fault of a line whose reading ended at `place`, with what can be said of it there.
    func placed(at place: Int, in line: View<UInt8>) -> LineFault {
        guard reason == .malformedJSON || reason == .invalidUTF8 else { return self }
        if let byte = line.firstInvalidUTF8 {
            return LineFault(reason: .invalidUTF8, detail: "byte \(byte + 1) of the line is not UTF-8")
        }
        guard detail.isEmpty else { return self }
        let place = min(max(place, 0), line.count)
        let near = place < line.count ? "at " + LineFault.quoted(line[place..<line.count]) : "at its end"
        return LineFault(reason: reason, detail: "not JSON (RFC 8259) from column \(place + 1) on, \(near)")
    }
}
