import Events

/// What a report is to count, but for its expressions: their values are handed in with each event.
///
/// Durations are microseconds.
package struct ReportSettings: Sendable {
    /// A touchpoint of the catalogue, as far as the figures depend on it.
    package struct Touchpoint: Sendable {
        package let name: String
        /// 1 for awareness to 5 for advocacy; 0 for none.
        package var stage = 0
        package var channel: String?
        /// 1 positive, 2 neutral, 3 negative; 0 for none.
        package var polarity = 0
        package var isFriction = false
        /// What the map says of it beside its figures, by language.
        package var note: [(language: String, text: String)] = []

        package init(name: String) { self.name = name }
    }

    /// What one touch of a touchpoint costs.
    package struct Cost: Sendable {
        package let touchpoint: String
        /// For one touch, or for a thousand.
        package let amount: Double
        package let isPerThousand: Bool

        package init(touchpoint: String, amount: Double, isPerThousand: Bool) {
            (self.touchpoint, self.amount, self.isPerThousand) = (touchpoint, amount, isPerThousand)
        }

        /// For one touch, in units of 2⁻³².
        package var each: Int128 { Amount.of(isPerThousand ? amount / 1000 : amount) ?? 0 }
    }

    /// A moment, the touchpoints whose events it is made of, and the actions that compete at it.
    package struct Rule: Sendable {
        package let moment: String
        package let touchpoints: [String]
        package let actions: [String]

        package init(moment: String, touchpoints: [String], actions: [String]) {
            (self.moment, self.touchpoints, self.actions) = (moment, touchpoints, actions)
        }
    }

    /// What is watched at touchpoints; no figure depends on it.
    package var rules: [Rule] = []
    /// The touchpoints in the order written; nil where each event type is one.
    package var catalogue: [Touchpoint]?
    /// The types of event that are conversions.
    package var conversions: [String]
    /// Whether no configuration says so, and they were chosen.
    package var isChosen = false
    /// Touches no further apart are of one visit.
    package var visitGap: Int64 = 30 * 60_000_000
    /// A journey is lost when more than this has passed since its last touch.
    package var journeyGap: Int64 = 30 * 86_400_000_000
    /// Touches less than this before a conversion have a part in it.
    package var lookback: Int64 = 30 * 86_400_000_000
    package var costs: [Cost] = []
    /// The texts of what the figures are told apart by.
    package var by: [String] = []
    /// What actions are to bring about; nil where nothing says so.
    package var actions: ActionSettings?
    package var hasValue = false
    package var hasNPS = false
    package var hasCSAT = false
    package var hasFeeling = false

    package init(conversions: [String]) { self.conversions = conversions }

    /// All that figures depend on, as a text: settings whose texts are equal go on with each other's counts.
    package var identity: String {
        let points = catalogue?.map { "\($0.name.debugDescription) \($0.stage) \($0.channel ?? "-")" }
        let costs = costs.map { "\($0.touchpoint.debugDescription) \($0.each)" }
        return "\(conversions) \(points ?? ["*"]) \(visitGap) \(journeyGap) \(lookback) \(costs) \(by) \(hasValue)"
    }

    package static let stages = ["awareness", "consideration", "decision", "retention", "advocacy"]
    package static let polarities = ["positive", "neutral", "negative"]
    /// How many touchpoints, and how many channels, are told apart; the rest are `other`.
    package static let nameMost = 64
    /// How many values of one `by` are told apart.
    package static let valueMost = 8
    /// How many expressions `by` may have.
    package static let byMost = 8
    /// The most touches of a journey.
    package static let touchMost = 4096
    /// The most touches that have a part in one conversion.
    package static let creditMost = 64
    /// The most that one touch, or a thousand, may cost.
    package static let costMost = 1e12
    /// How many days back figures by day go.
    package static let dayMost = 4000

    // MARK: What is over

    /// How far apart the instants lie at which what is over is let go of: thirty days, counted from 1970.
    package static let settleStep: Int64 = 30 * Day.length

    /// The first such instant from a time on.
    static func settling(from time: Int64) -> Int64 {
        let rest = time % settleStep
        return rest == 0 ? time : rest > 0 ? time - rest + settleStep : time - rest
    }

    /// After so long without an event a customer is forgotten, and counts as another one: as long as figures by day go back,
    /// and longer than any gap.
    package var silence: Int64 {
        max(Int64(ReportSettings.dayMost) * Day.length, visitGap + 1, journeyGap + 1)
    }
}

/// A number as it came from an expression: NaN where there was something, but no number that can be used.
package typealias Answer = Double?

/// Amounts as whole numbers in units of 2⁻³², so that sums are exact and do not depend on their order.
enum Amount {
    static let one: Int128 = 1 << 32
    /// The greatest amount that is taken; beyond it something is wrong.
    static let most = 1e12

    /// Nil for what is no number, or too large.
    static func of(_ number: Double) -> Int128? {
        guard number.magnitude <= most else { return nil }
        return Int128((number * 4_294_967_296).rounded())
    }

    static func number(_ amount: Int128) -> Double { Double(amount) / 4_294_967_296 }
}

/// Days since 1970, in UTC.
enum Day {
    static let length: Int64 = 86_400_000_000

    @inline(__always)
    static func of(_ time: Int64) -> Int {
        let day = time / length
        return Int(time % length < 0 ? day - 1 : day)
    }

    /// Months since the year 0.
    static func month(_ day: Int) -> Int {
        let date = Civil.date(days: day)
        return date.year * 12 + date.month - 1
    }

    static func start(ofMonth month: Int) -> Int {
        let year = month >= 0 ? month / 12 : (month - 11) / 12
        return Civil.days(year: year, month: month - year * 12 + 1, day: 1)
    }

    /// Weeks from Monday, numbered by that of 1970-01-01.
    static func week(_ day: Int) -> Int {
        let shifted = day + 3
        return shifted >= 0 ? shifted / 7 : (shifted - 6) / 7
    }

    static func start(ofWeek week: Int) -> Int { week * 7 - 3 }

    static func text(_ day: Int) -> String {
        let date = Civil.date(days: day)
        func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }
}
