/// What a subscriber, or somebody who may become one, does next.
enum SubscriptionStep: Int, JourneyStep {
    case adClick, pageView, pricingView, emailOpen, emailClick, emailUnsubscribe
    case trialStarted, trialExpired, identify, onboardingStep, appOpen, featureUsed
    case subscribed, invoiceIssued, invoicePaid, paymentFailed, paymentMethodUpdated, planChanged, renewed
    case supportTicket, cancelPageView, cancelled, surveyAnswer, referralSent

    var followers: [(share: Int, step: SubscriptionStep)] {
        switch self {
        case .adClick: [(350, .pageView), (250, .pricingView)]
        case .pageView: [(250, .pageView), (190, .pricingView), (8, .supportTicket)]
        case .pricingView: [(230, .trialStarted), (150, .pageView), (60, .planChanged)]
        case .emailOpen: [(280, .emailClick), (12, .emailUnsubscribe)]
        case .emailClick: [(260, .pageView), (240, .featureUsed), (160, .pricingView)]
        case .emailUnsubscribe, .trialExpired, .invoicePaid, .referralSent: []
        case .trialStarted: [(800, .identify), (150, .onboardingStep)]
        case .identify: [(750, .onboardingStep)]
        case .onboardingStep: [(480, .onboardingStep), (260, .featureUsed), (12, .supportTicket)]
        case .appOpen: [(720, .featureUsed), (15, .pricingView)]
        case .featureUsed: [(450, .featureUsed), (10, .supportTicket), (20, .pageView), (6, .planChanged)]
        case .subscribed, .renewed: [(1000, .invoiceIssued)]
        case .invoiceIssued: [(915, .invoicePaid), (85, .paymentFailed)]
        case .paymentFailed: [(230, .paymentMethodUpdated), (120, .supportTicket)]
        case .paymentMethodUpdated: [(950, .invoicePaid)]
        case .planChanged: [(300, .featureUsed)]
        case .supportTicket: [(120, .supportTicket), (90, .surveyAnswer), (50, .cancelPageView)]
        case .cancelPageView: [(420, .cancelled), (110, .supportTicket), (200, .featureUsed)]
        case .cancelled: [(200, .surveyAnswer)]
        case .surveyAnswer: [(60, .referralSent), (60, .pageView)]
        }
    }

    var delay: (least: Double, mean: Double) {
        switch self {
        case .pageView, .pricingView: (3, 35)
        case .trialStarted, .identify: (20, 60)
        case .onboardingStep: (30, 150)
        case .featureUsed: (10, 200)
        case .invoiceIssued: (1, 2)
        case .invoicePaid, .paymentFailed: (2, 30)
        case .paymentMethodUpdated: (60, 600)
        case .supportTicket: (120, 900)
        case .cancelPageView: (15, 60)
        case .cancelled: (10, 60)
        case .surveyAnswer: (30, 240)
        default: (2, 20)
        }
    }
}

/// A session of a subscriber.
struct SubscriptionSession: BitwiseCopyable {
    var number: Int
    /// The event to be told next.
    var step: SubscriptionStep
    var channel = 0
    /// An index into the profile's devices.
    var device: Int
    /// The day of the customers' lives on which it began.
    var day: Int32
    var campaign = 0
    var isUnhappy = false
}

/// What is remembered of a subscriber between sessions.
struct SubscriptionCustomer: BitwiseCopyable {
    enum Standing: UInt8, BitwiseCopyable { case unmet, stranger, trial, active, pastDue, cancelled }

    var standing = Standing.unmet
    /// An index into the plans: a greater one costs more.
    var plan: UInt8 = 0
    /// Rises with complaints and failed payments, falls with use; 0…3.
    var anger: UInt8 = 0
    /// How much the service has become a habit; 0…3.
    var habit: UInt8 = 0
    /// Steps of the onboarding that are done.
    var onboarded: UInt8 = 0
    /// Months paid since the last renewal.
    var months: UInt8 = 0
    /// Payments that failed one after the other.
    var failures: UInt8 = 0
    var hasUnsubscribed = false
    /// The day on which the trial ends or the next invoice comes.
    var due: Int32 = 0
}
