import Events
import Storage

/// Forgetting a customer who asks for it: at an event of a type that says so, once it has been taken.
extension Shard {
    /// Whether an event of a type has its customer forgotten.
    @inline(__always)
    func forgets(_ type: Int32) -> Bool { !forgetting.isEmpty && forgetting[Int(type)] }

    /// Frees all that is kept of the customer whose event has just been taken, and tells of it.
    mutating func forgetCustomer() {
        freeCustomer()
        let change = SubjectChange(
            kind: .forgotten, row: 0, key: context.scope.customerKey.copied, hash: context.scope.customerHash,
            name: context.scope.customerID.copied)
        (isSlide, ordinal) = (false, .max)
        tell(change)
    }

    /// Forgets the customer that is followed under a key, between two batches, if there is one. Nothing tells of it.
    package mutating func forget(_ key: [UInt8]) {
        let location = context.scope.location
        let hash = View.of(key) { hashKey.hash($0) }
        if let found = View.of(key, { context.scope.customers.find($0, hash: hash) }) {
            context.scope.location = found
            freeCustomer()
        }
        context.scope.location = location
    }

    /// Frees all that is kept of the customer at hand.
    private mutating func freeCustomer() {
        guard context.scope.location.row != 0 else { return }
        for kind in 0...context.scope.nameKind {
            guard let cell = context.cell(kind) else { continue }
            free(kind, cell: cell)
        }
        context.scope.customers.remove(context.scope.location)
        context.scope.location = .none
    }

    private mutating func free(_ kind: Int, cell: Int) {
        let arena = context.scope.arena
        switch context.scope.stateKind(kind) {
        case .window(let window):
            if arena[cell] != 0 { WindowState(form: context.scope.windows[window], arena: arena).free(cell: cell) }
        case .dedup:
            if let dedup, arena[cell] != 0 {
                WindowState(form: WindowForm(distinctOver: dedup), arena: arena).free(cell: cell)
            }
        case .moment(let moment): _ = matcher.free(arena[cell], moment: moment, context)
        case .picture:
            arena.free(
                UInt32(truncatingIfNeeded: arena[cell]),
                words: PictureState.words(scores: picture.scoreCount, segments: picture.itemCount - picture.scoreCount))
        case .attribute: KeptAttribute(arena: arena, cell: cell).free()
        case .waiting:
            let list = WaitingList(arena: arena, handle: UInt32(truncatingIfNeeded: arena[cell]))
            for moment in list.all { moment.free() }
            list.free()
        case .name: context.freeName(arena[cell])
        }
    }
}
