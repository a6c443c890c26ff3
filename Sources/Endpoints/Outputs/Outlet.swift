package import Storage

/// An output that is open, with what the configuration says of it.
package struct Outlet: Sendable {
    package let plan: OutputPlan
    package let output: Output

    /// An output that takes every line.
    package init(_ output: Output) { self.init(plan: .standard, output: output) }

    private init(plan: OutputPlan, output: Output) {
        self.plan = plan
        self.output = output
    }

    /// Opens all outputs of a run.
    /// - Parameters:
    ///   - standard: what stands in standard output's place.
    ///   - others: open files that none of them may be.
    package static func open(
        _ plans: [OutputPlan], standard: Output, apartFrom others: [Descriptor]
    ) throws(EndpointFault) -> [Outlet] {
        var taken = others + [standard.descriptor]
        var outlets: [Outlet] = []
        for plan in plans {
            var output = standard
            if case .file(let path) = plan.target {
                output = try Output(appendingTo: path, apartFrom: taken)
                taken.append(output.descriptor)
            }
            outlets.append(Outlet(plan: plan, output: output))
        }
        return outlets
    }
}
