import Decisions
import Events
import Journeys
import Storage

/// What holds an action back, besides its own conditions; and the policy's quiet hours.
extension PlanDraft {
    private static let suppressionLimit = 64
    private static let quietLimit = 256
    private static let minute: Int64 = 60_000_000

    func readLimits(_ fields: Fields<ActionKey>, into plan: inout ActionPlan, site: Site) {
        switch fields.word(.classification) {
        case "transactional": plan.classification = .transactional
        case "mandatory": plan.classification = .mandatory
        // Asking is not contacting: where an impression is told of, that counts.
        case "inbound": plan.isInbound = true
        default: break
        }
        plan.isFallback = fields.bool(.fallback) ?? false
        if plan.isFallback, plan.classification != .standard {
            fields.error(
                at: .fallback,
                "an action of this class never competes, so there is nothing to fall back from; leave one of the two out"
            )
        }
        plan.group = fields[.group].flatMap(name)
        plan.budget = fields.object(.budget, budget)
        if let reader = fields[.budget], plan.classification != .standard {
            reader.note("an action of this class counts toward no budget, so this limits nothing")
        }
        readSuppressions(fields[.suppress], into: &plan)
    }

    private func readSuppressions(_ reader: Reader?, into plan: inout ActionPlan) {
        guard let readers = reader?.list() else { return }
        if readers.count > Self.suppressionLimit {
            readers[Self.suppressionLimit].error(
                "there are \(readers.count) of them; write at most \(Self.suppressionLimit)")
        }
        for reader in readers.prefix(Self.suppressionLimit) {
            let found = reader.object(SuppressKey.self) { fields -> [ActionPlan.Suppression]? in
                let chosen = fields.one(of: [.after, .outcome])
                if chosen?.key == .outcome {
                    if let rule = outcomeSuppression(fields) { plan.outcomeSuppressions.append(rule) }
                    return nil
                }
                fields.refuse([.count, .over, .scope], "it is about an \"outcome\", and this is about an event")
                let types = chosen.flatMap { namesOrAll($0.value, all: "every type") }
                _ = fields.required(.for)
                let length = fields.duration(.for)
                guard let types, let length else { return nil }
                guard let types else {
                    fields.error(at: .after, "\"*\" would be any event, also the one at hand; write types")
                    return nil
                }
                return types.map { name, _ in
                    ActionPlan.Suppression(
                        type: name, since: Vocabulary.window(window(remembering: name, for: length).index),
                        length: length)
                }
            }
            plan.suppressions += found ?? []
        }
    }

    /// The number of the window that remembers the last event of a type for at least so long.
    private func window(remembering type: String, for length: Int64) -> WindowNumber {
        _ = vocabulary.projection.type(type)
        if let known = remembered.firstIndex(where: { $0.type.isSame(as: type) }) {
            remembered[known].length = max(remembered[known].length, length)
            return WindowNumber(windowCount + known)
        }
        remembered.append((type, length))
        return WindowNumber(windowCount + remembered.count - 1)
    }

    /// The windows that remember when the events last came which end the closing absences of sequences, by the number of the
    /// moment; and those that remember it for each value of `by`. What asks for more than a type is not remembered.
    func rememberClosings(
        _ drafts: [MomentDraft]
    ) -> (windows: [MomentNumber: [WindowNumber]], keys: [MomentNumber: WindowNumber]) {
        var windows: [MomentNumber: [WindowNumber]] = [:]
        var keyed: [(moment: MomentNumber, window: WindowPlan)] = []
        for (number, draft) in drafts.filter({ $0.plan != nil }).enumerated() {
            guard let moment = draft.plan, !moment.isOfAccount, case .sequence(let sequence) = moment.trigger,
                let closing = sequence.closingAbsence
            else { continue }
            guard closing.filter.condition.isNone, let types = closing.filter.types else {
                draft.definition.note(
                    "the closing \"not\" asks for more than types of events, so an absence that is pending as two "
                        + "customers merge is not ended by what the other one has done")
                continue
            }
            if moment.by.isNone {
                windows[MomentNumber(number)] = types.map {
                    window(remembering: vocabulary.projection.types[$0], for: closing.length)
                }
            } else {
                let window = WindowPlan(
                    name: "", aggregate: .distinct, filter: EventFilter(types: types), value: moment.by,
                    extent: .over(closing.length))
                keyed.append((MomentNumber(number), window))
            }
        }
        var keys: [MomentNumber: WindowNumber] = [:]
        for (index, one) in keyed.enumerated() {
            keys[one.moment] = WindowNumber(windowCount + remembered.count + index)
        }
        rememberedKeys = keyed.map(\.window)
        return (windows, keys)
    }

