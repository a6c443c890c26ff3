import Events
import Expressions
import Journeys
import Storage

/// What a full explanation tells of the gates that a shard judges: members of the candidate's JSON object.
extension ProposalEvaluator {
    /// Adds a member with a plain value.
    mutating func tell(_ key: StaticString, _ value: Value) {
        open(key)
        if !value.appendJSON(to: &evidence) { evidence.append(plain: "null") }
    }

    private mutating func open(_ key: StaticString) {
        evidence.append(plain: ",\"")
        evidence.append(plain: key)
        evidence.append(plain: "\":")
    }

    mutating func tellDates(of number: Int) {
        open("valid")
        var separator: StaticString = "{\""
        for (key, time) in [("from", actions[number].validFrom), ("until", actions[number].validUntil)] {
            guard let time else { continue }
            evidence.append(plain: separator)
            separator = ",\""
            evidence.append(contentsOf: key.utf8)
            evidence.append(plain: "\":\"")
            time.append(to: &evidence)
            evidence.append(UInt8(ascii: "\""))
        }
        evidence.append(UInt8(ascii: "}"))
    }

    /// Which of the action's channels have consent, and what the conditions of the others read.
    mutating func tellConsent<Scope: Names & ~Copyable>(of number: Int, _ consented: UInt64, _ names: borrowing Scope) {
        if actions[number].channels.isEmpty { return }
        open("consent")
        var withheld: [ExpressionNumber] = []
        for (place, channel) in actions[number].channels.enumerated() {
            evidence.append(UInt8(ascii: place == 0 ? "{" : ","))
            evidence.append(jsonString: channel)
            let isGiven = consented >> UInt64(place) & 1 == 1
            evidence.append(plain: isGiven ? ":true" : ":false")
            if !isGiven, case .asks(let condition) = consent.rule(ofAction: number, channel: place) {
                withheld.append(condition)
            }
        }
        evidence.append(UInt8(ascii: "}"))
        // Conditions that withhold one channel of several did not fail the action; they are told all the same.
        if consented == 0 { tellFailed(withheld, names) }
    }

    /// The expressions that did not pass, with the values of the names that they read.
    mutating func tellFailed<Scope: Names & ~Copyable>(_ numbers: [ExpressionNumber], _ names: borrowing Scope) {
        var separator: StaticString = ",\"failed\":["
        for number in numbers where !number.isNone {
            evidence.append(plain: separator)
            separator = ","
            let expression = plan.expressions[number]
            evidence.append(plain: "{\"path\":")
            evidence.append(jsonString: expression.path)
            evidence.append(plain: ",\"expression\":")
            evidence.append(jsonString: expression.program.source)
            evidence.append(plain: ",\"read\":{")
            var isFirst = true
            for (variable, name) in zip(expression.program.reads, expression.names) {
                let before = evidence.count
                if !isFirst { evidence.append(UInt8(ascii: ",")) }
                evidence.append(jsonString: name)
                evidence.append(UInt8(ascii: ":"))
                let value = names.value(of: variable)
                if value.isError || !value.appendJSON(to: &evidence) {
                    evidence.removeLast(evidence.count - before)
                } else {
                    isFirst = false
                }
            }
            evidence.append(plain: "}}")
        }
        if separator.utf8CodeUnitCount == 1 { evidence.append(UInt8(ascii: "]")) }
    }

    mutating func tellSuppression<Scope: Names & ~Copyable>(_ index: Int, of number: Int, _ names: borrowing Scope) {
        let suppression = actions[number].suppressions[index]
        open("suppressed")
        evidence.append(plain: "{\"after\":")
        evidence.append(jsonString: suppression.type)
        evidence.append(plain: ",\"since\":")
        _ = names.value(of: suppression.since).appendJSON(to: &evidence)
        evidence.append(plain: ",\"for\":")
        _ = Value.duration(microseconds: suppression.length).appendJSON(to: &evidence)
        evidence.append(UInt8(ascii: "}"))
    }
}
