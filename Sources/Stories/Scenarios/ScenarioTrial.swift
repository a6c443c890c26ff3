import Configuration
import Events
package import Pipeline
import Storage

/// What came of a scenario.
package struct Verdict: Sendable {
    package let scenario: Scenario
    /// Every line that came, in order.
    package let lines: [Line]
    /// What is not as it should be, for people; a line each, none where all is well.
    package let faults: [String]

    package var passes: Bool { faults.isEmpty }
}

/// Plays scenarios through the engine, on a clock that is nothing but a number.
package struct ScenarioTrial {
    private let plan: Plan

    package init(_ plan: Plan) {
        var plan = plan.dryRun
        // However short a wait is, it lets time go on.
        plan.input.idleAfter = 0
        // The clock is the scenario's own.
        plan.input.missing = plan.input.missing ?? .arrival
        self.plan = plan
    }

    /// Plays a scenario and compares what came with what it expects.
    package func verdict(on scenario: Scenario) -> Verdict {
        let lines = play(scenario)
        return Verdict(scenario: scenario, lines: lines, faults: Judgement(scenario, lines).faults)
    }

    private func play(_ scenario: Scenario) -> [Line] {
        // Events of scenarios are written in the native form, whatever the configuration's inputs bring.
        let formats = plan.input.formats.preset == .native ? [] : [InputFormat(.native)]
        var engine = InProcessEngine(plan, sources: [scenario.name], formats: formats)
        var portions: [InProcessEngine.Portion] = []
        var now = scenario.start
        for (index, step) in scenario.steps.enumerated() {
            let block = ByteBlock(capacity: step.line.count)
            block.append(step.line)
            now = step.arrival
            let events = engine.scan(block, source: 0, arrival: now, isFirst: index == 0)
            portions += engine.take(InputBatch(events, isLive: false))
        }
        // The watermark stays behind the clock by the disorder; at the end of the wait it has come all the way.
        if scenario.wait > 0 { portions += engine.step(to: now.advanced(by: scenario.wait + plan.input.disorder)) }
        portions += engine.finish(flush: false)
        return portions.flatMap { Line.all($0.lines.block.bytes.copied) + Line.all($0.rejected.bytes.copied) }
    }
}
