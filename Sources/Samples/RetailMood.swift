/// How lively a shop's customers are.
struct RetailMood: Sendable {
    /// By step, what may follow it, each in so many of a thousand cases; the rest ends the session.
    var followers = RetailStep.allCases.map(\.followers)
    /// In so many of a thousand visits after a delivery that is what brings the customer.
    var delivery = 450
    /// Of a hundred of these visits so many are for a survey, and below the next for a review, and below the next to send
    /// something back; the rest complain.
    var afterDelivery = (survey: 40, review: 68, refund: 85)
    /// Of a thousand other visits, what those below each number begin with; the rest is for a survey.
    var visits = (pageView: 350, appOpen: 500, search: 540, socialAd: 590, ad: 660, email: 960, store: 972, ticket: 990)
    /// Of a thousand looks at a product so many are at the one that brought the customer here.
    var same = 300
    /// Of a thousand sessions so many are of somebody who finds nothing.
    var stuck = 14

    /// As most are.
    static let everyday = RetailMood()

    /// They fill and leave more carts, buy, complain and praise more: a few hundred thousand events have all there is to
    /// decide by the thousand.
    static let eager: RetailMood = {
        var mood = RetailMood()
        for (step, followers) in eagerFollowers { mood.followers[step.rawValue] = followers }
        mood.delivery = 800
        mood.afterDelivery = (28, 88, 94)
        mood.visits = (200, 420, 470, 560, 560, 800, 900, 960)
        mood.stuck = 140
        mood.same = 700
        return mood
    }()

    private static let eagerFollowers: [RetailStep: [(share: Int, step: RetailStep)]] = [
        .pageView: [(120, .pageView), (150, .search), (480, .productView), (12, .supportTicket)],
        .search: [(520, .productView), (140, .search), (60, .pageView)],
        .productView: [(220, .productView), (70, .search), (60, .pageView), (240, .addToCart)],
        .addToCart: [(130, .productView), (20, .pageView), (20, .removeFromCart), (720, .checkoutStarted)],
        .checkoutStarted: [(600, .purchase), (60, .pageView), (25, .supportTicket)],
        .purchase: [(70, .pageView), (300, .surveyAnswer)],
        .emailOpen: [(450, .emailClick), (10, .emailUnsubscribe)],
        .emailClick: [(650, .productView), (150, .pageView)],
        .supportTicket: [(120, .supportTicket), (100, .surveyAnswer), (60, .pageView)],
        .review: [(700, .surveyAnswer), (40, .pageView)],
    ]
}
