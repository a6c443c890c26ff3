import Events
import Storage

/// An event's line at a time in milliseconds; its id and a text with an escape tell it from others.
func line(_ milliseconds: Int, id: String, customer: String = "c") -> String {
    #"{"customer_id":"\#(customer)","event":"e","timestamp":\#(milliseconds),"id":"\#(id)","properties":{"t":"\u0061\#(id)"}}"#
}

/// The path that `line` fills with a text.
let sampleProjection: Projection = {
    var projection = Projection()
    _ = projection.slot(["properties", "t"])
    return projection
}()

/// A batch of lines.
func batch(_ lines: [String], source: LineSource = LineSource("in"), arrival: Instant = Instant(microseconds: 0))
    -> EventBatch
{
    var scanner = LineScanner(sampleProjection, lineLimit: 1 << 20)
    let block = ByteBlock(capacity: 1024)
    block.append(Array(lines.map { $0 + "\n" }.joined().utf8))
    return scanner.scan(block, source: source, arrival: arrival, isFirst: false)
}

/// Lines in batches of the given size.
func batches(_ lines: [String], of size: Int, source: LineSource = LineSource("in")) -> [EventBatch] {
    stride(from: 0, to: lines.count, by: size).map { start in
        batch(Array(lines[start..<min(start + size, lines.count)]), source: source)
    }
}

/// What a sequencer said about one event.
struct Taken: Equatable, CustomStringConvertible {
    var id: String
    var place: UInt64
    var time: Int64

    var description: String { "\(id)@\(place):\(time)" }
}

/// Everything that a sequencer has put out, and whether it kept its promises.
struct Sequenced {
    var taken: [Taken] = []
    var rejects: [PlacedReject] = []
    var watermarks: [Instant] = []
    var isSound = true

    /// Takes what is ready; times in milliseconds.
    mutating func drain(_ sequencer: inout Sequencer, shards: Int = 1) {
        while let batch = sequencer.next() {
            var indexes: [Int] = []
            for shard in 0..<shards {
                let rows = batch.rows(ofShard: shard)
                for place in 0..<rows.count {
                    let index = Int(rows[place])
                    indexes.append(index)
                    let hash = batch.events.row(index).customerHash
                    isSound = isSound && hash % UInt64(shards) == UInt64(shard)
                }
            }
            for index in indexes.sorted() {
                let row = batch.events.row(index)
                let id = batch.events.text(row.id).text
                taken.append(Taken(id: id, place: batch.place(index), time: batch.taken(index).microseconds / 1000))
                let fields = batch.events.fields(of: row)
                isSound = isSound && fields.count == 1 && batch.events.text(of: fields[0]).text == "a" + id
                isSound = isSound && batch.taken(index) <= batch.watermark
                isSound = isSound && batch.taken(index) >= watermarks.last ?? .distantPast
            }
            isSound = isSound && batch.watermark >= watermarks.last ?? .distantPast
            watermarks.append(batch.watermark)
            rejects += batch.rejects
        }
    }
}
