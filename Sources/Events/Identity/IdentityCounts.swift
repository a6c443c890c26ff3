/// What has come of the ids that events showed.
package struct IdentityCounts: Sendable, Equatable {
    /// How many subjects and ids there are.
    package var subjects = 0
    package var ids = 0
    /// How many merges, names and, by reason, refusals there were.
    package var merged: UInt64 = 0
    package var named: UInt64 = 0
    package var forgotten: UInt64 = 0
    package var refused: [SubjectChange.Reason: UInt64] = [:]
    /// How many ids came to be nobody's since two persons showed them.
    package var shared: UInt64 = 0
    /// The namespaces, the strongest first.
    package var namespaces: [String] = []
    /// By namespace, how many ids were none.
    package var blocked: [UInt64] = []
    /// How many events showed no usable id.
    package var nobody: UInt64 = 0
    /// The bytes that ids and subjects take.
    package var stateBytes = 0

    package init() {}
}
