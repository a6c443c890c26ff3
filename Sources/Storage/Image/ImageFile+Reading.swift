/// A file with images as it is found: all of it is read once and held against its checksums before anything is taken from it.
@safe
public struct FoundImages: Sendable {
    private struct Section: Sendable {
        let kind: UInt32
        let index: UInt32
        let start: UInt64
        let count: Int
    }

    private let path: String
    private var sections: [Section] = []
    /// The version of what stands in the images.
    package private(set) var layout: UInt32 = 0

    /// Reads the file and checks all of it. Where it is of a newer version, that is what the fault says.
    package init(_ path: String) throws(StateFault) {
        self.path = path
        try check(try FoundImages.open(path))
    }

    private static func open(_ path: String) throws(StateFault) -> Descriptor {
        do throws(SystemError) {
            return try Descriptor(reading: path)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    private mutating func check(_ descriptor: Descriptor) throws(StateFault) {
        let size = descriptor.size
        var sum = RunningChecksum()
        let reader = StateReader(descriptor, count: Int(clamping: size))
        guard size >= UInt64(ImageFile.headerSize) else { throw .truncated }
        let magic = try sum.take(from: reader)
        let versions = try sum.take(from: reader)
        guard View.of(ImageFile.magic, { $0.word(at: 0) }) == magic else {
            throw .unfit("it does not begin as a snapshot does")
        }
        let version = UInt32(truncatingIfNeeded: versions)
        guard version <= ImageFile.version else {
            throw .unfit("it is of version \(version), which is newer than this program knows")
        }
        guard version == ImageFile.version else { throw .unfit("it is of version \(version), which never was") }
        layout = UInt32(versions >> 32)
        let count = try sum.take(from: reader)
        let length = try sum.take(from: reader)
        for _ in 0..<3 {
            guard try sum.take(from: reader) == 0 else { throw .unfit("its header is damaged") }
        }
        guard try reader.word() == sum.value else { throw .unfit("its header is damaged") }
        guard length == size else { throw .unfit("it has \(size) bytes in place of \(length)") }
        while reader.left > 0 {
            sum = RunningChecksum()
            let name = try sum.take(from: reader)
            let bytes = try sum.take(from: reader)
            guard bytes & 7 == 0, bytes <= UInt64(max(reader.left - 8, 0)) else {
                throw .unfit("section \(sections.count) is damaged")
            }
            let start = size - UInt64(reader.left)
            try sum.take(bytes: Int(bytes), from: reader)
            guard try reader.word() == sum.value else { throw .unfit("section \(sections.count) is damaged") }
            sections.append(
                Section(
                    kind: UInt32(truncatingIfNeeded: name), index: UInt32(name >> 32), start: start, count: Int(bytes)))
        }
        guard sections.count == Int(clamping: count) else {
            throw .unfit("it has \(sections.count) sections in place of \(count)")
        }
    }

    /// How many sections there are of a kind.
    package func count(of kind: UInt32) -> Int { sections.count { $0.kind == kind } }

    /// A reader of one section. Several may be read side by side.
    package func reader(_ kind: UInt32, _ index: UInt32 = 0) throws(StateFault) -> StateReader {
        guard let section = sections.first(where: { $0.kind == kind && $0.index == index }) else {
            throw .unfit("a section is missing")
        }
        let descriptor = try FoundImages.open(path)
        do throws(SystemError) {
            try descriptor.seek(to: section.start)
        } catch {
            throw .unreadable("\(error)")
        }
        return StateReader(descriptor, count: section.count)
    }
}

/// `Hash64` of words that come one after the other.
struct RunningChecksum {
    private var state = Hash64.first
    private var bytes: UInt64 = 0

    mutating func take(from reader: StateReader) throws(StateFault) -> UInt64 {
        let word = try reader.word()
        state = Hash64.mix(state ^ word, Hash64.second)
        bytes += 8
        return word
    }

    mutating func take(bytes count: Int, from reader: StateReader) throws(StateFault) {
        try reader.words(count / 8) { word in state = Hash64.mix(state ^ word, Hash64.second) }
        bytes += UInt64(count)
    }

    var value: UInt64 { Hash64.mix(state ^ bytes, Hash64.first) }
}
