extension BudgetPlan {
    /// The budget as one of several partitions spends it: its whole-number part of `max`, and one more for the lowest
    /// numbers as long as any is left. What is left of less than one goes to the next. All parts together are `max`.
    package func part(of partition: Int, among count: Int) -> BudgetPlan {
        precondition((0..<count).contains(partition), "a partition is one of the topic's")
        var part = self
        let each = (max / Double(count)).rounded(.down)
        let rest = max - each * Double(count)
        part.max = each + Swift.min(1, Swift.max(0, rest - Double(partition)))
        return part
    }

    /// The budget as one of several partitions spends it that lease it: half of it is split, so that a partition has
    /// something of every stretch of the calendar at once, and the other half is what the bank grants slices of. A sliding
    /// budget has no stretch at whose end slices lapse, so it is split.
    package func leased(by partition: Int, among count: Int) -> BudgetPlan {
        guard case .per = reach else { return part(of: partition, among: count) }
        var half = self
        half.max = (max / 2).rounded(.down)
        var own = half.part(of: partition, among: count)
        let pool = Int(Swift.min(max - half.max, 1e15).rounded(.down))
        own.lease = Lease(pool: pool, slice: Swift.max(1, pool / (4 * count)))
        return own
    }
}
