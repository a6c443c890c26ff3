/// A bank's consumer loan: simulator, application, documents, approval, offer, signature, payment, instalments.
///
/// The bank answers some days after the application, an offer holds for a fortnight, instalments are due every thirty
/// days; each comes with the first session from then on. Rejected documents and complaints make anger, and anger makes
/// people telephone and let offers go.
struct LoanProfile: JourneyProfile {
    enum Channel: Int { case web, app, email, billing, branch, phone, chat }

    private static let deviceless = 3
    private static let documentsNeeded: UInt8 = 3

    let eventsPerSession = 1.92
    let secondsBetweenEvents = 110.0
    let stranger = LoanCustomer()

    private let days: LifeDays
    private let steps = StepTable<LoanStep>()
    private let channelKey = ["web", "app", "email", "billing", "branch", "phone", "chat"].map {
        EventLine.channelKey($0)
    }
    private let sessionKey = ["\"device\":\"mobile\",", "\"device\":\"desktop\",", "\"device\":\"tablet\",", ""].map {
        fragment(",\($0)\"session\":\"s")
    }
    private let lineEnd = fragment("\"}}\n")
    private let words = LoanWords()
    private let everyday = EverydayWords(LoanWords.everyday)

    init(customers: Int) { days = LifeDays(customers: customers, eventsPerSession: eventsPerSession) }

    func begin(customer: inout LoanCustomer, number: Int, session: Int, dice: inout Dice) -> LoanSession? {
        let day = days.day(ofSession: session)
        if customer.standing == .unmet { meet(&customer, number: number, day: day) }
        // Who was turned down, or has paid everything back, seldom returns.
        if customer.standing == .rejected || customer.standing == .repaid, !dice.chance(perMille: 150) { return nil }
        let device = [0, 0, 0, 0, 1, 1, 1, 2][Int(Dice.mixed(UInt64(number)) & 7)]
        var begun = LoanSession(number: session, step: .pageView, device: device, day: day)
        begun.step = reason(for: customer, day: day, dice: &dice)
        begun.campaign = dice.below(6)
        settle(&begun)
        return begun
    }

    /// Four in ten have a loan when the stream begins, in the middle of its months.
    private func meet(_ customer: inout LoanCustomer, number: Int, day: Int32) {
        let trait = Dice.mixed(UInt64(number) ^ 0x10a7)
        wish(&customer, trait)
        customer.standing = .stranger
        guard (trait >> 24) % 100 < 40 else { return }
        customer.standing = .repaying
        customer.due = day + Int32((trait >> 32) % 30)
        customer.paid = UInt8((trait >> 40) % UInt64(customer.months))
    }

    /// How much is wanted, and for how long.
    private func wish(_ customer: inout LoanCustomer, _ chance: UInt64) {
        customer.months = [12, 24, 36, 36, 48, 60, 72, 84][Int(chance & 7)]
        let part = Int(chance >> 8 & 63)
        let times = Int(chance >> 16 & 7)
        customer.hundreds = UInt16(15 + part * (times + 1) / 2)
    }

    /// What brings the customer here.
    private func reason(for customer: LoanCustomer, day: Int32, dice: inout Dice) -> LoanStep {
        let draw = dice.below(1000)
        let angry = Int(customer.anger)
        let isDue = day >= customer.due
        switch customer.standing {
        case .unmet, .stranger, .repaid, .rejected:
            if draw < 220 { return .adClick }
            if draw < 330, !customer.hasUnsubscribed { return .emailOpen }
            return Self.look(draw, often: .loanSimulated)
        case .interested:
            if draw < 130, !customer.hasUnsubscribed { return .emailOpen }
            if draw < 330 { return .applicationStarted }
            return Self.look(draw, often: .loanSimulated)
        case .applying:
            if draw < 560 - 60 * angry { return .documentUploaded }
            if draw < 620 + 60 * angry { return .supportTicket }
            return Self.look(draw, often: .phoneCall)
        case .waiting:
            if isDue { return draw < 720 ? .applicationApproved : .applicationRejected }
            if draw < 500 { return .appOpen }
            return draw > 920 ? .supportTicket : Self.look(draw, often: .phoneCall)
        case .offered:
            if isDue { return .offerExpired }
            if draw < 600 - 100 * angry { return .offerViewed }
            return Self.look(draw, often: .phoneCall)
        case .signed:
            if isDue { return .loanDisbursed }
            return draw < 700 ? .appOpen : .phoneCall
        case .repaying:
            if isDue { return draw < (customer.missed > 0 ? 420 : 60) ? .instalmentMissed : .instalmentPaid }
            if draw < 25 { return .earlyRepaymentQuote }
            if draw < 55 + 120 * angry { return .supportTicket }
            if draw < 360, !customer.hasUnsubscribed { return .emailOpen }
            return draw < 840 ? .appOpen : Self.look(draw, often: .phoneCall)
        }
    }

