/// Everything that one shard has counted; parts of several shards add up to what one would have counted.
package struct JourneyTotals: Sendable {
    /// What kinds of answers were refused: no number, or out of range.
    package enum Refused: Int, CaseIterable, Sendable { case value, cost, nps, csat, feeling }

    package var events = 0
    package var touches = [Int](repeating: 0, count: TouchpointNumber.count)
    /// Those among the touches that were conversions.
    package var conversions = [Int](repeating: 0, count: TouchpointNumber.count)
    package var impressions = 0
    package var clicks = 0
    package var customers = 0
    package var refused = [Int](repeating: 0, count: Refused.allCases.count)

    // MARK: Visits

    package var visits = 0
    package var bounces = 0
    package var starts = [Int](repeating: 0, count: TouchpointNumber.count)
    package var ends = [Int](repeating: 0, count: TouchpointNumber.count)
    package var visitEdges = EdgeTable()
    /// Microseconds by channel.
    package var channelTime = [Int128](repeating: 0, count: TouchpointNumber.count)
    /// Steps whose time that is.
    package var channelTimes = [Int](repeating: 0, count: TouchpointNumber.count)

    // MARK: Journeys

    package var converted = 0
    package var lost = 0
    package var long = 0
    /// In units of 2⁻³².
    package var value: Int128 = 0
    package var journeyEdges = EdgeTable()
    /// From a touchpoint to what converted.
    package var conversionEdges = EdgeTable()
    package var journeyStarts = [Int](repeating: 0, count: TouchpointNumber.count)
    /// Conversions without a touch before.
    package var directConversions = 0
    /// Touches in closed journeys, and how many of these were the last of a lost one.
    package var seen = [Int](repeating: 0, count: TouchpointNumber.count)
    package var exits = [Int](repeating: 0, count: TouchpointNumber.count)
    /// By number of touches, journeys that were converted, and others that are over.
    package var convertedAfter: [Int] = []
    package var endedAfter: [Int] = []
    package var timeToConversion = DurationTotals()
    /// For each model and touchpoint, and last none, in units of 2⁻⁶⁴.
    package var credits = [[Int128]](
        repeating: [Int128](repeating: 0, count: TouchpointNumber.count + 1), count: Credit.models.count)
    /// How many parts these are of.
    package var creditCounts = [[Int]](
        repeating: [Int](repeating: 0, count: TouchpointNumber.count + 1), count: Credit.models.count)

    // MARK: Stages, feelings, money

    /// From each stage to each, 1 to 5.
    package var stages = [Int](repeating: 0, count: 36)
    package var furthest = [Int](repeating: 0, count: 6)
    package var current = [Int](repeating: 0, count: 6)
    /// Of the steps from each touchpoint to a staged one: all, and those to an earlier stage.
    package var stagedSteps = [Int](repeating: 0, count: TouchpointNumber.count)
    package var stepsBack = [Int](repeating: 0, count: TouchpointNumber.count)
    /// Sums of feelings in units of 2⁻³², and how many there are.
    package var feelings = [Int128](repeating: 0, count: TouchpointNumber.count)
    package var feelingCounts = [Int](repeating: 0, count: TouchpointNumber.count)
    package var costs = [Int128](repeating: 0, count: TouchpointNumber.count)
    package var touchCustomers = [Int](repeating: 0, count: TouchpointNumber.count)

    // MARK: KPIs

    package var days = DayTable()
    package var buyers = 0
    package var repeaters = 0
    package var cohorts = Cohorts()
    package var churn = Churn()
    /// Of each customer's latest answer: promoters, passives, detractors.
    package var nps = [0, 0, 0]
    /// Answers from 1 to 5.
    package var csat = [Int](repeating: 0, count: 5)

    // MARK: What only the end knows

    package var stillOpen = 0
    package var openAfter: [Int] = []
    /// Customers who came to each touchpoint within the last 30 days.
    package var reach = [Int](repeating: 0, count: TouchpointNumber.count)

    package init() {}

    func conversionsFrom(_ touchpoint: Int) -> Int {
        (0..<TouchpointNumber.count).reduce(0) { $0 + conversionEdges.count(touchpoint, $1) }
    }

    /// Adds another shard's totals; the order in which shards are added does not matter.
    package mutating func merge(_ other: JourneyTotals) {
        events += other.events
        impressions += other.impressions
        clicks += other.clicks
        customers += other.customers
        visits += other.visits
        bounces += other.bounces
        converted += other.converted
        lost += other.lost
        long += other.long
        stillOpen += other.stillOpen
        value += other.value
        directConversions += other.directConversions
        buyers += other.buyers
        repeaters += other.repeaters
        JourneyTotals.add(other.touches, to: &touches)
        JourneyTotals.add(other.conversions, to: &conversions)
        JourneyTotals.add(other.refused, to: &refused)
        JourneyTotals.add(other.starts, to: &starts)
        JourneyTotals.add(other.ends, to: &ends)
        JourneyTotals.add(other.channelTime, to: &channelTime)
        JourneyTotals.add(other.channelTimes, to: &channelTimes)
        JourneyTotals.add(other.journeyStarts, to: &journeyStarts)
        JourneyTotals.add(other.seen, to: &seen)
        JourneyTotals.add(other.exits, to: &exits)
        JourneyTotals.add(other.convertedAfter, to: &convertedAfter)
        JourneyTotals.add(other.endedAfter, to: &endedAfter)
        JourneyTotals.add(other.openAfter, to: &openAfter)
        for model in credits.indices {
            for (touchpoint, part) in other.credits[model].enumerated() {
                Credit.add(part, to: &credits[model][touchpoint])
            }
            JourneyTotals.add(other.creditCounts[model], to: &creditCounts[model])
        }
        JourneyTotals.add(other.stages, to: &stages)
        JourneyTotals.add(other.furthest, to: &furthest)
        JourneyTotals.add(other.current, to: &current)
        JourneyTotals.add(other.stagedSteps, to: &stagedSteps)
        JourneyTotals.add(other.stepsBack, to: &stepsBack)
        JourneyTotals.add(other.feelings, to: &feelings)
        JourneyTotals.add(other.feelingCounts, to: &feelingCounts)
        JourneyTotals.add(other.costs, to: &costs)
        JourneyTotals.add(other.touchCustomers, to: &touchCustomers)
        JourneyTotals.add(other.nps, to: &nps)
        JourneyTotals.add(other.csat, to: &csat)
        JourneyTotals.add(other.reach, to: &reach)
        visitEdges.merge(other.visitEdges)
        journeyEdges.merge(other.journeyEdges)
        conversionEdges.merge(other.conversionEdges)
        timeToConversion.merge(other.timeToConversion)
        days.merge(other.days)
        cohorts.merge(other.cohorts)
        churn.merge(other.churn)
    }

    /// Adds the elements of one list to those of another, which becomes as long as it must.
    static func add<Number: AdditiveArithmetic>(_ numbers: [Number], to sums: inout [Number]) {
        while sums.count < numbers.count { sums.append(.zero) }
        for (index, number) in numbers.enumerated() { sums[index] += number }
    }

    static func count(_ number: Int, in counts: inout [Int]) {
        while counts.count <= number { counts.append(0) }
        counts[number] += 1
    }
}
