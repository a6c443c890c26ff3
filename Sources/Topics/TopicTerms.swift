package import Endpoints
import Storage

/// What a process is told of the topics that it is to follow and write to.
package struct TopicTerms: Sendable {
    /// The input, with its group.
    package let input: KafkaAddress
    /// The outputs that are topics, each with what the configuration says of it.
    package let outputs: [(topic: String, plan: OutputPlan)]
    package let settings: KafkaSettings

    /// - Returns: nil where an output is on another cluster than the input: no transaction spans two.
    package init(
        _ input: KafkaAddress, outputs: [(address: KafkaAddress, plan: OutputPlan)], settings: KafkaSettings
    ) throws(EndpointFault) {
        for (address, plan) in outputs where Set(address.brokers) != Set(input.brokers) {
            throw EndpointFault(
                .badAddress,
                "\(plan.path): \(address.shown) is on other brokers than \(input.shown); one transaction has the output and "
                    + "how far the input was taken, so name the same brokers for both")
        }
        for (index, (address, plan)) in outputs.enumerated() {
            let isTwice = outputs[..<index].contains { $0.address.topic == address.topic }
            if isTwice || address.topic == input.topic || address.topic == input.controlTopic {
                throw EndpointFault(
                    .badAddress, "\(plan.path): \(address.shown) is used already; name a topic of its own")
            }
        }
        self.input = input
        self.outputs = outputs.map { ($0.address.topic, $0.plan) }
        self.settings = settings
    }

    /// The group's name; every input has one.
    package var group: String { input.group ?? "" }

    /// What rejected lines and messages call the input.
    package var shown: String { input.shown }
}
