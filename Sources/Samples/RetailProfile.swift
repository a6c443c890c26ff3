/// A shop with web site, app, stores, e-mail, telephone and social networks.
///
/// A session is a walk from step to step (`RetailStep.followers`), bent by what happened before: a cart that was left
/// brings a reminder by e-mail, a purchase brings reviews, surveys and returns, anger brings further complaints, and both
/// anger and fatigue make customers leave.
struct RetailProfile: JourneyProfile {
    enum Channel: Int { case web, app, store, email, phone, social }

    private static let deviceless = 3

    let eventsPerSession = 2.78
    let secondsBetweenEvents = 60.0
    let stranger = RetailCustomer()

    private let catalogue = RetailCatalogue()
    private let eventKey = RetailStep.allCases.map { EventLine.eventKey($0.name) }
    private let mood: RetailMood
    private let delays = RetailStep.allCases.map(\.delay)
    private let channelKey = ["web", "app", "store", "email", "phone", "social"].map { EventLine.channelKey($0) }
    /// By device; the last is for sessions without one.
    private let sessionKey = ["\"device\":\"mobile\",", "\"device\":\"desktop\",", "\"device\":\"tablet\",", ""].map {
        fragment(",\($0)\"session\":\"s")
    }
    private let lineEnd = fragment("\"}}\n")
    private let quantityKey = fragment(",\"quantity\":")
    private let orderKey = fragment(",\"order\":\"o")
    private let quote = fragment("\"")
    private let resultsKey = fragment(",\"results\":")
    private let itemsKey = fragment("\"items\":")
    private let totalKey = fragment(",\"total\":")
    private let ratingKey = fragment(",\"rating\":")
    private let npsKey = fragment("\"nps\":")
    private let comma = fragment(",")

    init(_ mood: RetailMood) { self.mood = mood }

    func begin(customer: inout RetailCustomer, number: Int, session: Int, dice: inout Dice) -> RetailSession? {
        if customer.hasLeft {
            if !dice.chance(perMille: 40) { return nil }
            customer.hasLeft = false
            customer.anger = 0
        }
        let taste = Dice.mixed(UInt64(number))
        let device = [0, 0, 0, 0, 1, 1, 1, 2][Int(taste & 7)]
        // Everybody has three favourite categories.
        let category = Int((taste >> UInt64(8 + 4 * dice.low(3))) & 15) % RetailCatalogue.categories.count
        let (step, channel) = reason(for: &customer, dice: &dice)
        var begun = RetailSession(
            number: session, step: step, channel: channel.rawValue, device: device, category: category)
        begun.product = product(in: category, dice: &dice)
        begun.quantity = dice.chance(perMille: 850) ? 1 : 2 + dice.low(3)
        begun.campaign = dice.below(6)
        begun.isStuck = dice.chance(perMille: mood.stuck)
        if channel == .app && device == 1 { begun.device = 0 }
        if channel == .store || channel == .phone { begun.device = Self.deviceless }
        switch step {
        case .emailOpen where customer.pending == .abandonedCart:
            begun.campaign = 2
            begun.product = Int(customer.product)
        case .refundRequested, .review:
            begun.product = Int(customer.product)
        case .purchase:
            begun.cart[0] = UInt16(begun.product)
            begun.inCart = 1
        default: break
        }
        if step == .refundRequested || step == .review || step == .surveyAnswer { customer.pending = .nothing }
        return begun
    }

    /// What brings the customer here, and where.
    private func reason(for customer: inout RetailCustomer, dice: inout Dice) -> (RetailStep, Channel) {
        if !customer.isKnown {
            customer.isKnown = true
            if dice.chance(perMille: 300) { return (.identify, dice.chance(perMille: 600) ? .web : .app) }
        }
        if customer.anger > 0, dice.chance(perMille: 300) {
            return (.supportTicket, [.phone, .web, .email, .social][dice.below(4)])
        }
        switch customer.pending {
        case .abandonedCart where !customer.hasUnsubscribed && dice.chance(perMille: 350): return (.emailOpen, .email)
        case .delivery where dice.chance(perMille: mood.delivery):
            let (draw, bounds) = (dice.below(100), mood.afterDelivery)
            if draw < bounds.survey { return (.surveyAnswer, .email) }
            if draw < bounds.review { return (.review, .web) }
            return draw < bounds.refund
                ? (.refundRequested, dice.chance(perMille: 200) ? .store : .web) : (.supportTicket, .phone)
        default: break
        }
        let (draw, bounds) = (dice.below(1000), mood.visits)
        if draw < bounds.pageView { return (.pageView, .web) }
        if draw < bounds.appOpen { return (.appOpen, .app) }
        if draw < bounds.search { return (.search, .web) }
        if draw < bounds.ad { return (.adClick, draw < bounds.socialAd ? .social : .web) }
        if draw < bounds.email { return customer.hasUnsubscribed ? (.productView, .web) : (.emailOpen, .email) }
        if draw < bounds.store { return (.purchase, .store) }
        if draw < bounds.ticket { return (.supportTicket, [.phone, .web, .email, .social][dice.below(4)]) }
        return (.surveyAnswer, .email)
    }

