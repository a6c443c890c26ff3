package import Storage

/// An account that an event counts for, beside its person.
package struct AccountTouch: BitwiseCopyable, Sendable {
    /// The number of the event in its batch.
    package let row: Int
    /// What the account is followed under.
    package let key: TextRange
    package let hash: UInt64
    /// How many persons belong to it now.
    package let members: Int
    /// Whether that is another number than before.
    package let isChanged: Bool
    /// The account's shard.
    package let shard: Int
}

/// Which persons belong to which accounts.
///
/// A person is known by the number of its subject's making. Whoever showed an account once belongs to it until an event says
/// otherwise. Memory: about 100 bytes for an account and its name, 60 for a person who belongs to any, 4 for each of those.
struct AccountBook {
    /// The most accounts of one person; beyond, an event counts for none further.
    static let accountsMost = 100

    private var numbers: [ByteName: Int32] = [:]
    private(set) var names: [[UInt8]] = []
    private var members: [Int32] = []
    /// By person, the accounts in the order in which it came to belong to them.
    private var accounts: [UInt64: [Int32]] = [:]

    /// How many accounts there are, and how many persons belong to any.
    var count: Int { names.count }

    func memberCount(_ account: Int32) -> Int { Int(members[Int(account)]) }

    func accounts(of person: UInt64) -> [Int32] { accounts[person] ?? [] }

    func number(of name: View<UInt8>) -> Int32? { numbers[ByteName(name.text)] }

    private mutating func obtain(_ name: View<UInt8>) -> Int32 {
        let key = ByteName(name.text)
        if let known = numbers[key] { return known }
        let number = Int32(names.count)
        numbers[key] = number
        names.append(name.copied)
        members.append(0)
        return number
    }

    /// A person shows an account: it belongs to it from now on.
    /// - Returns: the account, if that is news.
    mutating func join(_ person: UInt64, _ name: View<UInt8>) -> Int32? {
        let account = obtain(name)
        guard !accounts[person, default: []].contains(account), accounts[person]?.count ?? 0 < AccountBook.accountsMost
        else { return nil }
        accounts[person, default: []].append(account)
        members[Int(account)] += 1
        return account
    }

    /// A person does not belong to an account any more.
    /// - Returns: whether it did.
    mutating func leave(_ person: UInt64, _ account: Int32) -> Bool {
        guard let place = accounts[person]?.firstIndex(of: account) else { return false }
        accounts[person]?.remove(at: place)
        if accounts[person]?.isEmpty == true { accounts[person] = nil }
        members[Int(account)] -= 1
        return true
    }

    /// Two persons turn out to be one.
    /// - Returns: the accounts that have a member less.
    mutating func merge(_ other: UInt64, into person: UInt64) -> [Int32] {
        guard let further = accounts.removeValue(forKey: other) else { return [] }
        var own = accounts[person] ?? []
        var changed: [Int32] = []
        for account in further {
            if own.contains(account) || own.count >= AccountBook.accountsMost {
                members[Int(account)] -= 1
                changed.append(account)
            } else {
                own.append(account)
            }
        }
        accounts[person] = own
        return changed
    }

    /// A person is forgotten.
    /// - Returns: the accounts that it belonged to.
    mutating func forget(_ person: UInt64) -> [Int32] {
        let gone = accounts.removeValue(forKey: person) ?? []
        for account in gone { members[Int(account)] -= 1 }
        return gone
    }

    func add(to image: StateImage) {
        image.put(names.count)
        for name in names { View.of(name) { image.put($0) } }
        image.put(members.map { Int($0) })
        image.put(accounts.count)
        for (person, all) in accounts.sorted(by: { $0.key < $1.key }) {
            image.put(person)
            image.put(all.map { Int($0) })
        }
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        for index in 0..<(try reader.count(of: 8)) {
            let name = try reader.bytes()
            numbers[View.of(name) { ByteName($0.text) }] = Int32(index)
            names.append(name)
        }
        members = try reader.numbers().map { Int32(clamping: $0) }
        guard members.count == names.count else { throw .unfit("the accounts do not fit their members") }
        for _ in 0..<(try reader.count(of: 16)) {
            let person = try reader.word()
            let all = try reader.numbers().map { Int32(clamping: $0) }
            guard all.allSatisfy({ $0 >= 0 && Int($0) < names.count }) else {
                throw .unfit("a person belongs to an account that there is not")
            }
            accounts[person] = all
        }
    }
}
