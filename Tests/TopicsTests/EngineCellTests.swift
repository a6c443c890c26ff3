import Cells
import Events
import Foundation
import Journal
import Pipeline
import Storage
import Synchronization
import TestSupport
import Testing

@testable import TestEngine
@testable import Topics

/// The engine as a cell's machine: what follows depends on the records and on what the control topic says, not on how they
/// are cut, nor on whether the cell was there all the time or goes on from a snapshot.
@Suite struct EngineCellTests {
    private static let configuration = """
        { version: 1, time: { disorder: "2s", idle_after: "5s" },
          windows: { seen: { count: true, on: "view", over: "1m" } },
          moments: {
            often: { when: "windows.seen >= 3", cooldown: "20s" },
            left: { sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30s" }] } },
          actions: { remind: { on: ["left", "often"], channels: ["web"], cooldown: "10s" } },
          policy: { budgets: [{ max: 40, per: "day", share: "leased" }] } }
        """
    /// The same with another cooldown, and a moment more.
    private static let other = configuration.replacing("20s", with: "7s").replacing(
        "left: {", with: "bought: { sequence: [{ as: 'it', on: 'purchase' }] }, left: {")

    private static func recorded(_ text: String) -> RecordedConfiguration {
        RecordedConfiguration(files: [RecordedConfiguration.File(path: "config", bytes: Array(text.utf8))])
    }

    private static let planning: CellPlanning = { recorded, numbering, partition, count throws(CellFault) in
        do {
            return try EngineUnderTest.plan(
                String(decoding: recorded.files[0].bytes, as: UTF8.self), following: numbering?.projection ?? .init(),
                partition: (partition, count))
        } catch {
            throw CellFault("\(error)")
        }
    }

    private static func maker(_ folder: Folder? = nil) -> EngineCellMaker {
        EngineCellMaker(
            recorded(configuration), topic: "events", folder: folder, settings: JournalSettings(), planning: planning,
            tell: { _ in })
    }

    private static func machine() throws -> EngineCell {
        let maker = maker()
        return try #require(try maker.machine(maker.configuration, partition: 1, of: 3) as? EngineCell)
    }

    /// Something that a cell is told.
    private enum Turn {
        case line(String, Instant)
        case misplaced(String)
        case time(Instant)
        case configuration([UInt8])
        /// All is granted that was wished for.
        case grants
    }

    /// Some turns, at times at which records come one after the other or at once.
    private static func turns(_ count: Int, seed: Int) -> [Turn] {
        var numbers = SeededNumbers(seed: seed)
        var now = EngineUnderTest.arrival
        return (0..<count).map { number in
            if numbers.isTrue(of: 3) { now = now.advanced(by: Int64(numbers.below(3_000_000))) }
            if numbers.isTrue(of: 25) { return .misplaced("line \(number)") }
            if numbers.isTrue(of: 30) {
                now = now.advanced(by: 20_000_000)
                return .time(now)
            }
            if numbers.isTrue(of: 20) { return .grants }
            if numbers.isTrue(of: 60) { return .configuration(recorded(other).payloadBytes) }
            if numbers.isTrue(of: 20) { return .line("no event \(number)", now) }
            let type = numbers.one(of: ["view", "view", "add_to_cart", "purchase"])
            let time = now.advanced(by: -Int64(numbers.below(4_000_000)))
            let text = #"{"customer_id":"c\#(numbers.below(9))","event":"\#(type)","timestamp":"\#(time)"}"#
            return .line(text, now)
        }
    }

