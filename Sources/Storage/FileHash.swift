/// The hash of a stretch of a file, taken as it is read, in pieces of any size: what it comes to depends on the bytes alone.
///
/// The bytes are hashed in chunks of 64 KiB, each begun from the hash of those before. Memory: at most one chunk.
package struct FileHash: Sendable, Equatable {
    private static let chunk = 64 << 10

    /// The hash of all whole chunks so far.
    private var chain: UInt64 = 0
    /// What has come of the next one.
    private var pending: [UInt8] = []
    /// How many bytes have been taken.
    package private(set) var count: UInt64 = 0

    package init() {}

    /// Takes the next bytes.
    package mutating func add(_ bytes: View<UInt8>) {
        count += UInt64(bytes.count)
        var start = 0
        while start < bytes.count {
            let length = min(FileHash.chunk - pending.count, bytes.count - start)
            let next = bytes[start..<start + length]
            start += length
            if length == FileHash.chunk {
                chain = Hash64.of(next, seed: chain)
                continue
            }
            pending.append(next)
            guard pending.count == FileHash.chunk else { continue }
            chain = View.of(pending) { Hash64.of($0, seed: chain) }
            pending.removeAll(keepingCapacity: true)
        }
    }

    /// Takes the bytes of an open file in a range of places; false where they cannot be read, or are not there any more.
    package mutating func add(_ range: Range<UInt64>, of file: Descriptor) -> Bool {
        var at = range.lowerBound
        let block = ByteBlock(capacity: 1 << 20)
        while at < range.upperBound {
            block.truncate(to: 0)
            let got = block.read(from: file.number, at: at, most: Int(min(range.upperBound - at, 1 << 20)))
            if got == -Int(SystemError.interrupted.code) { continue }
            if got <= 0 { return false }
            add(block.bytes)
            at += UInt64(got)
        }
        return true
    }

    /// The hash of all bytes so far. Of less than a chunk it is their `Hash64`.
    package var value: UInt64 { View.of(pending) { Hash64.of($0, seed: chain) } }
}

/// What is known of the bytes before a place in a file, so that another file of the same name, or one that was changed, is
/// noticed.
package struct PlaceMark: Sendable, Equatable {
    /// How many bytes are looked at where not all are.
    package static let bytesMost = 256

    /// How many bytes right before the place, and their `FileHash`; none where nothing is known of them.
    package var count: UInt64 = 0
    package var hash: UInt64 = 0

    package init() {}

    package init(count: UInt64, hash: UInt64) { (self.count, self.hash) = (count, hash) }

    /// The mark behind the last of these bytes.
    package init(behind bytes: View<UInt8>) {
        let last = bytes[max(0, bytes.count - PlaceMark.bytesMost)..<bytes.count]
        (count, hash) = (UInt64(last.count), Hash64.of(last))
    }

    /// The mark behind all bytes of a file up to some place.
    package init(behind all: FileHash) { (count, hash) = (all.count, all.value) }

    /// Whether an open file has what was there before a place of it; nothing is held against one of which nothing is known.
    package func fits(_ file: Descriptor, before place: UInt64) -> Bool {
        guard count <= place, place <= file.size else { return false }
        var found = FileHash()
        return found.add(place - count..<place, of: file) && (count == 0 || found.value == hash)
    }
}
