import Events
import Storage

/// Forgetting a customer who asks for it: at an event of a type that says so, once it has been taken.
extension Shard {
    /// Whether an event of a type has its customer forgotten.
    @inline(__always)
    func forgets(_ type: Int32) -> Bool { !forgetting.isEmpty && forgetting[Int(type)] }

    /// Frees all that is kept of the customer whose event has just been taken, and tells of it.
    mutating func forgetCustomer() {
        if context.scope.location.row != 0 {
            for kind in 0...context.scope.nameKind {
                guard let cell = context.cell(kind) else { continue }
                free(kind, cell: cell)
            }
            context.scope.customers.remove(context.scope.location)
            context.scope.location = .none
        }
        let change = SubjectChange(
            kind: .forgotten, row: 0, key: context.scope.customerKey.copied, hash: context.scope.customerHash,
            name: context.scope.customerID.copied)
        (isSlide, ordinal) = (false, .max)
        tell(change)
    }

    private mutating func free(_ kind: Int, cell: Int) {
        let arena = context.scope.arena
        switch context.scope.stateKind(kind) {
        case .window(let window):
            if arena[cell] != 0 { WindowState(form: context.scope.windows[window], arena: arena).free(cell: cell) }
        case .dedup:
            if let dedup, arena[cell] != 0 {
                WindowState(form: WindowState.Form(distinctOver: dedup), arena: arena).free(cell: cell)
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
