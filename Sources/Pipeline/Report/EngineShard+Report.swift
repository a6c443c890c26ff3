import Analytics
import Journeys

extension EngineShard {
    /// Ends the report of this shard, whose input has ended, and hands it to the collector.
    /// - Parameter portion: what was handed on with the last batch.
    /// - Returns: that, and what the end brings about.
    func conclude(at collector: ReportCollector, with portion: ReportPortion?) -> ReportPortion? {
        guard let touches else { return nil }
        touches.conclude(reached: journeys.reached)
        collector.add(touches, reached: journeys.reached)
        let last = touches.handOver()
        return ReportPortion(
            closed: (portion?.closed ?? []) + last.closed, parts: (portion?.parts ?? []) + last.parts)
    }
}
