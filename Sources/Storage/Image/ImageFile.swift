import CLinux
import Glibc

/// A file with images of state, one for each part of the engine.
///
/// All numbers are of 64 bits, the least significant byte first, but where it is said otherwise.
///
///     header
///       0   8   "jdstate" and a line's end
///       8   4   the format's version, 1
///      12   4   the version of what stands in the images (`layout`)
///      16   8   how many sections there are
///      24   8   how many bytes the file has
///      32  24   zero
///      56   8   the checksum of the 56 bytes before
///     section, one behind the other up to the file's end
///       0   4   what it is of: the caller's number
///       4   4   which of several such it is, from 0
///       8   8   n, how many bytes the image has; a multiple of eight
///      16   n   the image
///     16+n  8   the checksum of the 16 + n bytes before
///
/// A checksum is `Hash64` of the bytes. A file is valid if and only if the header begins as above,
/// with a version that is known and the right checksum, the file is as long as it says, and the
/// sections, each with the right checksum, fill it up to its end. So no byte can be another without
/// being noticed.
///
/// Writing takes the memory that the images note as it is at that time.
@safe
public struct ImageFile: ~Copyable {
    /// The version of the format that this program writes.
    public static let version: UInt32 = 1
    static let magic: [UInt8] = Array("jdstate\n".utf8)
    static let headerSize = 64
    static let sectionSize = 24

    /// A section to be written.
    public struct Part: Sendable {
        /// What it is of: the caller's number.
        public let kind: UInt32
        /// Which of several such it is, from 0.
        public let index: UInt32
        /// What stands in it.
        public let image: StateImage

        /// A section of that kind.
        public init(kind: UInt32, index: UInt32, image: StateImage) {
            self.kind = kind
            self.index = index
            self.image = image
        }
    }

    private let heads: ByteBlock
    private let parts: [Part]
    private var pieces: [image_piece] = unsafe []
    /// How many bytes the file will have.
    public let byteCount: Int

    /// A file of these sections, to be written.
    /// - Parameter layout: the version of what stands in the images.
    public init(_ parts: [Part], layout: UInt32) {
        self.parts = parts
        byteCount = parts.reduce(ImageFile.headerSize) { $0 + $1.image.byteCount + ImageFile.sectionSize }
        heads = ByteBlock(capacity: ImageFile.headerSize + 16 * parts.count)
        heads.append(ImageFile.magic)
        heads.append(half: ImageFile.version)
        heads.append(half: layout)
        heads.append(word: UInt64(parts.count))
        heads.append(word: UInt64(byteCount))
        for _ in 0..<3 { heads.append(word: 0) }
        for part in parts {
            heads.append(half: part.kind)
            heads.append(half: part.index)
            heads.append(word: UInt64(part.image.byteCount))
        }
        guard let base = unsafe heads.bytes.base else { return }
        let sum = unsafe image_piece(memory: nil, bytes: 0)
        unsafe pieces.append(image_piece(memory: base, bytes: UInt64(ImageFile.headerSize - 8)))
        unsafe pieces.append(sum)
        for (number, part) in parts.enumerated() {
            unsafe pieces.append(image_piece(memory: base + ImageFile.headerSize - 8 + 16 * number, bytes: 16))
            var found: [image_piece] = unsafe []
            unsafe part.image.forEachPiece { memory, count in
                unsafe found.append(image_piece(memory: memory, bytes: UInt64(count)))
            }
            unsafe pieces += found
            unsafe pieces.append(sum)
        }
    }

    /// Writes the file. Blocks.
    package borrowing func write(to descriptor: Descriptor) throws(SystemError) {
        let fault = unsafe image_write(descriptor.number, pieces, pieces.count)
        if fault != 0 { throw SystemError(code: fault) }
        while fsync(descriptor.number) != 0 {
            if errno != EINTR { throw SystemError(code: errno) }
        }
    }
}

extension ByteBlock {
    fileprivate func append(half: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { append(UInt8(truncatingIfNeeded: half >> shift)) }
    }
}
