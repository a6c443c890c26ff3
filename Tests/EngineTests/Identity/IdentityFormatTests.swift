import Foundation
import TestSupport
import Testing

@testable import TestEngine

/// Carts that are filled before logging in, as other systems' client libraries tell of them.
@Suite(.enabled(if: SharedFolder.place("conformance/formats") != nil)) struct IdentityFormatTests {
    /// A format, and what it calls a cart and a purchase.
    struct Story: CustomTestStringConvertible {
        var format: String
        var cart: String
        var purchase: String
        var testDescription: String { format }
    }

    private static let stories = [
        Story(format: "segment", cart: "Product Added", purchase: "Order Completed"),
        Story(format: "rudderstack", cart: "Product Added", purchase: "Order Completed"),
        Story(format: "ga4", cart: "add_to_cart", purchase: "purchase"),
        Story(format: "snowplow", cart: "add_to_cart", purchase: "transaction"),
        Story(format: "posthog", cart: "product added", purchase: "order completed"),
        Story(format: "mixpanel", cart: "Add to Cart", purchase: "Purchase"),
        Story(format: "amplitude", cart: "Add to Cart", purchase: "Purchase"),
    ]

    private static func configuration(_ story: Story, _ identity: String) -> String {
        """
        { version: 1, input: { format: "\(story.format)" }, \(identity) emit: ["moment", "identity"],
          moments: {
            bought: { sequence: [ { as: "cart", on: "\(story.cart)" }, { as: "buy", on: "\(story.purchase)" } ] },
            cart_abandoned: {
              sequence: [ { as: "cart", on: "\(story.cart)" }, { not: "\(story.purchase)", for: "30m" } ] },
          } }
        """
    }

    @Test(arguments: stories)
    func findsNoCartAbandonedWhoseOwnerLoggedInAndBought(story: Story) throws {
        let url = try #require(SharedFolder.place("conformance/formats/\(story.format).ndjson"))
        let text = try String(contentsOf: url, encoding: .utf8)
        let apart = try EngineUnderTest(Self.configuration(story, "")).run(text, flush: true)
        #expect(apart.lines.contains { $0.contains("\"moment\":\"cart_abandoned\"") })
        let outcome = try EngineUnderTest(Self.configuration(story, "identity: {},")).run(text, shards: 3, flush: true)
        let moments = outcome.lines(ofType: "moment")
        #expect(!moments.contains { $0.contains("\"moment\":\"cart_abandoned\"") })
        #expect(moments.contains { $0.contains("\"moment\":\"bought\"") && $0.contains("\"customer_id\":\"u_48213\"") })
        // The second person on the same browser stays a second person.
        #expect(
            !outcome.lines(ofType: "identity").contains {
                $0.contains("merged") && $0.contains("u_50977") && $0.contains("u_48213")
            })
    }
}
