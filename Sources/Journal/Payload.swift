package import Storage

/// Takes a payload apart. It may hold anything: what does not fit reads as nil.
struct PayloadReader {
    private let view: View<UInt8>
    private var at = 0

    init(_ view: View<UInt8>) { self.view = view }

    var isAtEnd: Bool { at == view.count }

    mutating func word() -> UInt64? {
        guard view.count - at >= 8 else { return nil }
        defer { at += 8 }
        return view.word(at: at)
    }

    mutating func bytes() -> [UInt8]? {
        guard let count = word(), count <= UInt64(view.count - at) else { return nil }
        defer { at += Int(count) }
        return view[at..<at + Int(count)].copied
    }

    mutating func text() -> String? { bytes().map { String(decoding: $0, as: UTF8.self) } }
}

extension ByteBlock {
    /// Appends bytes behind the number of them.
    func append(counted bytes: [UInt8]) {
        append(word: UInt64(bytes.count))
        append(bytes)
    }
}

/// Where the lines of several files that were merged come from. It stands at the end of their
/// payload: the runs (first line within the block, source, line of the source), the rests (source,
/// lines, offset, offset's lines, and how many bytes before it are marked by which hash), the
/// number of either, and the number of bytes of lines, each as a word. Up to version 2 of the data
/// directory rests have no mark.
package struct MergedOrigin: Sendable, Equatable {
    /// A run of lines that stand one after the other in one source: its first line within the block, the source's number
    /// in the journal, and the first line's number there, from 1.
    package struct Run: Sendable, Equatable {
        package var first: UInt64
        package var source: Int
        package var line: UInt64

        package init(first: UInt64, source: Int, line: UInt64) {
            self.first = first
            self.source = source
            self.line = line
        }
    }

    /// How far one file has been read.
    package struct Rest: Sendable, Equatable {
        package var source: Int
        package var lines: UInt64
        package var offset: UInt64
        package var offsetLines: UInt64
        /// What stands in the file before the offset; of no bytes where that is not known.
        package var mark: PlaceMark

        package init(
            source: Int, lines: UInt64, offset: UInt64, offsetLines: UInt64, mark: PlaceMark = PlaceMark()
        ) {
            self.source = source
            self.lines = lines
            self.offset = offset
            self.offsetLines = offsetLines
            self.mark = mark
        }
    }

    package var runs: [Run]
    package var rests: [Rest]
    /// How many bytes of lines stand before it.
    package private(set) var byteCount = 0

    package init(runs: [Run], rests: [Rest]) {
        self.runs = runs
        self.rests = rests
    }

    /// Appends it to the lines that it is about.
    package func append(to block: ByteBlock) {
        let byteCount = block.count
        for run in runs {
            block.append(word: run.first)
            block.append(word: UInt64(run.source))
            block.append(word: run.line)
        }
        for rest in rests {
            for word in [UInt64(rest.source), rest.lines, rest.offset, rest.offsetLines] { block.append(word: word) }
            for word in [rest.mark.count, rest.mark.hash] { block.append(word: word) }
        }
        for word in [runs.count, rests.count, byteCount] { block.append(word: UInt64(word)) }
    }

    /// Reads what stands at the end of a payload; nil where that is none.
    package init?(of payload: ByteBlock) {
        let view = payload.bytes
        guard view.count >= 24 else { return nil }
        let counts = [24, 16, 8].map { view.word(at: view.count - $0) }
        guard counts.allSatisfy({ $0 <= UInt64(view.count) }) else { return nil }
        let (runCount, restCount) = (Int(counts[0]), Int(counts[1]))
        byteCount = Int(counts[2])
        let restSize = byteCount + runCount * 24 + restCount * 32 + 24 == view.count ? 32 : 48
        guard byteCount + runCount * 24 + restCount * restSize + 24 == view.count else { return nil }
        var at = byteCount
        runs = (0..<runCount).map { index in
            let place = at + index * 24
            return Run(
                first: view.word(at: place), source: Int(truncatingIfNeeded: view.word(at: place + 8)),
                line: view.word(at: place + 16))
        }
        at += runCount * 24
        rests = (0..<restCount).map { index in
            let place = at + index * restSize
            return Rest(
                source: Int(truncatingIfNeeded: view.word(at: place)), lines: view.word(at: place + 8),
                offset: view.word(at: place + 16), offsetLines: view.word(at: place + 24),
                mark: restSize == 32
                    ? PlaceMark() : PlaceMark(count: view.word(at: place + 32), hash: view.word(at: place + 40)))
        }
        guard runs.allSatisfy({ $0.source >= 0 }), rests.allSatisfy({ $0.source >= 0 }) else { return nil }
    }
}
