import Foundation
import TestSupport
import Testing

@testable import Configuration

/// The catalogue of touchpoints that is shipped, held to the list of those that people in the field speak of.
@Suite struct TouchpointCatalogueTests {
    private static let capabilities = SharedFolder.place("capabilities.md")

    private let text: String

    init() throws {
        text = try Repository.text("Config/touchpoints.json5")
    }

    /// What is said of each touchpoint, by its name.
    private func catalogue() throws -> [String: [String: Node]] {
        let root = try #require(parse(text, Diagnostics()))
        func entries(_ node: Node) -> [Node.Entry] {
            guard case .object(let entries) = node.value else { return [] }
            return entries
        }
        let section = try #require(entries(root).first { $0.key == "touchpoints" })
        return Dictionary(
            uniqueKeysWithValues: entries(section.value).map { touchpoint in
                (touchpoint.key, Dictionary(uniqueKeysWithValues: entries(touchpoint.value).map { ($0.key, $0.value) }))
            })
    }

    @Test func everyTouchpointIsToldInFull() throws {
        let words: [String: Set<String>] = [
            "stage": ["awareness", "consideration", "decision", "retention", "advocacy"],
            "phase": ["before", "during", "after"], "medium": ["digital", "physical"],
            "polarity": ["positive", "neutral", "negative"], "initiative": ["customer", "brand", "third_party"],
        ]
        var seen: [String: Set<String>] = [:]
        for (name, touchpoint) in try catalogue() {
            #expect(touchpoint["on"] != nil && touchpoint["channel"] != nil, "\(name)")
            for (key, allowed) in words {
                guard case .string(let word) = touchpoint[key]?.value else {
                    Issue.record("\(name) has no \(key)")
                    continue
                }
                #expect(allowed.contains(word), "\(name).\(key): \(word)")
                seen[key, default: []].insert(word)
            }
        }
        #expect(seen == words, "every word is in use")
    }

    @Test func thoseThatEverybodyHasAreThere() throws {
        let names: Set = [
            "promotional_event", "brochure", "direct_mail", "search_ad", "social_ad", "retargeting_ad", "paid_ad",
            "social_media", "newsletter", "blog", "tv_commercial", "product_demo", "showroom", "product_trial",
            "virtual_tour", "online_demo", "store_display", "store_checkout", "online_payment", "digital_catalogue",
            "store_form", "comment_card", "post_delivery_survey", "review", "service_appointment", "store_enquiry",
            "phone", "contact_center", "ticket", "live_chat", "chatbot", "help_center", "popup_event", "workshop",
            "charity_event", "forum", "group", "webinar", "opinion", "testimonial", "recommendation", "community",
            "sales_conversation", "service_conversation", "store_visit", "promotional_booth", "landing_page", "website",
            "checkout", "app", "point_of_sale", "after_sales", "onboarding", "service_channel", "billing",
            "thank_you_card", "loyalty", "transactional_email", "self_help", "survey", "upsell", "cross_sell",
            "renewal",
            "order_confirmation", "delivery", "packaging", "complaint",
        ]
        #expect(names.subtracting(try catalogue().keys).isEmpty)
    }

    /// The lists are in Spanish; the catalogue's comments call each touchpoint by that name.
    @Test(.enabled(if: capabilities != nil)) func everyNameOfTheListsIsALabel() throws {
        let page = try String(contentsOf: #require(Self.capabilities), encoding: .utf8)
        let section = try #require(page.split(separator: "## ").first { $0.hasPrefix("Touchpoints") })
            .replacing("\n  ", with: " ").replacing("**", with: "")
        let lists = section.split(separator: "\n").filter {
            $0.hasPrefix("- By purpose") || $0.hasPrefix("- By moment")
        }
        #expect(lists.count == 2)
        // A list is "Heading: name, name | name, name (kind, kind). Heading: …".
        let names = lists.joined(separator: ". ").split(separator: ".").filter { $0.contains(":") }.flatMap { part in
            part.split(separator: ":")[1].split { ",|()".contains($0) }
        }.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        #expect(names.count > 60)
        let labels = text.split(separator: "\n").filter { $0.contains("{ //") }.joined(separator: "\n").lowercased()
        for name in names { #expect(labels.contains(name.lowercased()), "\(name) is missing") }
    }
}
