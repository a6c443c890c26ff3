import Events
import Expressions
import Storage

/// The parts of a moment's lines that are always the same.
struct MomentText: Sendable {
    /// `"moment":…,"kind":…,"customer_id":`
    let opening: [UInt8]
    /// The same without the kind.
    let dropOffOpening: [UInt8]
    let name: ByteBlock
    let kind: ByteBlock?
    /// The names of the steps, as keys.
    let steps: [[UInt8]]
    /// The names of the further fields, as keys, with the numbers of their expressions.
    let outputs: [(key: [UInt8], expression: ExpressionNumber)]

    init(_ moment: MomentPlan) {
        func key(_ name: String) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(jsonString: name)
            bytes.append(UInt8(ascii: ":"))
            return bytes
        }
        var opening: [UInt8] = []
        opening.append(plain: "\"moment\":")
        opening.append(jsonString: moment.name)
        dropOffOpening = opening + Array(",\"customer_id\":".utf8)
        if let kind = moment.kind {
            opening.append(plain: ",\"kind\":")
            opening.append(jsonString: kind)
        }
        opening.append(plain: ",\"customer_id\":")
        self.opening = opening
        name = ByteBlock(capacity: 64)
        name.append([UInt8](moment.name.utf8))
        kind = moment.kind.map { text in
            let block = ByteBlock(capacity: 64)
            block.append([UInt8](text.utf8))
            return block
        }
        if case .sequence(let sequence) = moment.trigger { steps = sequence.stepNames.map(key) } else { steps = [] }
        outputs = moment.outputs.map { (key: key($0.name), expression: $0.expression) }
    }
}
