/// What somebody who wants a loan, or has one, does next; some of it is done by the bank.
enum LoanStep: Int, JourneyStep {
    case adClick, pageView, loanSimulated, emailOpen, emailClick, emailUnsubscribe, appOpen, identify
    case branchVisit, phoneCall, liveChat, supportTicket, surveyAnswer
    case applicationStarted, documentUploaded, documentRejected, applicationSubmitted
    case applicationApproved, applicationRejected, offerSent, offerViewed, offerExpired, contractSigned
    case loanDisbursed, instalmentPaid, instalmentMissed, earlyRepaymentQuote, earlyRepayment

    var followers: [(share: Int, step: LoanStep)] {
        switch self {
        case .adClick: [(320, .pageView), (330, .loanSimulated)]
        case .pageView: [(240, .pageView), (170, .loanSimulated), (25, .liveChat), (15, .phoneCall)]
        case .loanSimulated: [(430, .loanSimulated), (130, .applicationStarted), (110, .pageView), (15, .phoneCall)]
        case .emailOpen: [(260, .emailClick), (10, .emailUnsubscribe)]
        case .emailClick: [(250, .loanSimulated), (300, .pageView)]
        case .emailUnsubscribe, .instalmentPaid, .applicationRejected, .offerExpired: []
        case .appOpen: [(380, .pageView), (15, .earlyRepaymentQuote), (15, .liveChat)]
        case .identify: [(600, .documentUploaded)]
        case .branchVisit: [(250, .loanSimulated), (100, .applicationStarted)]
        case .phoneCall, .liveChat: [(150, .supportTicket), (60, .surveyAnswer)]
        case .supportTicket: [(110, .supportTicket), (90, .surveyAnswer)]
        case .surveyAnswer: [(60, .pageView)]
        case .applicationStarted: [(850, .identify), (100, .documentUploaded)]
        case .documentUploaded: [(90, .documentRejected), (480, .documentUploaded), (430, .applicationSubmitted)]
        case .documentRejected: [(380, .documentUploaded), (60, .liveChat), (60, .supportTicket)]
        case .applicationSubmitted: [(80, .pageView)]
        case .applicationApproved: [(1000, .offerSent)]
        case .offerSent: [(380, .offerViewed)]
        case .offerViewed: [(280, .contractSigned), (160, .offerViewed), (40, .phoneCall), (30, .liveChat)]
        case .contractSigned: [(120, .surveyAnswer)]
        case .loanDisbursed: [(150, .surveyAnswer)]
        case .instalmentMissed: [(150, .phoneCall), (70, .supportTicket)]
        case .earlyRepaymentQuote: [(260, .earlyRepayment), (80, .liveChat), (40, .phoneCall)]
        case .earlyRepayment: [(150, .surveyAnswer)]
        }
    }

    var delay: (least: Double, mean: Double) {
        switch self {
        case .pageView: (3, 35)
        case .loanSimulated: (8, 45)
        case .identify: (60, 200)
        case .documentUploaded: (30, 240)
        case .documentRejected: (20, 300)
        case .applicationSubmitted: (20, 90)
        case .offerSent: (5, 60)
        case .offerViewed: (60, 900)
        case .contractSigned: (120, 600)
        case .phoneCall, .liveChat: (30, 200)
        case .supportTicket: (120, 900)
        case .surveyAnswer: (30, 240)
        case .earlyRepayment: (60, 400)
        default: (2, 20)
        }
    }
}

/// A session of a bank's customer.
struct LoanSession: BitwiseCopyable {
    var number: Int
    /// The event to be told next.
    var step: LoanStep
    var channel = 0
    /// An index into the profile's devices.
    var device: Int
    /// The day of the customers' lives on which it began.
    var day: Int32
    var campaign = 0
    var isUnhappy = false
}

/// What a bank remembers of a customer between sessions.
struct LoanCustomer: BitwiseCopyable {
    enum Standing: UInt8, BitwiseCopyable {
        case unmet, stranger, interested, applying, waiting, offered, signed, repaying, repaid, rejected
    }

    var standing = Standing.unmet
    /// Rises with complaints and rejected documents; 0…3.
    var anger: UInt8 = 0
    /// Documents that were taken; three are needed.
    var documents: UInt8 = 0
    /// Instalments missed one after the other.
    var missed: UInt8 = 0
    var hasUnsubscribed = false
    /// How long it is to be paid back, in months, and how many of them are paid.
    var months: UInt8 = 36
    var paid: UInt8 = 0
    /// The amount, in hundreds.
    var hundreds: UInt16 = 90
    /// The day of the bank's answer, the offer's end, the payment or the next instalment.
    var due: Int32 = 0
}
