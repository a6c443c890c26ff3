import Configuration
import Events
package import Languages
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
    private let speech: Speech

    /// - Parameter speech: the language in which faults are told.
    package init(_ plan: Plan, in speech: Speech = Speech(.english)) {
        self.speech = speech
        var plan = plan.dryRun
        // However short a wait is, it lets time go on.
        plan.input.idleAfter = 0
        // The clock is the scenario's own.
        plan.input.missing = plan.input.missing ?? .arrival
        self.plan = plan
    }

    /// Plays a scenario and compares what came with what it expects.
    package func verdict(on scenario: Scenario) -> Verdict {
        let (lines, faults) = play(scenario)
        let told = faults.map { speech($0) } + Judgement(scenario, lines, in: speech).faults
        return Verdict(scenario: scenario, lines: lines, faults: told)
    }

    private func play(_ scenario: Scenario) -> (lines: [Line], faults: [String]) {
        // Events of scenarios are written in the native form, whatever the configuration's inputs bring.
        let formats = plan.input.formats.preset == .native ? [] : [InputFormat(.native)]
        var engine = InProcessEngine(plan, sources: [scenario.name], formats: formats)
        var portions: [InProcessEngine.Portion] = []
        var faults: [String] = []
        var now = scenario.start
        for (index, step) in scenario.steps.enumerated() {
            var bytes = step.bytes
            now = step.arrival
            if let answer = step.answer {
                // What time brings about until then is decided before anybody answers it.
                if index > 0 { portions += engine.step(to: now) }
                if let id = decision(answer, for: step.line, among: portions) {
                    bytes = Array((step.line.answering(id, under: answer.property).json + "\n").utf8)
                } else {
                    faults.append("\(answer.place): there is no such decision before \(now) that might be answered")
                }
            }
            let block = ByteBlock(capacity: bytes.count)
            block.append(bytes)
            let events = engine.scan(block, source: 0, arrival: now, isFirst: index == 0)
            portions += engine.take(InputBatch(events, isLive: false))
        }
        // The watermark stays behind the clock by the disorder; at the end of the wait it has come all the way.
        if scenario.wait > 0 { portions += engine.step(to: now.advanced(by: scenario.wait + plan.input.disorder)) }
        portions += engine.finish(flush: false)
        let lines = portions.flatMap { Line.all($0.lines.block.bytes.copied) + Line.all($0.rejected.bytes.copied) }
        return (lines, faults)
    }

    /// The id of the decision that an event speaks of: the latest of its customer that fits.
    private func decision(
        _ answer: Scenario.Answer, for event: Part, among portions: [InProcessEngine.Portion]
    ) -> String? {
        if case .id(let id) = answer.reference { return id }
        for portion in portions.reversed() {
            for line in portion.lines.lines.reversed() where line.type == .decision {
                let parts = Line(portion.lines.text(of: line).copied).parts
                guard let action = parts["action"]?.text, let id = parts["id"]?.text,
                    parts["customer_id"]?.text == event["customer_id"]?.text
                else { continue }
                if case .action(let name) = answer.reference, !name.isSame(as: action) { continue }
                return id
            }
        }
        return nil
    }
}

extension Part {
    /// The same event with a decision's id among its properties.
    fileprivate func answering(_ id: String, under property: String) -> Part {
        let properties = (self["properties"]?.entries ?? []).filter { !$0.key.isSame(as: property) }
        let all = entries.filter { $0.key != "properties" }
        return .object(all + [("properties", .object(properties + [(property, .text(id))]))])
    }
}
