import Endpoints
import Events

/// What flows from the sequencer to the shards and to the stage that decides, in one order for all.
enum StreamItem: Sendable {
    /// Events, and when that arrived which let them be taken; nil for the end of the input.
    case batch(OrderedBatch, arrived: Instant?)
    case marker(Marker)
    /// All pending deadlines fire, as if time went on without end.
    case flush
    /// Something that the outputs should know; shards are not told.
    case note(StreamNote)
}

/// A point between two events at which all stages behind the sequencer meet.
///
/// A shard that comes to it says so among its outputs and stands still. The stage that decides comes to it once it has
/// decided on all that lies before; when every shard stands, it does what is to be done, and lets them go on. So whatever happens at a
/// marker finds the state that follows from all events before it and from none behind it, whatever the number of shards.
package enum Marker: Sendable {
    /// Has something done while nothing moves.
    case pause(@Sendable () -> Void)
}

/// Where markers come from that nobody's input brings: each takes its place among the arrivals as it comes.
package final class Interjections: Sendable {
    fileprivate let markers = Channel<Marker>(capacity: 4)

    package init() {}

    /// Puts a marker behind all that has arrived; waits while several do so already. False where the run is over.
    package func add(_ marker: Marker) async -> Bool { await markers.send(marker) }
}

/// What a shard has to say: one for each item that it was sent, in order.
enum ShardReport: Sendable {
    case output(EngineOutput)
    /// It has come to a marker and stands still.
    case standing
}

extension Stages {
    /// Gives interjected markers their places among the arrivals, as long as there are any.
    func interject() async -> EndpointFault? {
        _ = await caughtUp.receive()
        defer { request.interjections.markers.abandon() }
        while let marker = await request.interjections.markers.receive() {
            guard let ticket = await arrivals.reserve() else { return nil }
            arrivals.deliver(.marker(marker), ticket: ticket)
        }
        return nil
    }

    /// A shard at a marker: waits until it may go on; false where it never will.
    func meet(shard index: Int) async -> Bool {
        guard await outputs[index].send(.standing) else { return false }
        return await released[index].receive() != nil
    }

    /// The stage that decides at a marker: waits for all shards, and lets them go on once it is done.
    func perform(_ marker: Marker) async -> Bool {
        for channel in outputs {
            guard case .standing = await channel.receive() else { return false }
        }
        switch marker {
        case .pause(let body): body()
        }
        for channel in released {
            guard await channel.send(()) else { return false }
        }
        return true
    }
}
