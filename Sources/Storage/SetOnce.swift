import Synchronization

/// A place for a value that is found after the rest of an object was made, by whoever comes to it;
/// several may look at the same time.
public struct SetOnce<Value: Sendable>: ~Copyable, Sendable {
    private let place = Mutex<Value?>(nil)

    /// A place without a value.
    public init() {}

    /// The value, where there is one.
    public var value: Value? { place.withLock { $0 } }

    /// Puts the value there, unless there is one.
    public func set(_ value: Value) { place.withLock { $0 = $0 ?? value } }
}
