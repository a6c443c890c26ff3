package import Storage

/// The secret word that senders show. It never appears in messages.
package struct AccessToken: Sendable {
    /// How long a token may be, in bytes.
    package static let lengths = 16...512

    private let secret: [UInt8]

    /// A token of printable characters without spaces; nil for any other text.
    package init?(_ secret: [UInt8]) {
        guard AccessToken.lengths.contains(secret.count), secret.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return nil
        }
        self.secret = secret
    }

    /// Reads the token from a file: its only line. A file that everybody may read is refused.
    package init(path: String) throws(EndpointFault) {
        let file: Descriptor
        do throws(SystemError) {
            file = try Descriptor(reading: path)
        } catch {
            throw EndpointFault.token(path, "cannot be read: \(error)")
        }
        guard file.kind == .file else {
            throw EndpointFault.token(path, "is not a file; name one that holds the token")
        }
        if file.isReadableByAll {
            throw EndpointFault.token(path, "may be read by everybody; run chmod 600 \(path)")
        }
        let block = ByteBlock(capacity: 4096)
        let got = block.read(from: file.number)
        if got < 0 { throw EndpointFault.token(path, "cannot be read: \(SystemError(code: Int32(-got)))") }
        var line = block.bytes.copied
        while let last = line.last, last == 0x0A || last == 0x0D || last == 0x20 { line.removeLast() }
        guard let token = AccessToken(line) else {
            let (least, most) = (AccessToken.lengths.lowerBound, AccessToken.lengths.upperBound)
            throw EndpointFault.token(
                path, "holds no token; write one line of \(least) to \(most) printable characters without spaces")
        }
        self = token
    }

    /// Whether somebody shows this token. How long that takes depends on the length of what is shown only.
    package func matches(_ shown: View<UInt8>) -> Bool {
        var difference = secret.count ^ shown.count
        for index in 0..<shown.count { difference |= Int(shown[index] ^ secret[index % secret.count]) }
        return difference == 0
    }
}

extension EndpointFault {
    fileprivate static func token(_ path: String, _ fault: String) -> EndpointFault {
        EndpointFault(.cannotRead, "\(path): \(fault)")
    }
}