    /// Somebody who looks around or asks: in the branch, in a chat, on the site, or most often as is said.
    private static func look(_ draw: Int, often step: LoanStep) -> LoanStep {
        if draw > 960 { return .branchVisit }
        if draw > 930 { return .liveChat }
        return draw % 2 == 0 ? .pageView : step
    }

    /// The channel on which the next step is taken.
    private func settle(_ session: inout LoanSession) {
        let channel: Channel =
            switch session.step {
            case .emailOpen, .emailUnsubscribe, .surveyAnswer, .applicationApproved, .applicationRejected, .offerSent,
                .offerExpired:
                .email
            case .loanDisbursed, .instalmentPaid, .instalmentMissed: .billing
            case .branchVisit: .branch
            case .phoneCall: .phone
            case .liveChat: .chat
            case .appOpen: .app
            case .loanSimulated, .applicationStarted, .identify, .documentUploaded, .supportTicket:
                // What was begun in a branch, in the app or at the telephone goes on there.
                Channel(rawValue: session.channel) == .email ? .web : Channel(rawValue: session.channel) ?? .web
            default: Channel(rawValue: session.channel) == .app ? .app : .web
            }
        session.channel = channel.rawValue
    }

    func step(
        _ session: inout LoanSession, of customer: inout LoanCustomer, number: Int, dice: inout Dice,
        line: inout EventLine, into out: inout [UInt8]
    ) -> Double? {
        line.open(
            customer: number, event: steps.eventKey[session.step.rawValue], channel: channelKey[session.channel],
            into: &out)
        if session.step == .loanSimulated, customer.standing.rawValue < LoanCustomer.Standing.applying.rawValue {
            wish(&customer, dice.next())
        }
        write(&session, of: customer, number: number, dice: &dice, into: &out)
        let hasDevice = session.channel < Channel.billing.rawValue
        out.append(contentsOf: sessionKey[hasDevice ? session.device : Self.deviceless])
        EventLine.hexadecimal(UInt64(truncatingIfNeeded: session.number), into: &out)
        out.append(contentsOf: lineEnd)
        take(session, of: &customer, dice: &dice)
        guard let next = steps.follower(of: session.step, dice: &dice), allows(next, customer) else { return nil }
        session.step = next
        settle(&session)
        return steps.wait(for: next, dice: &dice)
    }

    /// Whether one who stands so can take the step at all.
    private func allows(_ step: LoanStep, _ customer: LoanCustomer) -> Bool {
        switch step {
        case .applicationStarted: customer.standing == .interested
        case .documentUploaded: customer.standing == .applying && customer.documents < 9
        case .applicationSubmitted: customer.standing == .applying && customer.documents >= Self.documentsNeeded
        case .contractSigned: customer.standing == .offered
        case .earlyRepaymentQuote, .earlyRepayment: customer.standing == .repaying
        default: true
        }
    }

    /// What the event does to the customer.
    private func take(_ session: LoanSession, of customer: inout LoanCustomer, dice: inout Dice) {
        switch session.step {
        case .loanSimulated where customer.standing == .stranger: customer.standing = .interested
        case .loanSimulated where customer.standing == .repaid: customer.standing = .interested
        case .applicationStarted:
            customer.standing = .applying
            customer.documents = 0
        case .documentUploaded: customer.documents = min(customer.documents + 1, 9)
        case .documentRejected:
            customer.documents -= customer.documents > 0 ? 1 : 0
            if dice.chance(perMille: 400) { customer.anger = min(customer.anger + 1, 3) }
        case .applicationSubmitted:
            customer.standing = .waiting
            customer.due = session.day + 1 + Int32(dice.low(5))
        case .applicationRejected: customer.standing = .rejected
        case .offerSent:
            customer.standing = .offered
            customer.due = session.day + 14
        case .offerExpired: customer.standing = .interested
        case .contractSigned:
            customer.standing = .signed
            customer.due = session.day + 1
        case .loanDisbursed:
            customer.standing = .repaying
            customer.paid = 0
            customer.missed = 0
            customer.due = session.day + 30
        case .instalmentPaid:
            customer.missed = 0
            customer.paid += 1
            customer.due = session.day + 30
            if customer.paid >= customer.months { customer.standing = .repaid }
        case .instalmentMissed:
            customer.missed = min(customer.missed + 1, 9)
            customer.due = session.day + 5
        case .earlyRepayment: customer.standing = .repaid
        case .supportTicket where session.isUnhappy: customer.anger = min(customer.anger + 1, 3)
        case .supportTicket: customer.anger -= customer.anger > 0 ? 1 : 0
        case .emailUnsubscribe: customer.hasUnsubscribed = true
        default: break
        }
    }
}

