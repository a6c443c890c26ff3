package import Storage

/// Where lines come from: an input, or one connection of it. It lives as long as something of it is on its way, so that
/// sources may come and go for as long as one likes.
package final class LineSource: Sendable {
    /// How messages and rejected lines name it.
    package let name: String
    /// Which of the files it is that have, or had, that name, where there may be several.
    package let file: Descriptor.Identity?
    /// The format that its lines are in.
    package let format: InputFormat
    /// The way back to the sender, where there is one.
    package let answers: (any LineAnswers)?
    /// How many lines have got their numbers, and whether the sender asks to be told of what is durable.
    private let lines = AtomicWords(count: 2)

    /// A source of that name, of which so many lines were taken before.
    package init(
        _ name: String, linesBefore: UInt64 = 0, file: Descriptor.Identity? = nil, format: InputFormat = .standard,
        answers: (any LineAnswers)? = nil
    ) {
        self.name = name
        self.file = file
        self.format = format
        self.answers = answers
        lines.add(linesBefore, at: 0)
    }

    /// How many lines have got their numbers so far.
    package var lineCount: UInt64 { lines[0] }

    /// Whether the sender wants to be told how many of its lines are durable.
    package var asksForAcknowledgements: Bool { lines[1] > 0 }

    /// Notes that the sender wants to be told how many of its lines are durable.
    package func askForAcknowledgements() { lines.add(1, at: 1) }

    /// Gives the next `count` lines their numbers: that of the first, from 1. Only who puts batches in order asks.
    package func number(_ count: Int) -> UInt64 {
        defer { lines.add(UInt64(count), at: 0) }
        return lines[0] + 1
    }
}

/// The way back to whoever sent lines.
package protocol LineAnswers: Sendable {
    /// Sends a line, which needs no line's end, without ever waiting; false where it cannot be taken.
    @discardableResult
    func send(_ line: String) -> Bool
}

/// A stretch of a block of lines: so many of one source.
package struct LinePart: Sendable {
    package let source: LineSource
    package let lineCount: Int
    /// Who waits to hear of them, if anybody.
    package let receipt: (any LineReceipt)?

    package init(source: LineSource, lineCount: Int, receipt: (any LineReceipt)? = nil) {
        self.source = source
        self.lineCount = lineCount
        self.receipt = receipt
    }
}

extension LinePart {
    /// The stretches of a block that runs of its lines come to.
    package static func parts(_ runs: [LineRun], lineCount: Int) -> [LinePart] {
        runs.indices.map { index in
            let end = index + 1 < runs.count ? runs[index + 1].first : UInt64(lineCount)
            return LinePart(source: runs[index].source, lineCount: Int(end - runs[index].first))
        }
    }
}

/// Sources made of their names, the same one each time: for lines that were taken in an earlier life, whose numbers are
/// known.
package struct NamedSources {
    private var sources: [ByteName: LineSource] = [:]

    package init() {}

    /// The source of that name, made where it is asked for first.
    package subscript(name: String) -> LineSource {
        mutating get {
            if let source = sources[name] { return source }
            let source = LineSource(name)
            sources[name] = source
            return source
        }
    }
}
