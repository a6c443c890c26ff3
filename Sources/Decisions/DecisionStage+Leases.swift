import Storage

/// More of a budget that one of several partitions asks a bank for.
package struct LeaseWish: Equatable, Sendable {
    /// What the budget counts, in words that are the same in every process.
    package let budget: [UInt8]
    /// The value by which it counts, as JSON; of no bytes where all count together.
    package let value: [UInt8]
    /// The stretch of the calendar: the day, week or month by its number.
    package let window: Int64
    /// What the partition was granted for all that.
    package let granted: Int
    /// What it asks for in all.
    package let total: Int
    /// What the bank grants to all partitions together.
    package let pool: Int
}

/// Slices of budgets that several partitions share.
extension DecisionStage {
    /// What is nearly spent, or was asked for in vain, since this was told last.
    package mutating func takeLeaseWishes() -> [LeaseWish] {
        var wishes: [LeaseWish] = []
        for index in limits.budgets.indices where rules.budgets[index].isLeased {
            let rule = rules.budgets[index]
            for (lease, granted) in limits.budgets[index].takeWanted() {
                wishes.append(
                    LeaseWish(
                        budget: leaseName(index), value: lease.value, window: lease.window, granted: granted,
                        total: granted + rule.slice, pool: rule.pool))
            }
        }
        return wishes
    }

    /// Takes note of all that a bank has granted. A budget that is not there any more has no use for it.
    package mutating func grant(_ total: Int, budget: [UInt8], value: [UInt8], window: Int64) {
        for index in limits.budgets.indices where rules.budgets[index].isLeased && leaseName(index) == budget {
            limits.budgets[index].grant(total, for: LeaseKey(window: window, value: value))
        }
    }

    /// The name under which a bank knows a budget: what it counts, and which one it is of those that count the same.
    private func leaseName(_ index: Int) -> [UInt8] {
        let name = rules.budgetNames[index]
        let before = rules.budgetNames[..<index].count { $0 == name }
        return Array((before == 0 ? name : "\(name) \(before)").utf8)
    }
}
