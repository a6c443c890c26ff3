/// What the events of every business with an account have in common: ads, pages, e-mails, who somebody is, complaints
/// and surveys. As bytes ready to be copied into a line.
struct EverydayWords {
    /// What a business calls its own; of each there are as many as its dice are thrown for.
    struct Names {
        /// Six campaigns of ads, and six of e-mails.
        var ads: [String]
        var mails: [String]
        var pages: [String]
        var versions: [String]
        /// What is asked of a customer at the beginning, and the four answers there are.
        var question: String
        var answers: [String]
        /// Eight time zones, common ones several times.
        var zones: [String]
        var topics: [String]
    }

    private static let networks = ["search", "social", "display", "retargeting"]

    private let ad: [Fragment]
    private let mail: [Fragment]
    private let page: [Fragment]
    private let version: [Fragment]
    private let answer: [Fragment]
    private let zone: [Fragment]
    private let topic: [Fragment]
    private let consent = ["true", "false"].map { fragment(",\"email_consent\":\($0)") }
    private let sentiment = quoted("sentiment", ["negative", "neutral", "positive"])
    private let npsKey = fragment("\"nps\":")

    init(_ names: Names) {
        ad = names.ads.flatMap { campaign in
            Self.networks.map { fragment("\"campaign\":\"\(campaign)\",\"network\":\"\($0)\"") }
        }
        mail = quoted("campaign", names.mails)
        page = quoted("page", names.pages)
        version = quoted("version", names.versions)
        answer = quoted(names.question, names.answers)
        zone = names.zones.map { fragment(",\"timezone\":\"\($0)\"") }
        topic = names.topics.map { fragment(",\"topic\":\"\($0)\"") }
    }

    func writeAd(campaign: Int, dice: inout Dice, into out: inout [UInt8]) {
        out.append(contentsOf: ad[campaign * Self.networks.count + dice.below(Self.networks.count)])
    }

    func writeMail(campaign: Int, into out: inout [UInt8]) { out.append(contentsOf: mail[campaign]) }

    func writePage(dice: inout Dice, into out: inout [UInt8]) {
        out.append(contentsOf: page[dice.below(page.count)])
    }

    func writeVersion(dice: inout Dice, into out: inout [UInt8]) {
        out.append(contentsOf: version[dice.below(version.count)])
    }

    /// Who somebody is: the same at every time.
    /// - Parameter consenting: how many of a hundred customers agree to e-mails.
    func writeIdentity(of customer: Int, consenting: UInt64, into out: inout [UInt8]) {
        let trait = Dice.mixed(UInt64(customer) ^ 0x1de)
        out.append(contentsOf: answer[Int(trait & 3)])
        out.append(contentsOf: zone[Int((trait >> 8) & 7)])
        out.append(contentsOf: consent[(trait >> 16) % 100 < consenting ? 0 : 1])
    }

    /// A ticket, and whether it is a complaint: of a hundred, 35 and 15 more for each degree of anger.
    /// - Parameter content: from which of a hundred on a ticket is a friendly one, where it is no complaint.
    func writeTicket(anger: UInt8, content: Int, dice: inout Dice, into out: inout [UInt8]) -> Bool {
        let draw = dice.below(100)
        let mood = draw < 35 + 15 * Int(anger) ? 0 : draw < content ? 1 : 2
        out.append(contentsOf: sentiment[mood])
        out.append(contentsOf: topic[dice.below(topic.count)])
        return mood == 0
    }

    /// The answer to a survey, 0 to 10: low from who is upset.
    func writeAnswer(isUpset: Bool, dice: inout Dice, into out: inout [UInt8]) {
        let score = isUpset ? dice.below(8) : 10 - dice.low(11)
        out.append(contentsOf: npsKey)
        EventLine.decimal(score, digits: score == 10 ? 2 : 1, into: &out)
    }
}