    /// Tells a machine some turns, with lines of one time in pieces as `cut` says.
    private static func play(
        _ turns: ArraySlice<Turn>, on machine: EngineCell, cut: () -> Bool
    ) throws -> [String] {
        var (made, piece): ([String], (block: ByteBlock, first: Int, count: Int, time: Instant)?) = ([], nil)
        func handOn() {
            guard let found = piece else { return }
            machine.take(
                CellPiece(
                    block: found.block, first: Int64(found.first), lineCount: found.count, arrival: found.time))
            piece = nil
        }
        func gather() {
            let output = machine.takeOutput()
            made += output.lines.flatMap { lines in lines.lines.map { lines.text(of: $0).text } }
            made += output.rejected.flatMap { $0.bytes.text.split(separator: "\n").map(String.init) }
        }
        for (number, turn) in zip(turns.indices, turns) {
            if case .line(let text, let time) = turn {
                if let found = piece, found.time != time || cut() {
                    handOn()
                    if cut() { gather() }
                }
                if piece == nil { piece = (ByteBlock(capacity: 256), number, 0, time) }
                piece?.block.append(Array((text + "\n").utf8))
                piece?.count += 1
                continue
            }
            handOn()
            switch turn {
            case .line: break
            case .misplaced(let text):
                let block = ByteBlock(capacity: 64)
                block.append(Array((text + "\n").utf8))
                machine.rejectMisplaced(
                    CellPiece(block: block, first: Int64(number), lineCount: 1, arrival: EngineUnderTest.arrival),
                    "elsewhere")
            case .time(let time): if machine.moves(at: time) { machine.step(to: time) }
            case .configuration(let bytes): try machine.follow(bytes)
            case .grants:
                for wish in machine.takeWishes() {
                    machine.grant(wish.total, for: wish.account)
                    made.append("granted \(wish.total) of \(wish.pool)")
                }
            }
        }
        handOn()
        gather()
        return made
    }

    /// What is decided, in its order, what is rejected, whenever it was told, and what was granted, in its order.
    private static func parted(_ made: [String]) -> [[String]] {
        let (grants, lines) = (made.filter { $0.hasPrefix("granted") }, made.filter { !$0.hasPrefix("granted") })
        return [
            lines.filter { !$0.contains("\"rejected\"") }, lines.filter { $0.contains("\"rejected\"") }.sorted(),
            grants,
        ]
    }

