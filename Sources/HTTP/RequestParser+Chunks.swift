/// The line in front of a chunk: its length in hexadecimal digits, and what is passed over behind a semicolon.
struct ChunkLine: Sendable {
    /// The most digits of a length.
    private static let digitsMost = 12

    private var bytes = 0
    private var digits = 0
    private(set) var length = 0
    private var isBehindLength = false

    /// Takes the next byte of the line; false where the line is wrong there.
    mutating func take(_ byte: UInt8) -> Bool {
        bytes += 1
        if bytes > RequestParser.chunkLineMost { return false }
        if !isBehindLength, let digit = Ascii.hexValue(byte) {
            digits += 1
            length = length << 4 | Int(digit)
            return digits <= ChunkLine.digitsMost
        }
        if isBehindLength { return byte >= 0x20 && byte != 0x7F || byte == Ascii.tab }
        isBehindLength = true
        return digits > 0 && (byte == UInt8(ascii: ";") || Ascii.isBlank(byte))
    }

    /// Whether there is a length.
    var isWhole: Bool { digits > 0 }
}

/// Bodies in chunks.
extension RequestParser {
    mutating func takeChunk(_ byte: UInt8) {
        switch place {
        case .chunkLine:
            if byte == Ascii.carriageReturn, chunkLine.isWhole {
                place = .chunkLineEnd
            } else if byte == Ascii.carriageReturn || !chunkLine.take(byte) {
                refuse(.badRequest)
            }
        case .chunkLineEnd:
            guard byte == Ascii.lineFeed else { return refuse(.badRequest) }
            bodyLeft = chunkLine.length
            chunkLine = ChunkLine()
            // The last one has no bytes, and trailers may follow it.
            place = bodyLeft == 0 ? .fieldStart : .chunkData
        case .chunkReturn: if byte == Ascii.carriageReturn { place = .chunkEnd } else { refuse(.badRequest) }
        default: if byte == Ascii.lineFeed { place = .chunkLine } else { refuse(.badRequest) }
        }
    }
}
