/// A service by subscription: trial, onboarding, use, monthly invoices, complaints, leaving, renewing.
///
/// Who uses the service makes it a habit and stays; failed payments and complaints make anger, and anger leads to the
/// page where one cancels. Invoices come every thirty days, at the first session from then on.
struct SubscriptionProfile: JourneyProfile {
    enum Channel: Int { case web, app, email, billing, phone, chat }

    private static let deviceless = 3
    private static let trialDays: Int32 = 14
    private static let cents = [990, 1990, 4990, 9900]

    let eventsPerSession = 2.13
    let secondsBetweenEvents = 90.0
    let stranger = SubscriptionCustomer()

    private let days: LifeDays
    private let steps = StepTable<SubscriptionStep>()
    private let channelKey = ["web", "app", "email", "billing", "phone", "chat"].map { EventLine.channelKey($0) }
    private let sessionKey = ["\"device\":\"mobile\",", "\"device\":\"desktop\",", "\"device\":\"tablet\",", ""].map {
        fragment(",\($0)\"session\":\"s")
    }
    private let lineEnd = fragment("\"}}\n")
    private let words = SubscriptionWords()
    private let everyday = EverydayWords(SubscriptionWords.everyday)

    init(customers: Int) { days = LifeDays(customers: customers, eventsPerSession: eventsPerSession) }

    func begin(
        customer: inout SubscriptionCustomer, number: Int, session: Int, dice: inout Dice
    ) -> SubscriptionSession? {
        let day = days.day(ofSession: session)
        if customer.standing == .unmet { meet(&customer, number: number, day: day) }
        // Few of those who left come back.
        if customer.standing == .cancelled, !dice.chance(perMille: 60) { return nil }
        let device = [0, 0, 1, 1, 1, 1, 1, 2][Int(Dice.mixed(UInt64(number)) & 7)]
        var begun = SubscriptionSession(number: session, step: .pageView, device: device, day: day)
        begun.step = reason(for: customer, day: day, dice: &dice)
        begun.campaign = dice.below(6)
        settle(&begun, dice: &dice)
        return begun
    }

    /// More than half are subscribers when the stream begins, in the middle of their month.
    private func meet(_ customer: inout SubscriptionCustomer, number: Int, day: Int32) {
        let trait = Dice.mixed(UInt64(number) ^ 0x5ab5)
        customer.plan = [0, 0, 0, 1, 1, 1, 2, 3][Int(trait & 7)]
        customer.standing = .stranger
        guard (trait >> 8) % 100 < 55 else { return }
        customer.standing = .active
        customer.due = day + Int32((trait >> 16) % 30)
        customer.months = UInt8((trait >> 24) % 12)
        customer.habit = UInt8(1 + (trait >> 32) % 3)
        customer.onboarded = 5
    }

    /// What brings the customer here.
    private func reason(for customer: SubscriptionCustomer, day: Int32, dice: inout Dice) -> SubscriptionStep {
        let draw = dice.below(1000)
        switch customer.standing {
        case .unmet, .stranger:
            if draw < 270 { return .adClick }
            if draw < 400, !customer.hasUnsubscribed { return .emailOpen }
            return draw < 800 ? .pageView : .pricingView
        case .trial:
            if day >= customer.due {
                return draw < 150 + 200 * Int(customer.habit) ? .subscribed : .trialExpired
            }
            if customer.onboarded < 5, draw < 300 { return .onboardingStep }
            if draw < 330, !customer.hasUnsubscribed { return .emailOpen }
            if draw < 360 { return .supportTicket }
            return draw < 400 ? .pricingView : .appOpen
        case .active:
            if day >= customer.due { return customer.months == 11 ? .renewed : .invoiceIssued }
            let angry = Int(customer.anger)
            let leaving = 9 + 60 * angry + (customer.habit == 0 ? 40 : 0)
            if draw < leaving { return .cancelPageView }
            if draw < leaving + 15 + 90 * angry { return .supportTicket }
            if draw < leaving + 140 + 90 * angry, !customer.hasUnsubscribed { return .emailOpen }
            if draw > 985 { return .surveyAnswer }
            if draw > 955 { return .pageView }
            return draw > 945 ? .pricingView : .appOpen
        case .pastDue:
            if customer.failures > 2 { return .cancelled }
            if draw < 300 { return .paymentFailed }
            if draw < 700 { return .paymentMethodUpdated }
            return draw < 800 ? .supportTicket : .appOpen
        case .cancelled:
            if draw < 500 { return .emailOpen }
            return draw < 850 ? .pricingView : .subscribed
        }
    }

