import Storage

/// How a process has its cells get slices of budgets: what they would like is claimed in the next transaction, the bank read
/// behind that, and what it has granted told to the cell by a control record.
///
/// Nothing here needs to be kept: a wish comes again when it is felt again, a claim that was made already changes nothing,
/// and what the bank has granted to a partition whose process ended meanwhile is found by the next one that asks.
struct Leasing {
    private var bank = Bank()
    /// Where reading the bank goes on.
    private var offset: Int64 = 0
    private var wishes: [Int: [LeaseAccount: LeaseWish]] = [:]
    /// What was claimed, and not read of in the bank yet.
    private var claimed: [Int: [LeaseAccount: Int]] = [:]

    /// Tells cells what they were granted.
    /// - Parameter note: takes the control records that say so.
    /// - Returns: what is to be claimed.
    mutating func turn(
        _ cells: [Int: Cell], _ broker: any CellBroker, _ note: (Int, ControlRecord) -> Void
    ) throws(BrokerFault) -> [LeaseClaim] {
        for (partition, cell) in cells where cell.isLive {
            for wish in cell.machine.takeWishes() { wishes[partition, default: [:]][wish.account] = wish }
        }
        try read(broker)
        var claims: [LeaseClaim] = []
        for (partition, found) in wishes.sorted(by: { $0.key < $1.key }) {
            guard let cell = cells[partition], cell.isLive else {
                wishes[partition] = nil
                continue
            }
            for (account, wish) in found.sorted(by: { $0.key < $1.key }) {
                let granted = bank.granted(account, to: partition)
                if granted > wish.granted {
                    note(partition, cell.grant(granted, for: account))
                    wishes[partition]?[account] = nil
                } else if bank.left(account, of: wish.pool) == 0 {
                    wishes[partition]?[account] = nil
                } else if claimed[partition]?[account] ?? 0 < wish.total {
                    claims.append(
                        LeaseClaim(partition: partition, account: account, total: wish.total, pool: wish.pool))
                }
            }
            if wishes[partition]?.isEmpty == true { wishes[partition] = nil }
        }
        return claims
    }

    /// The claims are committed.
    mutating func hasSent(_ claims: [LeaseClaim]) {
        for claim in claims { claimed[claim.partition, default: [:]][claim.account] = claim.total }
    }

    /// Reads what the bank was asked for, where an answer is awaited. What the brokers do not tell now is asked for again.
    private mutating func read(_ broker: any CellBroker) throws(BrokerFault) {
        guard !claimed.isEmpty else { return }
        let found: (records: [[UInt8]], end: Int64)
        do throws(BrokerFault) { found = try broker.log.controls(0, from: offset) } catch .again { return }
        offset = max(offset, found.end)
        for bytes in found.records {
            if let claim = View.of(bytes, { LeaseClaim($0) }) { bank.take(claim) }
        }
        for (partition, accounts) in claimed {
            let left = accounts.filter { !bank.hasHeard($0.key, of: partition, total: $0.value) }
            claimed[partition] = left.isEmpty ? nil : left
        }
    }
}
