package import Decisions
package import Events
package import Journeys
package import Storage

/// The names behind the numbers that kept state refers to. They are given out once: a plan that follows another one has all
/// of its numbers, and gives further ones to what is new, so that what was kept means what it meant.
package struct Numbering: Sendable {
    /// The names of event types, of which the first stands for all others, and the paths of fields.
    package let types: [String]
    package let paths: [[String]]
    package let sights: [TouchpointSight]
    /// The actions by number; those that the plan has no more stand last.
    package let actions: [ActionPlan]

    /// A plan's numbering.
    package init(_ plan: Plan) {
        types = plan.journeys.projection.types
        paths = plan.journeys.projection.paths
        sights = plan.journeys.picture.sights
        actions = plan.decisions.actions
    }

    /// What a plan is to be made with so that it can follow.
    package var projection: Projection { Projection(types: types, paths: paths) }
}

extension Plan {
    /// The plan, made with the numbering's projection, with the rest of the numbering.
    package func following(_ numbering: Numbering) -> Plan {
        precondition(
            journeys.projection.types.starts(with: numbering.types, by: { $0.isSame(as: $1) })
                && journeys.projection.paths.starts(
                    with: numbering.paths, by: { $0.elementsEqual($1, by: { $0.isSame(as: $1) }) }),
            "a plan that follows is made with the projection of the one before")
        var plan = self
        plan.journeys = journeys.following(numbering.sights)
        plan.decisions = decisions.following(numbering.actions)
        return plan
    }

    /// The plan as it follows another one within a run. What readers and scanners were made for stays as it is.
    package func following(_ plan: Plan) -> Plan {
        var next = following(Numbering(plan))
        next.input.maxLine = plan.input.maxLine
        return next
    }
}

/// How a numbering stands in a snapshot.
extension Numbering {
    /// Writes the numbering into an image.
    package func add(to image: StateImage) {
        image.put(label: "numbering")
        image.put(types.count)
        for type in types { image.put(type) }
        image.put(paths.count)
        for path in paths {
            image.put(path.count)
            for key in path { image.put(key) }
        }
        image.put(sights.count)
        for sight in sights {
            image.put(sight.name)
            for text in [
                sight.stage, sight.phase, sight.channel, sight.medium, sight.polarity, sight.initiative,
            ] { image.put(optional: text) }
            image.put(sight.isFriction)
        }
        image.put(actions.count)
        for action in actions {
            image.put(action.name)
            image.put(action.channels.count)
            for channel in action.channels { image.put(channel) }
            image.put(Int(action.classification.rawValue))
            image.put(optional: action.group)
            image.put(Int(action.cooldown))
            image.put(action.isFallback)
        }
    }

    package init(from reader: StateReader) throws(StateFault) {
        try reader.expect(label: "numbering")
        types = try reader.texts()
        guard !types.isEmpty else { throw .unfit("the numbering has no event types") }
        var paths: [[String]] = []
        for _ in 0..<(try reader.count(of: 8)) { paths.append(try reader.texts()) }
        var sights: [TouchpointSight] = []
        for _ in 0..<(try reader.count(of: 64)) {
            var sight = TouchpointSight(name: try reader.text())
            sight.stage = try reader.optionalText()
            sight.phase = try reader.optionalText()
            sight.channel = try reader.optionalText()
            sight.medium = try reader.optionalText()
            sight.polarity = try reader.optionalText()
            sight.initiative = try reader.optionalText()
            sight.isFriction = try reader.flag()
            sights.append(sight)
        }
        var actions: [ActionPlan] = []
        for _ in 0..<(try reader.count(of: 48)) {
            var action = ActionPlan(name: try reader.text(), on: [], enabled: false)
            action.channels = try reader.texts()
            guard let known = ActionPlan.Class(rawValue: UInt8(truncatingIfNeeded: try reader.number())) else {
                throw .unfit("an action is of a class that there is not")
            }
            action.classification = known
            action.group = try reader.optionalText()
            action.cooldown = Int64(try reader.number())
            action.isFallback = try reader.flag()
            actions.append(action)
        }
        (self.paths, self.sights, self.actions) = (paths, sights, actions)
    }
}

extension StateImage {
    fileprivate func put(optional text: String?) {
        put(text != nil)
        put(text ?? "")
    }
}

extension StateReader {
    fileprivate func texts() throws(StateFault) -> [String] {
        var texts: [String] = []
        for _ in 0..<(try count(of: 8)) { texts.append(try text()) }
        return texts
    }

    fileprivate func optionalText() throws(StateFault) -> String? {
        let isThere = try flag()
        let text = try text()
        return isThere ? text : nil
    }
}
