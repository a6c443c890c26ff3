import Synchronization

/// The tasks that a change of a queue's state lets go on.
///
/// They are woken after the queue's lock has been given back, never under it: who cancels a task holds that task's lock
/// while the cancellation handler asks for the queue's, and waking a task asks for its lock in turn. Taken in both orders,
/// the two locks wait for each other for ever.
struct Waking: Sendable {
    private var wakes: [@Sendable () -> Void] = []

    /// Has a suspended task go on with a value.
    mutating func add<Value: Sendable>(_ continuation: CheckedContinuation<Value, Never>, returning value: Value) {
        wakes.append { continuation.resume(returning: value) }
    }

    fileprivate func perform() {
        for wake in wakes { wake() }
    }
}

extension Mutex where Value: Sendable {
    /// Changes the state under the lock, and then wakes whom the change lets go on.
    func change<Result: Sendable>(_ body: (inout Value, inout Waking) -> Result) -> Result {
        let (result, waking) = withLock { state in
            var waking = Waking()
            let result = body(&state, &waking)
            return (result, waking)
        }
        waking.perform()
        return result
    }
}
