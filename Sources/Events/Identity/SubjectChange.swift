package import Storage

/// Something that has become known about who is who, at an event and before anything else of it.
package struct SubjectChange: Sendable, Equatable {
    /// What has become known.
    package enum Kind: String, Sendable {
        /// Two subjects are one from now on.
        case merged
        /// A stronger id has become known.
        case named
        /// It has lost the id that was its name, which two persons have shown; no line tells of it.
        case renamed
        /// An id was not joined to the event's subject.
        case refused
        /// All that was known of it is forgotten, once the event has been taken.
        case forgotten
    }

    /// Why an id was refused.
    package enum Reason: String, CaseIterable, Sendable {
        case unique, limit
        case maxIDs = "max_ids"
        case maxMerges = "max_merges"
    }

    package var kind: Kind
    /// The number of the event in its batch.
    package var row: Int
    /// The key of the event's subject, under which its state is kept.
    package var key: [UInt8]
    package var hash: UInt64
    /// What the subject is called from now on.
    package var name: [UInt8]
    /// What it, or the other one, was called; of a refusal the id.
    package var was: [UInt8]
    /// The namespace of the id that brought it about.
    package var via: String
    package var reason: Reason?
    /// Of a merge, the key of the subject whose state goes over into the other's.
    package var absorbed: [UInt8] = []
    package var absorbedHash: UInt64 = 0
    /// Of a merge, whether what both cannot have is the absorbed one's: of all that merge at the
    /// event it has the strongest name.
    package var absorbedLeads = false

    package init(
        kind: Kind, row: Int, key: [UInt8], hash: UInt64, name: [UInt8], was: [UInt8] = [], via: String = ""
    ) {
        (self.kind, self.row, self.key, self.hash) = (kind, row, key, hash)
        (self.name, self.was, self.via) = (name, was, via)
    }
}

/// The key of a subject: the id under which it was first seen. Behind it, where others may have the same text, stand a byte
/// that no text has, the namespace, and which of the subjects first seen so it is.
package enum SubjectKey {
    private static let mark: UInt8 = 0xFF
    /// Stands in the place of a namespace in the key of an account.
    private static let account: UInt8 = 0xFE

    /// The key for an id: of the strongest namespace, and of the first such subject, the id itself.
    static func append(_ id: View<UInt8>, namespace: Int, generation: Int, to block: ByteBlock) {
        block.append(id)
        if namespace == 0, generation == 0 { return }
        block.append(mark)
        block.append(UInt8(truncatingIfNeeded: namespace))
        var rest = generation
        while rest > 0 {
            block.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// The key of an account.
    static func append(account: View<UInt8>, to block: ByteBlock) {
        block.append(account)
        block.append(mark)
        block.append(SubjectKey.account)
    }

    /// Whether a key is an account's.
    package static func isAccount(_ key: View<UInt8>) -> Bool {
        key.count >= 2 && key[key.count - 1] == account && key[key.count - 2] == mark
    }

    /// The id in a key.
    package static func id(of key: View<UInt8>) -> View<UInt8> {
        var end = key.count
        let first = max(0, key.count - 6)
        var index = first
        while index < key.count {
            if key[index] == mark {
                end = index
                break
            }
            index += 1
        }
        return key[0..<end]
    }
}