    /// The channel on which the next step is taken, and what that means for the device.
    private func settle(_ session: inout SubscriptionSession, dice: inout Dice) {
        let channel: Channel =
            switch session.step {
            case .emailOpen, .emailUnsubscribe, .surveyAnswer: .email
            case .invoiceIssued, .invoicePaid, .paymentFailed, .renewed, .trialExpired: .billing
            case .supportTicket: [.phone, .chat, .email, .web][dice.below(4)]
            case .appOpen, .featureUsed, .onboardingStep: session.device == 1 ? .web : .app
            default: .web
            }
        session.channel = channel.rawValue
    }

    func step(
        _ session: inout SubscriptionSession, of customer: inout SubscriptionCustomer, number: Int, dice: inout Dice,
        line: inout EventLine, into out: inout [UInt8]
    ) -> Double? {
        line.open(
            customer: number, event: steps.eventKey[session.step.rawValue], channel: channelKey[session.channel],
            into: &out)
        write(&session, of: &customer, number: number, dice: &dice, into: &out)
        let hasDevice = session.channel < Channel.billing.rawValue
        out.append(contentsOf: sessionKey[hasDevice ? session.device : Self.deviceless])
        EventLine.hexadecimal(UInt64(truncatingIfNeeded: session.number), into: &out)
        out.append(contentsOf: lineEnd)
        take(session, of: &customer, dice: &dice)
        guard let next = steps.follower(of: session.step, dice: &dice), allows(next, customer) else { return nil }
        session.step = next
        settle(&session, dice: &dice)
        return steps.wait(for: next, dice: &dice)
    }

    /// Whether one who stands so can take the step at all.
    private func allows(_ step: SubscriptionStep, _ customer: SubscriptionCustomer) -> Bool {
        let uses = customer.standing == .active || customer.standing == .pastDue
        return switch step {
        case .trialStarted: customer.standing == .stranger
        case .planChanged, .cancelPageView, .cancelled, .referralSent: uses
        case .onboardingStep: customer.onboarded < 5
        case .featureUsed: uses || customer.standing == .trial
        default: true
        }
    }

    /// What the event does to the customer.
    private func take(_ session: SubscriptionSession, of customer: inout SubscriptionCustomer, dice: inout Dice) {
        switch session.step {
        case .trialStarted:
            customer.standing = .trial
            customer.due = session.day + Self.trialDays
            customer.habit = 0
            customer.onboarded = 0
        case .trialExpired: customer.standing = .stranger
        case .onboardingStep: customer.onboarded += 1
        case .featureUsed:
            if dice.chance(perMille: 250) { customer.habit = min(customer.habit + 1, 3) }
            if customer.anger > 0, dice.chance(perMille: 120) { customer.anger -= 1 }
        case .subscribed, .renewed:
            customer.standing = .active
            customer.months = 0
        case .invoiceIssued: customer.due = session.day + 30
        case .invoicePaid:
            customer.standing = .active
            customer.months = min(customer.months + 1, 11)
            customer.failures = 0
            if customer.habit > 0, dice.chance(perMille: 200) { customer.habit -= 1 }
        case .paymentFailed:
            customer.standing = .pastDue
            customer.failures += 1
            if dice.chance(perMille: 300) { customer.anger = min(customer.anger + 1, 3) }
        case .supportTicket where session.isUnhappy: customer.anger = min(customer.anger + 1, 3)
        case .supportTicket: customer.anger -= customer.anger > 0 ? 1 : 0
        case .cancelled:
            customer.standing = .cancelled
            customer.failures = 0
            customer.anger = 0
        case .emailUnsubscribe: customer.hasUnsubscribed = true
        default: break
        }
    }
}

extension SubscriptionProfile {
    /// The properties that are the event's own.
    private func write(
        _ session: inout SubscriptionSession, of customer: inout SubscriptionCustomer, number: Int, dice: inout Dice,
        into out: inout [UInt8]
    ) {
        switch session.step {
        case .adClick: everyday.writeAd(campaign: session.campaign, dice: &dice, into: &out)
        case .pageView: everyday.writePage(dice: &dice, into: &out)
        case .cancelPageView: out.append(contentsOf: words.cancelPage[dice.below(3)])
        case .emailOpen, .emailClick, .emailUnsubscribe: everyday.writeMail(campaign: session.campaign, into: &out)
        case .identify: everyday.writeIdentity(of: number, consenting: 85, into: &out)
        case .onboardingStep: out.append(contentsOf: words.onboarding[min(Int(customer.onboarded), 4)])
        case .appOpen: everyday.writeVersion(dice: &dice, into: &out)
        case .featureUsed:
            out.append(contentsOf: words.feature[dice.low(8)])
            EventLine.decimal(10 + dice.low(90), digits: 2, into: &out)
        case .supportTicket:
            session.isUnhappy = everyday.writeTicket(anger: customer.anger, content: 86, dice: &dice, into: &out)
        case .surveyAnswer:
            let isUpset = customer.anger > 0 || customer.standing == .cancelled
            everyday.writeAnswer(isUpset: isUpset, dice: &dice, into: &out)
        case .referralSent: out.append(contentsOf: words.referral[dice.below(3)])
        default: writeContract(session, of: &customer, dice: &dice, into: &out)
        }
    }