    /// Two events so much later that nothing before waits any more, the second of which is awaited itself.
    private static let closing: [Turn] = ([1, 2] as [Int64]).map { hours in
        let time = EngineUnderTest.arrival.advanced(by: hours * 3_600_000_000)
        return .line(#"{"customer_id":"c0","event":"close","timestamp":"\#(time)"}"#, time)
    }

    /// A clock that stands at the end of a partition is recorded only where that makes a difference: once for the events that
    /// wait, once for each deadline, and never again.
    @Test func aStepAtWhichNothingHappensIsNoStep() throws {
        let machine = try Self.machine()
        let start = EngineUnderTest.arrival
        let line = #"{"customer_id":"c","event":"add_to_cart","timestamp":"\#(start)"}"#
        _ = try Self.play([.line(line, start)], on: machine) { false }
        var steps: [Int64] = []
        for quarter in 1...4000 as ClosedRange<Int64> {
            let now = start.advanced(by: quarter * 250_000)
            guard machine.moves(at: now) else { continue }
            machine.step(to: now)
            steps.append(quarter / 4)
        }
        // The event itself once the partition is idle for five seconds, and what was left after thirty, behind the disorder.
        #expect(steps.count == 2 && steps[0] == 5 && (30...33).contains(steps[1]), "\(steps)")
        #expect(machine.takeOutput().lines.reduce(0) { $0 + $1.lines.count } >= 1)
    }

    @Test(arguments: 1...8) func howRecordsAreCutChangesNothing(seed: Int) throws {
        let turns = Self.turns(400, seed: seed) + Self.closing
        let whole = try Self.play(turns[...], on: try Self.machine()) { false }
        var numbers = SeededNumbers(seed: seed)
        let cut = try Self.play(turns[...], on: try Self.machine()) { numbers.isTrue(of: 2) }
        #expect(Self.parted(cut) == Self.parted(whole))
        #expect(Self.parted(whole)[0].count > 20 && Self.parted(whole)[1].contains { $0.contains("\"misplaced\"") })
    }

    @Test(arguments: 1...8) func aCellGoesOnFromItsSnapshotAsIfNothingHadHappened(seed: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cells-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        var numbers = SeededNumbers(seed: seed)
        let turns = Self.turns(500, seed: seed + 100)
        let place = 100 + numbers.below(300)
        let machine = try Self.machine()
        _ = try Self.play(turns[..<place], on: machine) { false }
        // What was wished for is no part of the state: it is wished for again.
        _ = machine.takeWishes()
        let kept = CellPlace(offset: Int64(place), controls: 4, partitions: 3)
        Self.maker(Folder(folder.path)).keep(machine, 1, at: kept, after: nil, controlOffset: 17)
        let followed = machine.configuration
        let expected = try Self.play(turns[place...], on: machine) { false }

        let maker = Self.maker(Folder(folder.path))
        #expect(maker.kept(1, upTo: CellPlace(offset: kept.offset - 1, controls: 9, partitions: 3)) == nil)
        #expect(maker.kept(1, upTo: CellPlace(offset: kept.offset, controls: 3, partitions: 3)) == nil)
        #expect(maker.kept(1, upTo: CellPlace(offset: kept.offset, controls: 9, partitions: 4)) == nil)
        #expect(maker.kept(0, upTo: kept) == nil)
        let found = try #require(maker.kept(1, upTo: CellPlace(offset: kept.offset + 5, controls: 9, partitions: 3)))
        #expect(found.place == kept && found.controlOffset == 17)
        let restored = try #require(found.machine as? EngineCell)
        #expect(restored.configuration == followed)
        #expect(try Self.play(turns[place...], on: restored) { false } == expected)
        #expect(expected.count > 10 && expected.contains { $0.hasPrefix("granted") })
    }

    @Test func aDamagedSnapshotIsPassedOverAndTheOneBeforeTaken() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cells-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let maker = Self.maker(Folder(folder.path))
        let machine = try Self.machine()
        for offset in [10, 20] as [Int64] {
            maker.keep(
                machine, 1, at: CellPlace(offset: offset, controls: 1, partitions: 3), after: nil, controlOffset: 0)
        }
        let newest = folder.appending(path: "1/00000000000000000020.state")
        var bytes = try Data(contentsOf: newest)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: newest)
        let found = maker.kept(1, upTo: CellPlace(offset: 30, controls: 2, partitions: 3))
        #expect(found?.place.offset == 10)
    }

    /// Wherever a plan is made, for a new cell, another configuration or a snapshot, it is the partition's own: budgets that
    /// are split depend on it.
    @Test func plansAreMadeForThePartition() throws {
        let asked = Mutex(0)
        let cell = try EngineCell(
            Self.recorded(Self.configuration).payloadBytes, partition: 2, of: 3, source: "events/2",
            planning: { recorded, numbering, partition, count throws(CellFault) in
                #expect(partition == 2 && count == 3)
                asked.withLock { $0 += 1 }
                return try Self.planning(recorded, numbering, partition, count)
            })
        try cell.follow(Self.recorded(Self.other).payloadBytes)
        #expect(asked.withLock { $0 } == 2)
        #expect(cell.configuration == Self.recorded(Self.other).payloadBytes)
    }

    @Test func aConfigurationThatIsNoneIsTheCellsFault() throws {
        let cell = try Self.machine()
        #expect(throws: CellFault.self) { try cell.follow([1, 2, 3]) }
        #expect(throws: CellFault.self) { try cell.follow(Self.recorded("{ version: 1, moments: 3 }").payloadBytes) }
        let text = #"{"customer_id":"c","event":"view","timestamp":"2026-01-01T00:00:00Z"}"#
        #expect(try Self.play([.line(text, EngineUnderTest.arrival)], on: cell) { false }.isEmpty)
    }
}
