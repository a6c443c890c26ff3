package import Events
package import Expressions
package import Storage

/// What a report asks of each event.
package struct ReportReading: Sendable {
    package var conversion: EventFilter
    /// Whether only events with a touchpoint are touches; else all are.
    package var isCatalogue = false
    package var value = ExpressionNumber.none
    package var cost = ExpressionNumber.none
    package var nps = ExpressionNumber.none
    package var csat = ExpressionNumber.none
    package var feeling = ExpressionNumber.none
    package var by: [ExpressionNumber] = []
    /// The numbers of the types of event that actions are to bring about.
    package var outcomes: [Int] = []

    package init(conversion: EventFilter) { self.conversion = conversion }

    /// Whether events that are no touches may answer something, too.
    package var asksAll: Bool { !nps.isNone || !csat.isNone }

    /// How many values stand before those of `by`.
    package static let firstBy = 5

    /// The expressions in the order in which their values are told.
    var expressions: [ExpressionNumber] { [value, cost, nps, csat, feeling] + by }
}

/// The same in the form that a shard works with; empty where there is no report.
struct ReportForm: ~Copyable {
    let isCatalogue: Bool
    let asksAll: Bool
    /// For each type, whether its events may be conversions.
    let conversions: Column<Bool>
    /// The same for what actions are to bring about; of no length where nothing is.
    let outcomes: Column<Bool>
    let condition: ExpressionNumber
    let expressions: Column<ExpressionNumber>

    init(_ plan: JourneyPlan) {
        isCatalogue = plan.report?.isCatalogue ?? false
        asksAll = plan.report?.asksAll ?? false
        conversions = Column(
            plan.projection.types.indices.map { plan.report?.conversion.takes(type: Int32($0)) ?? false })
        let outcomes = plan.report?.outcomes ?? []
        self.outcomes = Column(
            outcomes.isEmpty ? [] : plan.projection.types.indices.map { outcomes.contains($0) })
        condition = plan.report?.conversion.condition ?? .none
        expressions = Column(plan.report?.expressions ?? [])
    }
}

/// Told of a shard's events in the order in which they are taken.
package protocol TouchSink: AnyObject {
    /// Some of the next events, at most sixteen: what is known of their customers may be looked at, so that it is near.
    func near(_ rows: View<UInt32>, from first: Int, count: Int, of batch: OrderedBatch)
    /// An event that is no touch, and of which nothing is asked.
    func pass()
    /// An event, once all that it changes of the customer's picture is decided.
    /// - Parameters:
    ///   - touchpoint: the number of its touchpoint's sight, 0 for none.
    ///   - values: those of `ReportReading.expressions`; what is not asked for is `.null`.
    ///     They are valid during the call.
    func take(_ scope: borrowing EvaluationScope, touchpoint: Int32, isConversion: Bool, values: View<Value>)
    /// An event that actions are to bring about, before it is told of otherwise.
    /// - Parameter value: of the conversion, where that is asked for; else `.null`.
    func succeed(_ scope: borrowing EvaluationScope, value: Value)
}

/// What is told of an event beside its values.
package struct SeenEvent: BitwiseCopyable {
    package let customerID: View<UInt8>
    package let customerHash: UInt64
    package let taken: Instant
    package let place: UInt64
    package let type: View<UInt8>
    /// The number of its type in the plan; 0 for one that the plan does not name.
    package let typeNumber: Int32
    package let channel: View<UInt8>?
}

extension EvaluationScope {
    /// The current event.
    package var seen: SeenEvent {
        SeenEvent(
            customerID: customerID, customerHash: customerHash, taken: event.taken, place: event.place,
            type: event.text(event.row.typeName), typeNumber: event.row.type,
            channel: event.row.channel.isAbsent ? nil : event.text(event.row.channel))
    }
}

extension JourneyPlan {
    /// The plan for a report alone: what is known of customers as it reads it, and no moments.
    package func reporting(_ reading: ReportReading) -> JourneyPlan {
        var picture = picture
        (picture.emitsScores, picture.emitsSegments) = (false, false)
        var plan = JourneyPlan(
            projection: projection, expressions: expressions, windows: windows, moments: [], dedup: dedup,
            picture: picture, calendar: calendar)
        plan.watch(reading)
        plan.tables = tables
        return plan
    }
}

extension Shard {
    /// Tells of the current event.
    mutating func tell(_ sink: any TouchSink) {
        if report.outcomes.count > 0, report.outcomes[Int(context.scope.event.row.type)] {
            let expression = report.expressions[0]
            let value = expression.isNone ? Value.null : context.value(expression)
            sink.succeed(context.scope, value: value)
        }
        let isTouch = !report.isCatalogue || context.scope.event.touchpoint != 0
        let isConversion = report.conversions[Int(context.scope.event.row.type)] && context.holds(report.condition)
        guard isTouch || isConversion || report.asksAll else { return sink.pass() }
        touchValues.truncate(to: 0)
        for place in 0..<report.expressions.count {
            let expression = report.expressions[place]
            let isAsked = !expression.isNone && (place > 0 || isConversion)
            touchValues.append(isAsked ? context.value(expression) : .null)
        }
        sink.take(
            context.scope, touchpoint: context.scope.event.touchpoint, isConversion: isConversion,
            values: touchValues.view(0..<touchValues.count))
    }
}