    // MARK: Quiet hours

    func quietHours(_ reader: Reader?, actions: [ActionDraft]) -> [QuietPlan] {
        guard let readers = reader?.list() else { return [] }
        if readers.count > Self.quietLimit {
            readers[Self.quietLimit].error(
                "there are \(readers.count) quiet times; write at most \(Self.quietLimit)")
        }
        return readers.prefix(Self.quietLimit).compactMap { reader in
            reader.object { quietTime($0, actions: actions) }
        }
    }

    private func quietTime(_ fields: Fields<QuietKey>, actions: [ActionDraft]) -> QuietPlan? {
        let reader = fields.required(.channels)
        let channels = channels(reader)
        if let reader, channels.isEmpty, case .list(let nodes) = reader.node.value, nodes.isEmpty {
            reader.error("the list is empty; write at least one channel", code: .empty)
        }
        for channel in channels {
            noteUnused(channel: channel, reader, actions: actions, "so this keeps nothing quiet")
        }
        let from = fields.required(.from).flatMap { timeOfDay($0, isEnd: false) }
        let to = fields.required(.to).flatMap { timeOfDay($0, isEnd: true) }
        if let from, from == to {
            fields.error(
                at: .to, "\"from\" and \"to\" are the same time; write \"00:00\" and \"24:00\" for a whole day")
        }
        let days = days(fields[.days])
        var then = QuietPlan.Measure.defer
        switch fields.word(.then) {
        case "next_channel": then = .nextChannel
        case "drop": then = .drop
        case "hold": then = .hold
        default: break
        }
        guard let from, let to, let days else { return nil }
        return QuietPlan(channels: channels, from: from, to: to, days: days, then: then)
    }

    /// Microseconds after midnight of `HH:MM`. Only the end of a span may be 24:00.
    private func timeOfDay(_ reader: Reader, isEnd: Bool) -> Int64? {
        guard let text = reader.string() else { return nil }
        let parts = Array(text.utf8)
        if parts.count == 5, parts[2] == UInt8(ascii: ":") {
            let digits = [parts[0], parts[1], parts[3], parts[4]].map { Int64($0) - 48 }
            if digits.allSatisfy({ (0...9).contains($0) }) {
                let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
                if hours < 24 && minutes < 60 || isEnd && hours == 24 && minutes == 0 {
                    return (hours * 60 + minutes) * Self.minute
                }
            }
        }
        reader.error(
            "\(Wording.quoted(text)) is no time of day; write \"HH:MM\", from \"00:00\" to \"\(isEnd ? "24:00" : "23:59")\""
        )
        return nil
    }

    /// The days that are named, Monday in the lowest bit; every day where the key is absent.
    private func days(_ reader: Reader?) -> UInt8? {
        guard let reader else { return QuietPlan.everyDay }
        var readers = [reader]
        if case .list = reader.node.value {
            guard let elements = reader.list(allowEmpty: false) else { return nil }
            readers = elements
        }
        var days: UInt8 = 0
        for reader in readers {
            guard let word = reader.word(of: QuietKey.dayNames), let day = QuietKey.dayNames.firstIndex(of: word) else {
                continue
            }
            days |= 1 << UInt8(day)
        }
        return days == 0 ? nil : days
    }
}
