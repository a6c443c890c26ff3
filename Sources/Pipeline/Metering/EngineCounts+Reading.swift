import Learning
import Telemetry

extension EngineCounts {
    /// Adds what scrapers see of the engine.
    func add(to reading: inout Reading) {
        func count(_ name: String, _ help: String, _ labels: [Reading.Label], _ value: Int) {
            reading.count(name, help, labels, UInt64(value))
        }
        for (name, counts) in moments.entries {
            let moment = Reading.Label("moment", name)
            count("journeyd_moments_total", "Moments that came about.", [moment], counts.lines)
            count("journeyd_moments_held_back_total", "Moments that their cooldown held back.", [moment], counts.rested)
            count(
                "journeyd_drop_offs_total", "Partial matches told of as they ran out of time.", [moment],
                counts.droppedOff)
            let help = "Partial matches dropped at a limit."
            let name = "journeyd_partial_matches_dropped_total"
            count(name, help, [moment, Reading.Label("limit", "max_partial")], counts.overflowed)
            count(name, help, [moment, Reading.Label("limit", "max_bound")], counts.outgrown)
        }
        for (name, value) in chosen.entries {
            count("journeyd_decisions_total", "Decisions for an action.", [Reading.Label("action", name)], value)
        }
        for (reason, value) in unanswered.entries {
            count(
                "journeyd_decisions_without_action_total", "Decisions for no action, by the reason given.",
                [Reading.Label("reason", reason)], value)
        }
        for (name, counts) in responses.entries {
            for (outcome, value) in zip(Outcome.allCases, counts) where value > 0 {
                count(
                    "journeyd_responses_total", "What came of decisions.",
                    [Reading.Label("action", name), Reading.Label("outcome", outcome.name)], value)
            }
        }
        for (kind, value) in [("unattributed", unattributed), ("repeated", repeated)] where value > 0 {
            count(
                "journeyd_responses_dropped_total", "Responses that count for no decision.",
                [Reading.Label("reason", kind)], value)
        }
        for (bin, value) in trials.enumerated() where value > 0 {
            let label = Reading.Label("promised", "\(Double(bin) / 20)")
            count(
                "journeyd_propensity_trials_total", "Trials settled, by the least propensity promised.", [label], value)
            count(
                "journeyd_propensity_successes_total", "Those of them that came to something.", [label], successes[bin])
        }
        if displaced > 0 {
            count(
                "journeyd_open_decisions_dropped_total", "Open decisions that gave their place to newer ones.", [],
                displaced)
        }
        // Only expressions that failed: a configuration has hundreds that never do.
        for (path, value) in faults.entries where value > 0 {
            count(
                "journeyd_failed_evaluations_total", "Evaluations that failed, by the expression's path.",
                [Reading.Label("expression", path)], value)
        }
        for (path, value) in absences.entries where value > 0 {
            count(
                "journeyd_absent_values_total", "Evaluations that found a value absent, by the expression's path.",
                [Reading.Label("expression", path)], value)
        }
        count(
            "journeyd_unknown_time_zones_total", "Decisions for customers whose time zone is not known by its name.",
            [],
            unknownZones)
        reading.gauge(
            "journeyd_customers", "Customers of whom something is remembered, by the shards or for decisions.", [],
            Double(customers))
        reading.gauge("journeyd_partial_matches", "Partial matches of sequences.", [], Double(partialMatches))
        reading.gauge("journeyd_deadlines_pending", "Deadlines that have not fired yet.", [], Double(deadlines))
        count(
            "journeyd_deadlines_never_due_total",
            "Deadlines set beyond the year 9999, the last that a time can be of: they are never due.", [], neverDue)
        reading.gauge(
            "journeyd_state_bytes", "Memory that what is remembered of customers takes.", [], Double(stateBytes))
    }
}
