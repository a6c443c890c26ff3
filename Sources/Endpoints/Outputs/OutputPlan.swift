package import Events
package import Expressions

/// What the configuration says of one output.
package struct OutputPlan: Sendable {
    /// Where the lines go.
    package enum Target: Equatable, Sendable {
        case standard
        /// Appended to.
        case file(path: String)
    }

    package let target: Target
    /// Where the configuration has it, such as `outputs[1]`, for messages.
    package let path: String
    /// The types of line that it takes; nil for all.
    package var types: Set<LineType>?
    /// What must hold of a line; nil for nothing.
    package var condition: Program?
    /// What must hold of a line besides, such as that it is of a certain time; nil for nothing.
    package var period: Program?
    /// Whether it takes decisions of the control group.
    package var takesControl: Bool

    package init(_ target: Target, path: String) {
        self.target = target
        self.path = path
        takesControl = true
    }

    /// What stands for a configuration without outputs: everything to standard output.
    package static let standard = OutputPlan(.standard, path: "outputs")

    /// Whether it takes every line, so that none must be looked at.
    var takesAll: Bool { types == nil && condition == nil && period == nil && takesControl }
}
