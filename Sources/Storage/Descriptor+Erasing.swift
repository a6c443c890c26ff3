/// Overwriting what files hold.
extension Descriptor {
    private static let piece = 1 << 20

    /// Overwrites so many bytes from `offset` on with blanks.
    package func blank(_ count: Int, at offset: UInt64) throws(SystemError) {
        let blanks = ByteBlock(capacity: min(count, Descriptor.piece))
        blanks.append([UInt8](repeating: 0x20, count: min(count, Descriptor.piece)))
        let nothing = ByteBlock(capacity: 0)
        var done = 0
        while done < count {
            let skipped = max(0, blanks.count - (count - done))
            let put = blanks.write(followedBy: nothing, 0, from: skipped, to: number, at: offset + UInt64(done))
            if put > 0 {
                done += put
            } else if put != -Int(SystemError.interrupted.code) {
                throw put == 0 ? .noSpace : SystemError(code: Int32(-put))
            }
        }
    }

    /// All that a file holds.
    package func content() throws(SystemError) -> ByteBlock {
        let block = ByteBlock(capacity: Int(size) + 1)
        while true {
            let got = block.read(from: number, at: UInt64(block.count), most: Descriptor.piece)
            if got < 0 { throw SystemError(code: Int32(-got)) }
            if got == 0 { return block }
        }
    }
}

extension Folder {
    /// Puts a block in the place of a file, all at once, and overwrites what that held.
    package func replace(_ name: String, by block: ByteBlock) throws(SystemError) {
        let draft = name + ".new"
        try remove(draft)
        let file = try Descriptor(making: path(of: draft))
        var done = 0
        while done < block.count {
            let put = block.write(from: done, to: file.number)
            if put > 0 {
                done += put
            } else if put != -Int(SystemError.interrupted.code) {
                throw put == 0 ? .noSpace : SystemError(code: Int32(-put))
            }
        }
        try file.synchronize()
        let old = try Descriptor(changing: path(of: name))
        try rename(draft, to: name)
        try synchronize()
        try old.blank(Int(old.size), at: 0)
        try old.synchronize()
    }
}