    func step(
        _ session: inout RetailSession, of customer: inout RetailCustomer, number: Int, dice: inout Dice,
        line: inout EventLine, into out: inout [UInt8]
    ) -> Double? {
        if session.step == .productView { session.product = seen(session, dice: &dice) }
        let step = session.step
        line.open(
            customer: number, event: eventKey[step.rawValue], channel: channelKey[session.channel], into: &out)
        write(&session, of: &customer, number: number, dice: &dice, into: &out)
        out.append(contentsOf: sessionKey[session.device])
        EventLine.hexadecimal(UInt64(truncatingIfNeeded: session.number), into: &out)
        out.append(contentsOf: lineEnd)
        return goOn(&session, customer: &customer, dice: &dice)
    }

    /// Decides on the next step; the seconds until then, or nil.
    private func goOn(_ session: inout RetailSession, customer: inout RetailCustomer, dice: inout Dice) -> Double? {
        if session.step == .purchase, session.bought < session.inCart {
            return 0.05  // one order, a line for each product
        }
        guard let next = follower(of: session, dice: &dice) else {
            close(session, customer: &customer, dice: &dice)
            return nil
        }
        session.step = next
        move(&session)
        let (least, mean) = delays[next.rawValue]
        return least + mean * dice.wait()
    }

    /// Goes over to the web where the next step cannot be taken on the channel of the last one.
    private func move(_ session: inout RetailSession) {
        switch session.step {
        case .surveyAnswer:
            session.channel = Channel.email.rawValue
        case .pageView, .search, .productView:
            if session.channel != Channel.app.rawValue { session.channel = Channel.web.rawValue }
            if session.device == Self.deviceless { session.device = 0 }
        default: break
        }
    }

    private func follower(of session: RetailSession, dice: inout Dice) -> RetailStep? {
        if session.isStuck, session.step == .search { return dice.chance(perMille: 720) ? .search : nil }
        var draw = dice.below(1000)
        if session.step == .supportTicket, session.isUnhappy { draw /= 2 }
        for choice in mood.followers[session.step.rawValue] {
            if draw < choice.share { return choice.step }
            draw -= choice.share
        }
        // Whoever still has something in the cart after taking a thing out may pay for the rest.
        return session.step == .removeFromCart && session.inCart > 0 && draw < 200 ? .checkoutStarted : nil
    }

    /// What the session leaves behind in the customer.
    private func close(_ session: RetailSession, customer: inout RetailCustomer, dice: inout Dice) {
        if session.bought > 0 {
            customer.pending = .delivery
            customer.product = session.cart[0]
            if customer.anger > 0 { customer.anger -= 1 }
        } else if session.inCart > 0 {
            customer.pending = .abandonedCart
            customer.product = session.cart[0]
        } else if session.step == .emailOpen {
            if customer.pending == .abandonedCart, session.campaign == 2 { customer.pending = .nothing }
        }
        if customer.anger >= 2, dice.chance(perMille: 200) { customer.hasLeft = true }
        if session.step == .emailUnsubscribe, dice.chance(perMille: 300) { customer.hasLeft = true }
        if dice.chance(perMille: 3) { customer.hasLeft = true }
    }

    private func product(in category: Int, dice: inout Dice) -> Int {
        category + RetailCatalogue.categories.count * dice.low(RetailCatalogue.productsPerCategory)
    }

    /// The product looked at: the first one as it brought the customer here, later ones mostly of the same category.
    private func seen(_ session: RetailSession, dice: inout Dice) -> Int {
        if dice.chance(perMille: mood.same) { return session.product }
        let category = dice.chance(perMille: 900) ? session.category : dice.below(RetailCatalogue.categories.count)
        return product(in: category, dice: &dice)
    }
}