    /// Plans, invoices and payments.
    private func writeContract(
        _ session: SubscriptionSession, of customer: inout SubscriptionCustomer, dice: inout Dice,
        into out: inout [UInt8]
    ) {
        if session.step == .planChanged {
            out.append(contentsOf: words.before[Int(customer.plan)])
            let goesUp = customer.plan == 0 || customer.plan < 3 && dice.chance(perMille: 650)
            customer.plan = goesUp ? customer.plan + 1 : customer.plan - 1
        }
        out.append(contentsOf: words.plan[Int(customer.plan)])
        switch session.step {
        case .invoiceIssued, .invoicePaid, .paymentFailed, .subscribed, .renewed, .trialStarted, .planChanged:
            out.append(contentsOf: words.amountKey)
            EventLine.amount(Self.cents[Int(customer.plan)], into: &out)
        default: break
        }
        switch session.step {
        case .invoiceIssued, .invoicePaid:
            out.append(contentsOf: words.invoiceKey)
            EventLine.hexadecimal(UInt64(truncatingIfNeeded: session.number), into: &out)
            out.append(contentsOf: words.quote)
        case .paymentFailed:
            out.append(contentsOf: words.failure[dice.below(4)])
            out.append(contentsOf: words.attemptKey)
            EventLine.decimal(min(Int(customer.failures) + 1, 9), digits: 1, into: &out)
        case .paymentMethodUpdated: out.append(contentsOf: words.method[dice.below(3)])
        case .trialStarted: out.append(contentsOf: words.trialDays)
        case .cancelled:
            // Who cannot pay does not choose to leave.
            out.append(contentsOf: words.reason[customer.failures > 2 ? 5 : dice.below(5)])
        default: break
        }
    }
}

/// The words that the service's events use, as bytes ready to be copied into a line.
private struct SubscriptionWords {
    static let everyday = EverydayWords.Names(
        ads: ["free_month", "team_plan", "year_end", "comparison", "founders", "students"],
        mails: ["welcome_series", "product_news", "tips_of_the_week", "usage_report", "upgrade_offer", "come_back"],
        pages: ["/home", "/features", "/customers", "/blog", "/integrations", "/help", "/security", "/account"],
        versions: ["8.1.0", "8.1.1", "8.2.0", "9.0.0"],
        question: "company", answers: ["solo", "small", "medium", "large"],
        zones: [
            "Europe/Madrid", "America/Mexico_City", "America/Bogota", "America/Argentina/Buenos_Aires", "America/Lima",
            "America/Santiago", "Europe/London", "America/New_York",
        ],
        topics: ["billing", "outage", "how_to", "bug", "account", "data_loss"])

    let cancelPage = quoted("page", ["/account/cancel", "/account/plan/end", "/help/how-to-cancel"])
    let plan = quoted("plan", ["basic", "plus", "team", "business"])
    let before = ["basic", "plus", "team", "business"].map { fragment("\"before\":\"\($0)\",") }
    let feature = ["editor", "sharing", "reports", "search", "export", "automations", "integrations", "admin"].map {
        fragment("\"feature\":\"\($0)\",\"minutes\":")
    }
    let onboarding = ["create_account", "import_data", "invite_people", "first_project", "first_report"].enumerated()
        .map { fragment("\"step\":\"\($1)\",\"number\":\($0 + 1),\"of\":5") }
    let failure = ["insufficient_funds", "card_expired", "card_declined", "bank_unavailable"].map {
        fragment(",\"reason\":\"\($0)\"")
    }
    let reason = ["too_expensive", "not_used", "missing_feature", "competitor", "bad_support", "unpaid"].map {
        fragment(",\"reason\":\"\($0)\"")
    }
    let method = ["card", "transfer", "wallet"].map { fragment(",\"method\":\"\($0)\"") }
    let referral = quoted("by", ["link", "email", "social"])
    let trialDays = fragment(",\"days\":14")
    let amountKey = fragment(",\"amount\":")
    let invoiceKey = fragment(",\"invoice\":\"i")
    let attemptKey = fragment(",\"attempt\":")
    let quote = fragment("\"")
}
