package import Storage

/// What the engine and the program that posts for it say to each other over two pipes: texts, one behind the other.
///
/// A frame is the number of bytes behind it, then each text as its number of bytes and the bytes; numbers are of four
/// bytes, the lowest first. Both sides are of one build, so there is no version.
package struct PostFrame: Equatable, Sendable {
    /// The most bytes of a frame: more than the longest line, its form and its headers come to.
    static let limit = 256 << 20

    /// What is said, of which each side knows what stands where.
    package var texts: [[UInt8]]

    package init(_ texts: [[UInt8]]) { self.texts = texts }

    /// The frame as it goes through the pipe.
    package var encoded: [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(texts.reduce(4) { $0 + 4 + $1.count })
        PostFrame.append(texts.reduce(0) { $0 + 4 + $1.count }, to: &frame)
        for text in texts {
            PostFrame.append(text.count, to: &frame)
            frame += text
        }
        return frame
    }

    /// Takes what stands behind a frame's first number apart; nil where that is no row of texts.
    package init?(body: View<UInt8>) {
        texts = []
        var place = 0
        while place < body.count {
            guard let length = PostFrame.number(body, at: place), length <= body.count - place - 4 else { return nil }
            var text: [UInt8] = []
            text.append(body[place + 4..<place + 4 + length])
            texts.append(text)
            place += 4 + length
        }
    }

    /// Reads the next frame.
    /// - Parameter deadline: until when, by `System.steadyClock` in microseconds; nil for as long as it takes.
    /// - Returns: nil at the end, after the deadline, or where what comes is no frame.
    package static func read(from descriptor: Descriptor, before deadline: Int64? = nil) -> PostFrame? {
        let block = ByteBlock(capacity: 64 << 10)
        guard fill(block, to: 4, from: descriptor, before: deadline), let length = number(block.bytes, at: 0),
            length <= limit, fill(block, to: 4 + length, from: descriptor, before: deadline)
        else { return nil }
        return PostFrame(body: block.bytes[4..<4 + length])
    }

    /// Writes the frame to a pipe.
    /// - Parameter deadline: until when, by `System.steadyClock` in microseconds; nil for as long as it takes.
    /// - Returns: whether all of it was written.
    package func write(to descriptor: Descriptor, before deadline: Int64? = nil) -> Bool {
        let bytes = encoded
        var done = 0
        while done < bytes.count {
            _ = descriptor.waitToWrite(milliseconds: PostFrame.left(deadline))
            if descriptor.isBroken || PostFrame.isOver(deadline) { return false }
            done += max(0, descriptor.put(bytes, from: done))
        }
        return true
    }

    private static func fill(
        _ block: ByteBlock, to count: Int, from descriptor: Descriptor, before deadline: Int64?
    ) -> Bool {
        block.reserve(count - block.count)
        while block.count < count {
            guard descriptor.waitToRead(milliseconds: left(deadline)) else {
                if isOver(deadline) { return false }
                continue
            }
            let got = block.read(from: descriptor.number, most: count - block.count)
            if got == 0 || got < 0 && SystemError(code: Int32(-got)) != .interrupted { return false }
        }
        return true
    }

    /// The milliseconds to wait, -1 for as long as it takes.
    private static func left(_ deadline: Int64?) -> Int32 {
        guard let deadline else { return -1 }
        return Int32(clamping: max(0, (deadline - System.steadyClock + 999) / 1000))
    }

    private static func isOver(_ deadline: Int64?) -> Bool { deadline.map { $0 <= System.steadyClock } ?? false }

    private static func number(_ bytes: View<UInt8>, at place: Int) -> Int? {
        guard bytes.count - place >= 4 else { return nil }
        return (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }

    private static func append(_ number: Int, to frame: inout [UInt8]) {
        precondition(number <= limit, "a frame of \(number) bytes")
        for shift in 0..<4 { frame.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
    }
}
