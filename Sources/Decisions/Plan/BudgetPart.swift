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
}
