import Events
import Foundation
import Pipeline
import Storage
import TestSupport
import Testing

/// The pages about the customer's picture and about decisions: what they show is what comes.
@Suite struct PageTests {
    /// What stands between the fences of a page's blocks of one language.
    private static func blocks(_ language: String, of page: String) throws -> [String] {
        try Repository.text("docs/\(page).md").components(separatedBy: "```").enumerated()
            .filter { $0.offset % 2 == 1 && $0.element.hasPrefix(language + "\n") }
            .map { String($0.element.dropFirst(language.count + 1)) }
    }

    /// The examples of both pages are one configuration.
    private static func configuration() throws -> String {
        let sections = try blocks("json5", of: "picture") + blocks("json5", of: "decisions")
        try #require(sections.count == 8)
        return "{ version: 1,\n" + sections.joined(separator: ",\n").replacing(",\n,", with: ",") + "}"
    }

    @Test func theRulesOnThePageAboutLearningAreValid() throws {
        for rules in try Self.blocks("json5", of: "learning") { _ = try Stage(rules).plan }
    }

    /// The first two steps are whole configurations; the others are sections that come to what these say.
    @Test(arguments: ["proven-effect", "es/efecto-demostrado"]) func theStepsToAProvenEffectAreValid(page: String)
        throws
    {
        let blocks = try Self.blocks("json5", of: page)
        try #require(blocks.count == 5)
        for rules in blocks.prefix(2) { _ = try Stage(rules).plan }
        let moment = #"cart_left: { sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30m" }] }"#
        #expect(blocks[0].contains(moment))
        _ = try Stage("{ version: 1, moments: { \(moment) },\n" + blocks.dropFirst(2).joined() + "}").plan
    }

    @Test(arguments: ["picture", "decisions"]) func theLinesShownAreThoseThatCome(_ page: String) throws {
        let plan = try Stage(Self.configuration()).plan
        var engine = InProcessEngine(plan, sources: ["page"])
        let block = ByteBlock(capacity: 1024)
        block.append(Array(try #require(Self.blocks("events", of: page).first).utf8))
        let events = engine.scan(block, source: 0, arrival: .distantPast, isFirst: true)
        let portions = engine.take(InputBatch(events, isLive: false)) + engine.finish(flush: false)
        let come = portions.flatMap { $0.lines.block.bytes.copied.split(separator: UInt8(ascii: "\n")) }
            .map { String(decoding: $0, as: UTF8.self) }
        let shown = try #require(Self.blocks("lines", of: page).first).split(separator: "\n").map(String.init)
        #expect(shown.count >= 2)
        #expect(come.filter { shown.contains($0) } == shown, "\(come.joined(separator: "\n"))")
    }
}