extension LoanProfile {
    /// The properties that are the event's own.
    private func write(
        _ session: inout LoanSession, of customer: LoanCustomer, number: Int, dice: inout Dice, into out: inout [UInt8]
    ) {
        switch session.step {
        case .adClick: everyday.writeAd(campaign: session.campaign, dice: &dice, into: &out)
        case .pageView: everyday.writePage(dice: &dice, into: &out)
        case .emailOpen, .emailClick, .emailUnsubscribe: everyday.writeMail(campaign: session.campaign, into: &out)
        case .appOpen: everyday.writeVersion(dice: &dice, into: &out)
        case .identify: everyday.writeIdentity(of: number, consenting: 80, into: &out)
        case .branchVisit: out.append(contentsOf: words.branch[number % 12])
        case .phoneCall, .liveChat: out.append(contentsOf: words.matter[dice.below(5)])
        case .supportTicket:
            session.isUnhappy = everyday.writeTicket(anger: customer.anger, content: 88, dice: &dice, into: &out)
        case .surveyAnswer: everyday.writeAnswer(isUpset: customer.anger > 0, dice: &dice, into: &out)
        case .documentUploaded: out.append(contentsOf: words.document[Int(customer.documents) % 4])
        case .documentRejected:
            out.append(contentsOf: words.document[(Int(customer.documents) + 3) % 4])
            out.append(contentsOf: words.defect[dice.below(4)])
        default: writeLoan(session, of: customer, dice: &dice, into: &out)
        }
    }

    /// Amounts, months and instalments.
    private func writeLoan(
        _ session: LoanSession, of customer: LoanCustomer, dice: inout Dice, into out: inout [UInt8]
    ) {
        let cents = Int(customer.hundreds) * 10_000
        out.append(contentsOf: words.amountKey)
        EventLine.amount(cents, into: &out)
        out.append(contentsOf: words.months[Int(customer.months) / 12 - 1])
        switch session.step {
        case .applicationRejected: out.append(contentsOf: words.refusal[dice.below(4)])
        case .loanSimulated, .offerSent, .offerViewed, .contractSigned:
            // The longer, the dearer: between five and nine per cent, about.
            out.append(contentsOf: words.rate[Int(customer.months) / 12 - 1])
        case .instalmentPaid, .instalmentMissed:
            // Interest is spread evenly, which is near enough for made-up people.
            let instalment = cents / Int(customer.months) * 107 / 100
            out.append(contentsOf: words.instalmentKey)
            EventLine.amount(instalment, into: &out)
            let number = Int(customer.paid) + 1
            out.append(contentsOf: words.numberKey)
            EventLine.decimal(number, digits: number < 10 ? 1 : 2, into: &out)
        case .earlyRepaymentQuote, .earlyRepayment:
            let left = max(0, Int(customer.months) - Int(customer.paid))
            out.append(contentsOf: words.restKey)
            EventLine.amount(cents / Int(customer.months) * left, into: &out)
        default: break
        }
    }
}

/// The words that the bank's events use, as bytes ready to be copied into a line.
private struct LoanWords {
    static let everyday = EverydayWords.Names(
        ads: ["car_loan", "home_works", "studies", "one_debt", "summer", "new_customers"],
        mails: ["rate_of_the_month", "finish_your_form", "your_offer", "statement", "service_news", "top_up"],
        pages: ["/loans", "/loans/car", "/loans/home", "/rates", "/help", "/documents", "/status", "/branches"],
        versions: ["3.4.0", "3.4.2", "3.5.0", "4.0.1"],
        question: "income", answers: ["under_1500", "1500_to_2500", "2500_to_4000", "over_4000"],
        zones: [
            "Europe/Madrid", "Europe/Madrid", "Atlantic/Canary", "America/Mexico_City", "America/Bogota",
            "America/Lima", "America/Santiago", "America/Argentina/Buenos_Aires",
        ],
        topics: ["documents", "waiting", "fees", "app", "branch", "instalment"])

    let branch = (1...12).map { fragment("\"branch\":\"B-\(100 + 7 * $0)\",\"queue_minutes\":\($0)") }
    let matter = quoted("matter", ["conditions", "documents", "status", "instalments", "early_repayment"])
    let document = ["identity", "payslip", "tax_return", "bank_statement"].map { fragment("\"document\":\"\($0)\"") }
    let defect = ["unreadable", "expired", "incomplete", "wrong_person"].map { fragment(",\"reason\":\"\($0)\"") }
    let refusal = ["income", "debts", "history", "employment"].map { fragment(",\"reason\":\"\($0)\"") }
    let months = (1...7).map { fragment(",\"months\":\($0 * 12)") }
    let rate = [4.95, 5.45, 5.95, 6.45, 6.95, 7.75, 8.5].map { fragment(",\"rate\":\($0)") }
    let amountKey = fragment("\"amount\":")
    let instalmentKey = fragment(",\"instalment\":")
    let numberKey = fragment(",\"number\":")
    let restKey = fragment(",\"rest\":")
}
