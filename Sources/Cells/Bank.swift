package import Storage

/// What a bank grants slices for: a budget, a value by which it counts, and a stretch of the calendar.
package struct LeaseAccount: Hashable, Sendable, Comparable {
    /// What the budget counts, in words that are the same in every process.
    package let budget: [UInt8]
    /// The value by which it counts by itself; of no bytes where all count together.
    package let value: [UInt8]
    /// The stretch's number.
    package let window: Int64

    package init(budget: [UInt8], value: [UInt8], window: Int64) {
        (self.budget, self.value, self.window) = (budget, value, window)
    }

    /// By the window, the budget's name and the value.
    package static func < (one: LeaseAccount, other: LeaseAccount) -> Bool {
        if one.window != other.window { return one.window < other.window }
        if one.budget != other.budget { return one.budget.lexicographicallyPrecedes(other.budget) }
        return one.value.lexicographicallyPrecedes(other.value)
    }

    /// The account as records have it: the window and the length of the budget's name in 8 bytes each, that name, and the
    /// value.
    func append(to block: ByteBlock) {
        block.append(word: UInt64(bitPattern: window))
        block.append(word: UInt64(budget.count))
        block.append(budget)
        block.append(value)
    }

    init?(_ bytes: View<UInt8>) {
        guard bytes.count >= 16, bytes.word(at: 8) <= UInt64(bytes.count - 16) else { return nil }
        let end = 16 + Int(bytes.word(at: 8))
        self.init(
            budget: bytes[16..<end].copied, value: bytes[end..<bytes.count].copied,
            window: Int64(bitPattern: bytes.word(at: 0)))
    }
}

/// What a cell would like to be granted.
package struct LeaseWish: Equatable, Sendable {
    package let account: LeaseAccount
    /// What it was granted for the account, as far as it knows.
    package let granted: Int
    /// What it would like to have been granted in all.
    package let total: Int
    /// What all cells together may be granted.
    package let pool: Int

    package init(account: LeaseAccount, granted: Int, total: Int, pool: Int) {
        (self.account, self.granted, self.total, self.pool) = (account, granted, total, pool)
    }
}

/// A record in which a cell asks the bank: it stands in partition 0 of the control topic, among that cell's control records.
///
///      0  8  "jdbank1" and a line's end
///      8  8  the partition that asks
///     16  8  how much it would like to have been granted in all
///     24  8  what all partitions together may be granted
///     32  n  the account
///   32+n  8  the checksum (`Hash64`) of all bytes before
package struct LeaseClaim: Equatable, Sendable {
    package let partition: Int
    package let account: LeaseAccount
    package let total: Int
    package let pool: Int

    package init(partition: Int, account: LeaseAccount, total: Int, pool: Int) {
        (self.partition, self.account, self.total, self.pool) = (partition, account, total, pool)
    }

    private static let magic = Array("jdbank1\n".utf8)
    private static let headSize = 32
    /// More than any budget is.
    private static let most = UInt64(1) << 52

    /// The record as it is written.
    package var bytes: [UInt8] {
        let block = ByteBlock(capacity: 128)
        block.append(Self.magic)
        block.append(word: UInt64(partition))
        block.append(word: UInt64(total))
        block.append(word: UInt64(pool))
        account.append(to: block)
        return SealedRecord.sealed(block)
    }

    /// Reads a record; nil for what is none, or damaged.
    package init?(_ bytes: View<UInt8>) {
        guard let end = SealedRecord.end(of: bytes, magic: Self.magic, least: Self.headSize),
            let account = LeaseAccount(bytes[Self.headSize..<end]),
            let partition = Int(exactly: bytes.word(at: 8)), bytes.word(at: 16) < Self.most,
            bytes.word(at: 24) < Self.most
        else { return nil }
        self.init(
            partition: partition, account: account, total: Int(bytes.word(at: 16)), pool: Int(bytes.word(at: 24)))
    }
}

/// Who was granted how much: a pure function of the claims in partition 0 of the control topic, in
/// their order. So there is no process that is the bank: each one that reads them comes to the
/// same, and what was granted stays so.
///
/// Memory: the windows of each budget that are kept, at most `windowsMost`, and in each the accounts that were asked for.
package struct Bank {
    /// How many stretches of a budget are remembered. Of those before nothing more is granted.
    private static let windowsMost = 1024

    private struct Ledger {
        var granted = 0
        var parts: [Int: Int] = [:]
        /// The most that each partition has asked for.
        var asked: [Int: Int] = [:]
    }

    private struct Windows {
        var ledgers: [Int64: [[UInt8]: Ledger]] = [:]
        /// The newest that was let go of.
        var gone = Int64.min
    }

    private var budgets: [[UInt8]: Windows] = [:]

    package init() {}

    private subscript(_ account: LeaseAccount) -> Ledger? {
        budgets[account.budget]?.ledgers[account.window]?[account.value]
    }

    /// Takes the next claim: as much of it is granted as is left.
    package mutating func take(_ claim: LeaseClaim) {
        let account = claim.account
        var windows = budgets[account.budget] ?? Windows()
        guard account.window > windows.gone else { return }
        var ledger = windows.ledgers[account.window]?[account.value] ?? Ledger()
        let more = min(claim.total - (ledger.parts[claim.partition] ?? 0), claim.pool - ledger.granted)
        if more > 0 {
            ledger.granted += more
            ledger.parts[claim.partition, default: 0] += more
        }
        ledger.asked[claim.partition] = max(claim.total, ledger.asked[claim.partition] ?? 0)
        windows.ledgers[account.window, default: [:]][account.value] = ledger
        if windows.ledgers.count > Self.windowsMost, let first = windows.ledgers.keys.min() {
            windows.ledgers[first] = nil
            windows.gone = first
        }
        budgets[account.budget] = windows
    }

    /// What a partition was granted.
    package func granted(_ account: LeaseAccount, to partition: Int) -> Int { self[account]?.parts[partition] ?? 0 }

    /// How much is left of a pool, as far as is known.
    package func left(_ account: LeaseAccount, of pool: Int) -> Int {
        if let windows = budgets[account.budget], account.window <= windows.gone { return 0 }
        return max(0, pool - (self[account]?.granted ?? 0))
    }

    /// Whether a claim was taken, or can have no effect any more.
    package func hasHeard(_ account: LeaseAccount, of partition: Int, total: Int) -> Bool {
        if let windows = budgets[account.budget], account.window <= windows.gone { return true }
        return self[account]?.asked[partition] ?? 0 >= total
    }
}
