/// What a shop's customer does next: one case is one event of the stream, whose name it has there.
enum RetailStep: Int, CaseIterable, BitwiseCopyable {
    case pageView, search, productView, addToCart, removeFromCart, checkoutStarted, purchase
    case emailOpen, emailClick, emailUnsubscribe, adClick, appOpen
    case supportTicket, refundRequested, review, surveyAnswer, identify

    var name: String {
        switch self {
        case .pageView: "page_view"
        case .search: "search"
        case .productView: "product_view"
        case .addToCart: "add_to_cart"
        case .removeFromCart: "remove_from_cart"
        case .checkoutStarted: "checkout_started"
        case .purchase: "purchase"
        case .emailOpen: "email_open"
        case .emailClick: "email_click"
        case .emailUnsubscribe: "email_unsubscribe"
        case .adClick: "ad_click"
        case .appOpen: "app_open"
        case .supportTicket: "support_ticket"
        case .refundRequested: "refund_requested"
        case .review: "review"
        case .surveyAnswer: "survey_answer"
        case .identify: "identify"
        }
    }

    /// What may follow, each in so many of a thousand cases; the rest ends the session.
    var followers: [(share: Int, step: RetailStep)] {
        switch self {
        case .appOpen: [(420, .pageView), (220, .search), (210, .productView)]
        case .adClick: [(300, .pageView), (470, .productView)]
        case .pageView: [(230, .pageView), (165, .search), (270, .productView), (8, .supportTicket)]
        case .search: [(430, .productView), (170, .search), (100, .pageView)]
        case .productView: [(300, .productView), (100, .search), (110, .pageView), (85, .addToCart)]
        case .addToCart: [(260, .productView), (60, .pageView), (70, .removeFromCart), (460, .checkoutStarted)]
        case .removeFromCart: [(350, .productView), (150, .pageView)]
        case .checkoutStarted: [(620, .purchase), (90, .pageView), (10, .supportTicket)]
        case .purchase: [(70, .pageView), (60, .surveyAnswer)]
        case .emailOpen: [(330, .emailClick), (18, .emailUnsubscribe)]
        case .emailClick: [(520, .productView), (250, .pageView)]
        case .emailUnsubscribe: []
        case .supportTicket: [(120, .supportTicket), (100, .surveyAnswer), (100, .pageView)]
        case .refundRequested: [(200, .supportTicket), (60, .surveyAnswer)]
        case .review: [(120, .surveyAnswer), (120, .pageView)]
        case .surveyAnswer: [(80, .pageView)]
        case .identify: [(550, .pageView), (250, .search), (200, .productView)]
        }
    }

    /// How long it takes to come to this step from the one before: at least, and on average beyond that, in seconds.
    var delay: (least: Double, mean: Double) {
        switch self {
        case .pageView: (2, 35)
        case .search: (4, 28)
        case .productView: (3, 32)
        case .addToCart: (5, 40)
        case .removeFromCart: (4, 60)
        case .checkoutStarted: (8, 90)
        case .purchase: (20, 110)
        case .emailClick: (3, 15)
        case .emailUnsubscribe: (5, 20)
        case .supportTicket: (120, 1500)
        case .surveyAnswer: (30, 240)
        default: (2, 20)
        }
    }
}

/// A session of a shop's customer.
struct RetailSession: BitwiseCopyable {
    var number: Int
    /// The event to be told next.
    var step: RetailStep
    var channel: Int
    /// An index into the profile's devices.
    var device: Int
    var category: Int
    var product = 0
    var cart: InlineArray<3, UInt16> = [0, 0, 0]
    var inCart = 0
    /// How many of the cart's products have been told as bought.
    var bought = 0
    var quantity = 1
    var campaign = 0
    /// Finds nothing, and so searches again and again.
    var isStuck = false
    var isUnhappy = false
}

/// What a shop remembers about a customer between sessions.
struct RetailCustomer: BitwiseCopyable {
    enum Pending: UInt8, BitwiseCopyable { case nothing, abandonedCart, delivery }

    var isKnown = false
    var hasLeft = false
    var hasUnsubscribed = false
    /// Rises with each complaint, falls with good experience; 0…3.
    var anger: UInt8 = 0
    var pending = Pending.nothing
    /// The product that is pending.
    var product: UInt16 = 0
}
