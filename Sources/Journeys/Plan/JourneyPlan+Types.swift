import Events

extension JourneyPlan {
    /// The numbers of the event types that anything but touchpoints waits for: if none of one comes, some rule cannot act as
    /// it was meant. In rising order.
    package var awaitedTypes: [Int] {
        var filters = windows.map(\.filter) + picture.attributes.map(\.filter)
        for moment in moments {
            guard case .sequence(let sequence) = moment.trigger else { continue }
            for position in sequence.positions { filters += [position.filter] + position.nots }
            if let closing = sequence.closing { filters.append(closing.filter) }
            for step in sequence.pattern?.steps ?? [] { filters += [step.filter] + step.nots.map(\.filter) }
        }
        return Set(filters.flatMap { $0.types ?? [] }).filter { $0 > 0 }.sorted()
    }

    /// The names of the types that a filter takes; none where it takes all, or where there is no filter.
    func typeNames(_ filter: EventFilter?) -> [String] {
        guard let types = filter?.types else { return [] }
        return types.map { projection.types[$0] }
    }
}
