import Testing

/// Files that are followed while they are rotated in ways that lose lines elsewhere.
@Suite struct FollowRotationTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// `start FLAGS` begins a run that follows `log`, `end` ends it, `p FROM TO` prints pings, and
    /// `held` stops the run for as long as a command takes.
    private func follow(_ script: String) throws -> Ran {
        try shop.run(
            """
            p() { seq $1 $2 | sed 's/.*/{"customer_id":"c&","event":"ping","timestamp":&000,"id":"e&"}/'; }
            upto() { for i in $(seq 1 800); do if "$@"; then return 0; fi; sleep 0.02; done; echo "gave up: $*"; return 1; }
            has() { [ -e "$1" ] && [ "$(wc -l < "$1")" -ge "$2" ]; }
            told() { grep -q "$1" err; }
            start() { : > err; "$J" run config.json5 'file:log?follow' --output out --rejects bad --summary "$@" 2> err & pid=$!; upto told msg=ready; }
            end() { kill -TERM $pid; wait $pid; s=$?; [ $s = 0 ] || echo "status $s"; cat err >> all.err; }
            held() { kill -STOP $pid; "$@"; kill -CONT $pid; }

            """ + script)
    }

    /// Every customer's line once, whatever the order, and nothing rejected.
    private func expectAll(_ ran: Ran, _ count: Int, rejected: Int = 0) throws {
        #expect(ran.lines.isEmpty, "\(ran.lines)")
        let lines = try shop.read("out").split(separator: "\n")
        let customers = lines.compactMap { $0.firstMatch(of: /"customer_id":"c(\d+)"/).flatMap { Int($0.1) } }
        #expect(customers.sorted() == Array(1...count))
        #expect(try shop.read("bad").split(separator: "\n").count == rejected)
    }

    @Test func aSecondWriterOfTheRenamedFileIsHeard() throws {
        let ran = try follow(
            """
            start; exec 5>>log 6>>log; p 1 1 >&5; p 2 2 >&6; upto has out 2
            mv log log.1; exec 5>&-; exec 5>>log; p 3 3 >&5; upto has out 3
            p 4 4 >&6; upto has out 4; exec 6>&-; exec 6>>log; p 5 5 >&6; upto has out 5
            mv log log.2; p 6 6 > log; upto has out 6; p 7 7 >> log.1; p 8 8 >> log.2; upto has out 8; end
            """)
        try expectAll(ran, 8)
    }

    @Test func aHalfWrittenLineIsFinishedInTheRenamedFile() throws {
        let ran = try follow(
            """
            start; exec 5>>log 6>>log; p 1 1 >&5; upto has out 1; p 2 2 | head -c 30 >&5; sleep 0.1; mv log log.1; p 3 3 > log
            upto has out 2; p 2 2 | tail -c +31 >&5; p 4 4 >&5; upto has out 4; end
            """)
        try expectAll(ran, 4)
    }

    @Test func whatWasWrittenBeforeAFileWasRenamedBetweenRunsIsRead() throws {
        let ran = try follow(
            """
            p 1 3 > log; start --data-dir d; upto has out 3; end
            p 4 5 >> log; mv log log.1; p 6 6 > log; start --data-dir d; upto has out 6; end
            p 7 7 >> log; mv log.1 log.2; mv log log.1; p 8 9 > log; mv log.2 log.3; mv log.1 log.2; mv log log.1; p 10 10 > log
            start --data-dir d; upto has out 10; p 11 11 >> log.2; upto has out 11; p 12 12 >> log.1; upto has out 12; end
            journeyd replay config.json5 --data-dir d | cmp - out
            """)
        try expectAll(ran, 12)
    }

    @Test func twoRotationsWhileTheRunIsHeldUpLoseNothing() throws {
        let ran = try follow(
            """
            twice() { p 3 4 >> log; mv log log.1; p 5 6 > log; mv log.1 log.2; mv log log.1; p 7 8 > log; }
            p 90 99 > log.1; p 80 89 > log-2020; start; p 1 2 > log; upto has out 2; held twice; upto has out 8
            again() { mv log app.kept; mv app.kept log.9; p 9 9 > log; mv log log.8; p 10 10 > log; mv log log.7; p 11 11 > log; }
            held again; upto has out 11; end
            """)
        try expectAll(ran, 11)
    }

    @Test(arguments: [true, false]) func oneThatIsEmptiedAndWrittenLongerThanBeforeIsBegunAnew(_ isCopied: Bool) throws
    {
        let ran = try follow(
            """
            start; p 1 3 >> log; upto has out 3
            anew() { \(isCopied ? "p 4 5 >> log; cp log log.1; " : ""): > log; p \(isCopied ? 6 : 4) 20 >> log; }
            held anew; upto has out 20
            again() { : > log; p 21 60 >> log; }
            held again; upto has out 60; end
            """)
        try expectAll(ran, 60)
    }

    @Test func oneThatWasEmptiedBetweenRunsIsReadOnInItsCopy() throws {
        let ran = try follow(
            """
            p 1 3 > log; start --data-dir d; upto has out 3; end
            p 4 5 >> log; cp log log.1; : > log; p 6 30 >> log; start --data-dir d; upto has out 30; end
            cp log log.2; : > log; p 31 31 >> log; start --data-dir d; upto has out 31; sleep 0.3; end
            """)
        try expectAll(ran, 31)
    }

    @Test func nulBytesBeforeAWriterThatGoesOnAtItsPlaceArePassedOverAndCounted() throws {
        let ran = try follow(
            """
            start; exec 5> log; p 1 50 >&5; upto has out 50; size=$(stat -c %s log); : > log; upto told 'was emptied'
            p 51 52 >&5; upto has out 52; p 53 53 >&5; upto has out 53
            both() { : > log; p 54 54 >&5; }; held both; upto has out 54; end
            grep -c "NUL bytes at the beginning.*bytes=$size" all.err > nuls
            """)
        try expectAll(ran, 54)
        #expect(try shop.read("nuls") == "1\n")
    }

    @Test func whatCannotBeReadAnyMoreIsSaidWithItsSize() throws {
        let ran = try follow(
            """
            start --data-dir d; p 1 2 > log; p 9 9 | head -c 17 >> log; upto has out 2; sleep 0.3; : > log; upto told 'cannot be read any more'
            p 3 3 >> log; upto has out 3; end
            p 7 8 >> log; rm log; p 4 4 > log; start --data-dir d; upto has out 4; end
            grep -c 'cannot be read any more.*bytes=17' all.err > said; grep -c 'emptied or removed since.*bytes_read=' all.err >> said
            grep -c 'bytes of log that cannot be read any more  *17' all.err >> said
            """)
        try expectAll(ran, 4)
        #expect(try shop.read("said") == "1\n1\n1\n")
    }
}
