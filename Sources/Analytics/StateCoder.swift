import Storage

/// Puts state into an image, or takes it out: the same list of calls does both, so that what is written and what is read
/// cannot differ in their order.
final class StateCoder {
    private enum Way {
        case writing(StateImage)
        case reading(StateReader)
        case packing(PackedState)
        case unpacking(PackedState)
    }

    private let way: Way

    private init(_ way: Way) { self.way = way }

    /// Has `body` put things into an image.
    static func write(to image: StateImage, _ body: (StateCoder) throws(StateFault) -> Void) {
        do throws(StateFault) {
            try body(StateCoder(.writing(image)))
        } catch {
            preconditionFailure("an image takes whatever is put into it: \(error)")
        }
    }

    /// Has `body` take things out of an image.
    static func read(from reader: StateReader, _ body: (StateCoder) throws(StateFault) -> Void) throws(StateFault) {
        try body(StateCoder(.reading(reader)))
    }

    /// Has `body` put things into a text.
    static func pack(into packed: PackedState, _ body: (StateCoder) throws(StateFault) -> Void) {
        do throws(StateFault) {
            try body(StateCoder(.packing(packed)))
        } catch {
            preconditionFailure("a text takes whatever is put into it: \(error)")
        }
    }

    /// Has `body` take things out of a text.
    static func unpack(_ packed: PackedState, _ body: (StateCoder) throws(StateFault) -> Void) throws(StateFault) {
        try body(StateCoder(.unpacking(packed)))
    }

    /// What stands between parts, so that a fault is named by the part in which it is.
    func label(_ label: String) throws(StateFault) {
        switch way {
        case .writing(let image): image.put(label: label)
        case .reading(let reader): try reader.expect(label: label)
        // A text is short, and its version says what it has.
        case .packing, .unpacking: break
        }
    }

    func code(_ word: inout UInt64) throws(StateFault) {
        switch way {
        case .writing(let image): image.put(word)
        case .reading(let reader): word = try reader.word()
        case .packing(let packed): packed.put(word)
        case .unpacking(let packed): word = try packed.word()
        }
    }

    func code(_ number: inout Int) throws(StateFault) {
        var word = UInt64(bitPattern: Int64(number))
        try code(&word)
        number = Int(Int64(bitPattern: word))
    }

    func code(_ number: inout Int64) throws(StateFault) {
        var word = UInt64(bitPattern: number)
        try code(&word)
        number = Int64(bitPattern: word)
    }

    func code(_ number: inout Int128) throws(StateFault) {
        var low = UInt64(truncatingIfNeeded: number)
        var high = UInt64(truncatingIfNeeded: number >> 64)
        try code(&low)
        try code(&high)
        number = Int128(truncatingIfNeeded: high) << 64 | Int128(low)
    }

    func code(_ flag: inout Bool) throws(StateFault) {
        var word: UInt64 = flag ? 1 : 0
        try code(&word)
        flag = word != 0
    }

    func code(_ bytes: inout [UInt8]) throws(StateFault) {
        switch way {
        case .writing(let image): View.of(bytes) { image.put($0) }
        case .reading(let reader): bytes = try reader.bytes()
        case .packing(let packed): packed.put(bytes)
        case .unpacking(let packed): bytes = try packed.list()
        }
    }

    func code(text: inout String) throws(StateFault) {
        var bytes = Array(text.utf8)
        try code(&bytes)
        text = String(decoding: bytes, as: UTF8.self)
    }

    func code(optional text: inout String?) throws(StateFault) {
        var (isThere, value) = (text != nil, text ?? "")
        try code(&isThere)
        try code(text: &value)
        text = isThere ? value : nil
    }

    func code(texts: inout [String]) throws(StateFault) {
        try code(&texts, of: "") { text throws(StateFault) in try code(text: &text) }
    }

    /// A list of as many elements as there are.
    /// - Parameter blank: what an element is before it is read.
    func code<Element>(
        _ list: inout [Element], of blank: @autoclosure () -> Element,
        _ each: (inout Element) throws(StateFault) -> Void
    ) throws(StateFault) {
        switch way {
        case .writing(let image):
            image.put(list.count)
            for var element in list { try each(&element) }
        case .reading(let reader):
            list = []
            for _ in 0..<(try reader.count(of: 8)) {
                var element = blank()
                try each(&element)
                list.append(element)
            }
        case .packing(let packed):
            packed.put(UInt64(list.count))
            for var element in list { try each(&element) }
        case .unpacking(let packed):
            list = []
            for _ in 0..<(try packed.count()) {
                var element = blank()
                try each(&element)
                list.append(element)
            }
        }
    }

    /// A list whose length is that of the plan.
    func code<Element>(
        fixed list: inout [Element], _ each: (inout Element) throws(StateFault) -> Void
    ) throws(StateFault) {
        var count = list.count
        try code(&count)
        guard count == list.count else { throw .unfit("there are \(count) figures in place of \(list.count)") }
        for index in list.indices { try each(&list[index]) }
    }

    func code(fixed list: inout [Int]) throws(StateFault) {
        try code(fixed: &list) { number throws(StateFault) in try code(&number) }
    }

    func code(fixed list: inout [Int128]) throws(StateFault) {
        try code(fixed: &list) { number throws(StateFault) in try code(&number) }
    }

    func code(_ list: inout [Int]) throws(StateFault) {
        try code(&list, of: 0) { number throws(StateFault) in try code(&number) }
    }
}
