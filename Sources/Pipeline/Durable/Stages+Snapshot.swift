import Events
import Storage

extension Stages {
    /// Sends a marker for a snapshot on its way if one is due; false where nobody takes it any more.
    ///
    /// Called where all that the journal has is taken, and nothing else.
    func takeSnapshot(
        _ sequencer: inout Sequencer, hasNews: inout Bool, _ send: (StreamItem) async -> Bool
    ) async -> Bool {
        let interjections = request.interjections
        guard let keeper = request.journal?.keeper,
            let file = keeper.due(hasNews: hasNews, nudge: { interjections.post(.pause {}) })
        else { return true }
        hasNews = false
        let work = keeper.begin(
            file, plan: request.plan, shards: request.shardCount, outputs: request.outlets.count + 1)
        let image = StateImage()
        sequencer.add(to: image)
        let request = SnapshotRequest {
            keeper.note(pause: $0)
        } take: {
            work.write($0)
        }
        guard await send(.marker(.snapshot(request), image)) else { return false }
        return await expected.send(.note(.covered(work)))
    }
}
