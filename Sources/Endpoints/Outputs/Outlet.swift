package import Storage
package import Telemetry

/// An output that is open, with what the configuration says of it.
package struct Outlet: Sendable {
    /// How lines leave.
    package enum Way: Sendable {
        /// They are written, and whoever writes them waits until that is done.
        case written(Output)
        /// They are kept until somebody else has taken them.
        case delivered(Delivery)
    }

    package let plan: OutputPlan
    package let way: Way

    /// An output that takes every line.
    package init(_ output: Output) { self.init(plan: .standard, way: .written(output)) }

    private init(plan: OutputPlan, way: Way) {
        self.plan = plan
        self.way = way
    }

    /// How messages name it, without what may be a secret in its address.
    package var name: String { output?.name ?? plan.target.shown }

    /// What it writes to, where it writes.
    package var output: Output? {
        if case .written(let output) = way { return output }
        return nil
    }

    /// How many lines nobody will ever get; none of what is written.
    /// - Parameter goesOn: whether another run delivers what this one had to leave.
    package func lostCount(goesOn: Bool) -> Int {
        if case .delivered(let delivery) = way { return delivery.lostCount(goesOn: goesOn) }
        return 0
    }

    /// Opens all outputs of a run. Peers need not be there yet.
    /// - Parameters:
    ///   - standard: what stands in standard output's place.
    ///   - others: open files that none of them may be.
    package static func open(
        _ plans: [OutputPlan], standard: Output, apartFrom others: [Descriptor], log: Log, metrics: Metrics
    ) throws(EndpointFault) -> [Outlet] {
        var taken = others + [standard.descriptor]
        var outlets: [Outlet] = []
        for plan in plans {
            switch plan.target {
            case .standard: outlets.append(Outlet(plan: plan, way: .written(standard)))
            case .file(let path):
                let output = try Output(appendingTo: path, apartFrom: taken)
                taken.append(output.descriptor)
                outlets.append(Outlet(plan: plan, way: .written(output)))
            case .kafka(let address):
                throw EndpointFault(.cannotOpen, "\(plan.path): \(address.shown): \(KafkaAddress.absence)")
            case .tcp, .unix, .web, .exec:
                let delivery = try Delivery(plan, log: log, metrics: metrics)
                outlets.append(Outlet(plan: plan, way: .delivered(delivery)))
            }
        }
        return outlets
    }
}
