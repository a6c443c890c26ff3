/// What a shop offers to one of its made-up customers.
package struct SampleOffer: Sendable {
    /// The number behind `d-` in the decision's id.
    package var decision: UInt64
    package var action: String
    /// Nil where it goes over none.
    package var channel: String?
    /// The customer's number.
    package var customer: Int
    /// When it is delivered, in microseconds from the start of 2026.
    package var deliverAt: Int
    /// The number of the product that it is about; nil where it is about none.
    package var product: Int?

    package init(decision: UInt64, action: String, channel: String?, customer: Int, deliverAt: Int) {
        (self.decision, self.action, self.channel) = (decision, action, channel)
        (self.customer, self.deliverAt) = (customer, deliverAt)
    }

    /// The number of a customer by its id, such as `c0001021`; nil where it is none of the sample's.
    package static func customer(id: String) -> Int? {
        guard id.utf8.first == UInt8(ascii: "c"), id.utf8.count > 1 else { return nil }
        return Int(id.dropFirst())
    }

    /// The number of a product by its name, such as `SKU-10398`; nil where there is none.
    package static func product(sku: String) -> Int? {
        guard sku.hasPrefix("SKU-"), let number = Int(sku.dropFirst(4)) else { return nil }
        let product = number - 10_000
        return (0..<RetailCatalogue.productsPerCategory * RetailCatalogue.categories.count).contains(product)
            ? product : nil
    }
}

/// How likely a made-up customer takes an offer: a · c · s · h, and at most `most`.
///
/// a is the action's, c the channel's, s that of the customer's tier, h by how far the hour of delivery lies from the hour
/// at which the customer looks. docs/learning.md has the same tables.
package struct SampleTruth: Sendable {
    /// No offer is likelier than this to be taken.
    package static let most = 0.7
    /// How likely it is at all to be seen.
    package static let seen = 0.75
    /// How many hours from its own a customer still looks at once.
    static let near = 2

    private static let actions: [(name: String, share: Double)] = [
        ("app_reminder", 0.36), ("email_reminder", 0.36), ("free_shipping", 0.5), ("chat_help", 0.4),
        ("price_alert", 0.35), ("cross_sell", 0.2), ("call_back", 0.3), ("retention_call", 0.5),
        ("win_back_coupon", 0.5), ("loyalty_invitation", 0.55), ("first_order_offer", 0.2), ("ask_for_referral", 0.45),
    ]
    /// Of actions that the sample does not name.
    static let otherAction = 0.15
    private static let channels: [(name: String, factor: Double)] = [("app", 1.2), ("email", 0.8), ("phone", 1.3)]

    /// The probability that the offer is taken.
    package static func accepts(_ offer: SampleOffer) -> Double {
        let share = actions.first { $0.name == offer.action }?.share ?? otherAction
        let channel = channels.first { $0.name == offer.channel }?.factor ?? 1
        let tier = [1.0, 1.2, 1.5][tier(of: offer.customer)]
        let hour = isNear(offer.deliverAt, to: offer.customer) ? 1.4 : 0.9
        return min(share * channel * tier * hour, most)
    }

    /// 0 for bronze, 1 for silver, 2 for gold.
    static func tier(of customer: Int) -> Int {
        // As the catalogue's words stand: five of eight are bronze, two silver, one gold.
        let trait = Int(RetailCatalogue.trait(of: customer) & 7)
        return trait < 5 ? 0 : trait < 7 ? 1 : 2
    }

    /// The hour at which a customer looks, by UTC: mornings, noons and mostly evenings.
    package static func hour(of customer: Int) -> Int {
        let hours = [7, 8, 8, 12, 13, 13, 18, 19, 19, 20, 20, 20, 20, 21, 21, 22]
        return hours[Int(Dice.mixed(UInt64(customer) ^ 0x40e5) & 15)]
    }

    /// Whether a time lies within the hours at which a customer looks at once.
    static func isNear(_ time: Int, to customer: Int) -> Bool {
        let distance = (time / 3_600_000_000 % 24 - hour(of: customer) + 24) % 24
        return min(distance, 24 - distance) <= near
    }
}
