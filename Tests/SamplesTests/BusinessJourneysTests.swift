import Foundation
import Testing

@testable import Samples

/// The subscription business and the bank: what holds of both, and the stories that their events must tell.
@Suite struct BusinessJourneysTests {
    /// Files made by one build must be the files made by the next.
    @Test(arguments: [
        (SampleJourneys.Business.subscription, 15_792_003_578_125_933_810 as UInt64),
        (.loan, 5_044_047_395_108_722_560),
    ])
    func firstLinesAreFixed(_ business: SampleJourneys.Business, _ expected: UInt64) throws {
        #expect(try hash(bytes(of: business, events: 2000)) == expected)
    }

    @Test(arguments: [SampleJourneys.Business.subscription, .loan])
    func linesAreEventsInOrder(_ business: SampleJourneys.Business) throws {
        let out = try bytes(of: business, events: 20_000)
        #expect(try out.starts(with: bytes(of: business, events: 900)), "more events only add lines")
        #expect(try out != bytes(of: business, events: 20_000, seed: 2))
        let lines = try told(out)
        #expect(lines.count == 20_000)
        #expect(Set(lines.map(\.id)).count == lines.count)
        #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp })
        #expect((190...230).contains(out.count / lines.count))
        #expect((1850...2000).contains(Set(lines.map(\.customer)).count))
    }

    /// The rate is for the times alone: invoices and decisions come days of life later, not of the stream.
    @Test(arguments: [SampleJourneys.Business.subscription, .loan])
    func timeAdvancesAtTheRate(_ business: SampleJourneys.Business) throws {
        let parser = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let start = try parser.parse("2026-01-01T00:00:00.000Z")
        for (rate, seconds) in [(nil, 30 * 86_400.0), (100.0, 200.0)] {
            let lines = try told(bytes(of: business, events: 20_000, rate: rate))
            let last = try parser.parse(#require(lines.last).timestamp)
            #expect((0.85...1.15).contains(last.timeIntervalSince(start) / seconds))
            let rare = business == .loan ? "instalment_paid" : "invoice_paid"
            #expect((200...1000).contains(lines.count { $0.event == rare }))
        }
    }

    @Test func subscriptionsHaveTheirShares() throws {
        let lines = try told(bytes(of: .subscription, events: 60_000))
        let share = shares(of: lines)
        #expect(Set(share.keys) == Set(SubscriptionStep.allCases.map(\.name)))
        #expect(Set(share.keys).isSuperset(of: ["trial_started", "cancel_page_view", "payment_failed", "renewed"]))
        #expect((0.2...0.4).contains(share["feature_used"] ?? 0))
        #expect((0.02...0.06).contains(share["invoice_issued"] ?? 0))
        #expect((0.01...0.03).contains(share["support_ticket"] ?? 0))
        #expect((0.04...0.2).contains((share["payment_failed"] ?? 0) / (share["invoice_issued"] ?? 1)))
        #expect((0.25...0.65).contains((share["cancelled"] ?? 0) / (share["cancel_page_view"] ?? 1)))
        #expect(Set(lines.map(\.channel)) == ["web", "app", "email", "billing", "phone", "chat"])
    }

    @Test func loansHaveTheirShares() throws {
        let lines = try told(bytes(of: .loan, events: 60_000))
        let share = shares(of: lines)
        #expect(Set(share.keys) == Set(LoanStep.allCases.map(\.name)))
        #expect((0.1...0.25).contains(share["loan_simulated"] ?? 0))
        #expect((0.5...0.85).contains((share["application_submitted"] ?? 0) / (share["application_started"] ?? 1)))
        #expect((0.3...0.7).contains((share["contract_signed"] ?? 0) / (share["offer_sent"] ?? 1)))
        #expect((0.04...0.2).contains((share["instalment_missed"] ?? 0) / (share["instalment_paid"] ?? 1)))
        #expect(Set(lines.map(\.channel)) == ["web", "app", "email", "billing", "branch", "phone", "chat"])
    }

    /// Each event of the left comes only where the customer had one of the right before, and not again without another.
    @Test func oneThingLeadsToAnother() throws {
        let rules: [(SampleJourneys.Business, String, Set<String>)] = [
            (.subscription, "trial_expired", ["trial_started"]), (.subscription, "identify", ["trial_started"]),
            (.loan, "application_submitted", ["application_started"]), (.loan, "identify", ["application_started"]),
            (.loan, "application_approved", ["application_submitted"]),
            (.loan, "application_rejected", ["application_submitted"]),
            (.loan, "offer_sent", ["application_approved"]), (.loan, "contract_signed", ["offer_sent"]),
            (.loan, "loan_disbursed", ["contract_signed"]),
        ]
        for business in [SampleJourneys.Business.subscription, .loan] {
            let lines = try told(bytes(of: business, events: 20_000))
            for (owner, event, causes) in rules where owner == business {
                var open: Set<String> = []
                var count = 0
                for line in lines {
                    if causes.contains(line.event) { open.insert(line.customer) }
                    guard line.event == event else { continue }
                    count += 1
                    #expect(open.remove(line.customer) != nil, "\(event) of \(line.customer) comes from nowhere")
                }
                #expect(count > 0, "\(event) never comes")
            }
        }
    }

    private func shares(of lines: [Told]) -> [String: Double] {
        Dictionary(lines.map { ($0.event, 1.0 / Double(lines.count)) }, uniquingKeysWith: +)
    }
}