extension RetailProfile {
    /// The properties that are the event's own, and what the event does to session and customer.
    private func write(
        _ session: inout RetailSession, of customer: inout RetailCustomer, number: Int, dice: inout Dice,
        into out: inout [UInt8]
    ) {
        switch session.step {
        case .addToCart, .removeFromCart, .checkoutStarted, .purchase:
            writeTrade(&session, into: &out)
        case .supportTicket, .refundRequested, .review, .surveyAnswer:
            writeFeedback(&session, of: &customer, dice: &dice, into: &out)
        case .pageView:
            let other = dice.below(12)
            out.append(
                contentsOf: other < 6 ? catalogue.otherPage[other] : catalogue.categoryPage[session.category])
        case .search:
            out.append(contentsOf: catalogue.query[session.category * 6 + dice.below(6)])
            out.append(contentsOf: resultsKey)
            EventLine.decimal(session.isStuck ? 0 : 10 + dice.below(90), digits: session.isStuck ? 1 : 2, into: &out)
        case .productView:
            out.append(contentsOf: catalogue.product[session.product])
        case .emailOpen, .emailClick, .emailUnsubscribe:
            out.append(contentsOf: catalogue.campaign[session.campaign])
            if session.step == .emailUnsubscribe { customer.hasUnsubscribed = true }
        case .adClick:
            out.append(contentsOf: catalogue.campaign[session.campaign])
            out.append(contentsOf: comma)
            out.append(contentsOf: catalogue.network[dice.below(4)])
        case .appOpen:
            out.append(contentsOf: catalogue.version[dice.below(4)])
        case .identify:
            let trait = RetailCatalogue.trait(of: number)
            out.append(contentsOf: catalogue.tier[Int(trait & 7)])
            out.append(contentsOf: comma)
            out.append(contentsOf: catalogue.timezone[Int((trait >> 8) & 7)])
        }
    }

    private func writeTrade(_ session: inout RetailSession, into out: inout [UInt8]) {
        if session.step == .checkoutStarted {
            var cents = 0
            for index in 0..<session.inCart { cents += catalogue.priceCents[Int(session.cart[index])] }
            out.append(contentsOf: itemsKey)
            EventLine.decimal(session.inCart, digits: 1, into: &out)
            out.append(contentsOf: totalKey)
            EventLine.amount(cents * session.quantity, into: &out)
            return
        }
        var product = session.product
        switch session.step {
        case .addToCart:
            if session.bought > 0 {
                session.bought = 0
                session.inCart = 0
            }
            // A full cart changes its last product.
            session.inCart = min(session.inCart + 1, 3)
            session.cart[session.inCart - 1] = UInt16(product)
        case .removeFromCart:
            session.inCart -= 1
            product = Int(session.cart[session.inCart])
        default:
            product = Int(session.cart[session.bought])
            session.bought += 1
        }
        out.append(contentsOf: catalogue.product[product])
        out.append(contentsOf: quantityKey)
        EventLine.decimal(session.quantity, digits: 1, into: &out)
        if session.step == .purchase {
            out.append(contentsOf: orderKey)
            EventLine.hexadecimal(UInt64(truncatingIfNeeded: session.number), into: &out)
            out.append(contentsOf: quote)
        }
    }

    private func writeFeedback(
        _ session: inout RetailSession, of customer: inout RetailCustomer, dice: inout Dice, into out: inout [UInt8]
    ) {
        let isAngry = customer.anger > 0
        switch session.step {
        case .supportTicket:
            let draw = dice.below(100)
            let negative = isAngry || session.isStuck ? 70 : 35
            let mood = draw < negative ? 0 : draw < 78 ? 1 : 2
            session.isUnhappy = mood == 0
            if mood == 0 {
                customer.anger = min(customer.anger + 1, 3)
            } else if isAngry {
                customer.anger -= 1
            }
            out.append(contentsOf: catalogue.sentiment[mood])
            out.append(contentsOf: comma)
            out.append(contentsOf: catalogue.topic[dice.below(6)])
        case .refundRequested:
            out.append(contentsOf: catalogue.product[session.product])
            out.append(contentsOf: comma)
            out.append(contentsOf: catalogue.reason[dice.below(5)])
        case .review:
            out.append(contentsOf: catalogue.product[session.product])
            out.append(contentsOf: ratingKey)
            EventLine.decimal(isAngry ? 1 + dice.below(3) : 5 - dice.low(5), digits: 1, into: &out)
        default:
            let score = isAngry ? dice.below(8) : 10 - dice.low(11)
            out.append(contentsOf: npsKey)
            EventLine.decimal(score, digits: score == 10 ? 2 : 1, into: &out)
        }
    }
}
