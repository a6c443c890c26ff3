import Events
import Posting
import Testing

@testable import Endpoints

/// When something is tried again.
@Suite struct RetryTests {
    @Test func pausesDoubleUpToTheMost() {
        var plan = RetrySchedule.Plan()
        (plan.first, plan.most) = (100, 1000)
        var schedule = RetrySchedule(plan)
        #expect((0..<6).map { _ in schedule.fail(chance: 0.999_999_999) } == [99, 199, 399, 799, 999, 999])
        schedule.succeed()
        #expect((0..<6).map { _ in schedule.fail(chance: 0) } == [50, 100, 200, 400, 500, 500])
        for _ in 0..<200 { #expect((500...1000).contains(schedule.fail(chance: 0.5))) }
    }

    @Test func whatTheOtherSideAsksForIsTheLeast() {
        var plan = RetrySchedule.Plan()
        (plan.first, plan.most, plan.askedMost) = (100, 1000, 5000)
        var schedule = RetrySchedule(plan)
        #expect(schedule.fail(chance: 0, asked: 3000) == 3000)
        #expect(schedule.fail(chance: 0, asked: 50) == 100)
        #expect(schedule.fail(chance: 0, asked: .max) == 5000)
    }

    @Test func attemptsHaveAnEndWhereTheyAreTold() {
        var plan = RetrySchedule.Plan()
        #expect(!RetrySchedule(plan).isOver)
        plan.attempts = 2
        var schedule = RetrySchedule(plan)
        _ = schedule.fail(chance: 0)
        #expect(!schedule.isOver)
        _ = schedule.fail(chance: 0)
        #expect(schedule.isOver)
    }

    @Test(
        arguments: [
            ("0", 0), ("120", 120_000_000), (" 7 ", 7_000_000), ("9999999999999999999999", Int64.max),
            // The example of RFC 9110, one minute before and after.
            ("Sun, 06 Nov 1994 08:50:37 GMT", 60_000_000), ("Sun, 06 Nov 1994 08:48:37 GMT", 0),
            ("-5", nil), ("1.5", nil), ("", nil), ("soon", nil), ("Sun, 06 Nov 1994 08:49:37", nil),
            ("Sun, 6 Nov 1994 08:49:37 GMT", nil), ("Sun, 31 Feb 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 25:49:37 GMT", nil), ("Sun, 06 nov 1994 08:49:37 GMT", nil),
        ] as [(String, Int64?)])
    func retryAfterIsSecondsOrADate(_ text: String, _ pause: Int64?) throws {
        let now = try #require(RetryAfter.date("Sun, 06 Nov 1994 08:49:37 GMT"))
        #expect(now.microseconds == 784_111_777_000_000)
        #expect(RetryAfter.pause(text, now: now) == pause)
    }

    @Test(
        arguments: [
            (200, "taken"), (204, "taken"), (202, "taken"), (301, "refused"), (400, "refused"), (401, "refused"),
            (404, "refused"), (408, "failed"), (413, "refused"), (425, "failed"), (429, "failed"), (500, "failed"),
            (503, "failed"), (599, "failed"), (nil, "failed"),
        ] as [(Int?, String)])
    func anAnswerMeansTakenRefusedOrFailed(_ status: Int?, _ expected: String) {
        let answer = PostAnswer(status: status, retryAfter: "3", excerpt: "why")
        switch WebClient.outcome(answer, now: Instant(microseconds: 0)) {
        case .taken: #expect(expected == "taken")
        case .refused(let reason): #expect(expected == "refused" && reason.hasPrefix("HTTP \(status ?? 0): "))
        case .failed(let fault):
            #expect(expected == "failed")
            #expect(fault.asked == (status == nil ? nil : 3_000_000))
        }
    }

    @Test func linesAreTakenInTheOrderOfTheirBytes() {
        var window = SentWindow()
        for next: UInt64 in 1...4 { window.note(10, next: next) }
        #expect(window.confirm(untaken: 40, partial: 0) == nil)
        let first = window.confirm(untaken: 15, partial: 0)
        #expect(first?.next == 2 && first?.count == 2)
        // Five bytes of a fifth line are on their way too.
        #expect(window.confirm(untaken: 16, partial: 5) == nil)
        let third = window.confirm(untaken: 15, partial: 5)
        #expect(third?.next == 3 && third?.count == 1)
        #expect(window.confirm(untaken: 0, partial: 0)?.next == 4)
        #expect(window.isEmpty)
    }

    @Test(
        arguments: [
            (
                "https://user:secret@hooks.slack.com:8443/services/T0/B0/XXX?token=y", "https://hooks.slack.com:8443",
                nil
            ),
            ("http://127.0.0.1", "http://127.0.0.1", nil), ("HTTPS://a/b", "HTTPS://a", nil),
            ("http:///x", "", "names no host"), ("http://a b", "", "has blanks"), ("ftp://a", "", "is no URL"),
            ("http://:80/", "", "names no host"),
        ] as [(String, String, String?)])
    func addressesAreShownWithoutSecrets(_ url: String, _ shown: String, _ fault: String?) {
        if let fault {
            #expect(WebAddress.fault(url)?.hasPrefix(fault) == true)
        } else {
            #expect(WebAddress.fault(url) == nil)
            #expect(OutputPlan.Target.web(url: .plain(url)).shown == shown)
        }
    }
}
