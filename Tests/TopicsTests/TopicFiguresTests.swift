import Telemetry
import Testing

@testable import Topics

/// What a process shows of its cells.
@Suite struct TopicFiguresTests {
    private static func cell(_ partition: Int, _ events: UInt64, late: UInt64 = 0, rejected: UInt64 = 0)
        -> TopicFigures.Cell
    {
        TopicFigures.Cell(
            partition: partition, offset: 0, lag: nil, isLive: true,
            counts: TopicFigures.Counts(events: events, late: late, rejected: rejected))
    }

    /// Partitions go to others and come back, and their cells repeat: the sum that others take differences of only grows, and
    /// no event is in it twice.
    @Test func whatWasCountedStaysWhereCellsGo() {
        let figures = TopicFigures(Metrics())
        func events(_ cells: TopicFigures.Cell...) -> UInt64 {
            figures.show(cells, stopped: 0, isReady: true)
            return figures.pulse.events
        }
        #expect(events(Self.cell(0, 5), Self.cell(1, 7)) == 12)
        #expect(events(Self.cell(1, 9)) == 14)
        #expect(events() == 14)
        #expect(events(Self.cell(0, 2), Self.cell(1, 9)) == 14)
        #expect(events(Self.cell(0, 6), Self.cell(1, 9)) == 15)
        figures.show([Self.cell(2, 1, late: 3, rejected: 4)], stopped: 0, isReady: true)
        figures.show([], stopped: 0, isReady: true)
        #expect(figures.pulse.late == 3 && figures.pulse.rejected == 4 && figures.cells.isEmpty)
    }
}
