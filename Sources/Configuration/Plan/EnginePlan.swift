package import Analytics
package import Decisions
package import Endpoints
package import Events
package import Expressions
package import Journal
package import Journeys
package import Storage

/// What the section `report` comes to: what is counted, and what it asks of each event.
package struct ReportPlan: Sendable {
    package var settings: ReportSettings
    package var reading: ReportReading
}

/// Everything that a configuration says, checked and ready to be run: made once, then shared unchanged.
package struct EnginePlan: Sendable {
    package let journeys: JourneyPlan
    /// In the order written, which settles what nothing else does.
    package let actions: [ActionPlan]
    package let policy: PolicyPlan
    /// The types of line to write; others are left out.
    package let emit: Set<LineType>
    package internal(set) var input: InputSettings
    package let listen: ListenSettings
    package let web: WebSettings
    /// Where lines go, in the order written; at least one.
    package let outputs: [OutputPlan]
    package let journal: JournalSettings
    /// What the sections say that a run looks at only as it starts, by their names: values that mean the same are equal.
    package internal(set) var startSections: [ByteName: String] = [:]
    /// What the section `kafka` says; nil where there is none.
    package internal(set) var kafka: KafkaSettings?
    /// What comes of decisions; nil where nothing says so.
    package internal(set) var responses: ResponsePlan?
    /// What is reported of the journeys; nil where nothing says so.
    package internal(set) var report: ReportPlan?
    /// Answers the time zone of an IANA name; nil where there is none of that name.
    package let zone: @Sendable (String) -> Zone?

    package init(
        journeys: JourneyPlan, actions: [ActionPlan], policy: PolicyPlan, emit: Set<LineType>, input: InputSettings,
        listen: ListenSettings, web: WebSettings = WebSettings(), outputs: [OutputPlan], journal: JournalSettings,
        zone: @escaping @Sendable (String) -> Zone?
    ) {
        self.journeys = journeys
        self.actions = actions
        self.policy = policy
        self.emit = emit
        self.input = input
        self.listen = listen
        self.web = web
        self.outputs = outputs
        self.journal = journal
        self.zone = zone
    }
}

extension EnginePlan {
    /// What decides on the journeys' moments, by this configuration. It is made anew at each call.
    package var decisionPlan: DecisionPlan { decisionPlan(actions, policy) }

    /// The same as one of several partitions follows it: of each budget that they share it has its part.
    package func decisionPlan(of partition: Int, among count: Int) -> DecisionPlan {
        var (actions, policy) = (actions, policy)
        func shared(_ budget: BudgetPlan) -> BudgetPlan {
            switch budget.share {
            case .split: budget.part(of: partition, among: count)
            case .leased: budget.leased(by: partition, among: count)
            case nil: budget
            }
        }
        for index in actions.indices { actions[index].budget = actions[index].budget.map(shared) }
        for index in policy.budgets.indices { policy.budgets[index] = shared(policy.budgets[index]) }
        return decisionPlan(actions, policy)
    }

    private func decisionPlan(_ actions: [ActionPlan], _ policy: PolicyPlan) -> DecisionPlan {
        var plan = DecisionPlan(
            actions: actions, policy: policy, moments: journeys.moments.map(\.name), expressions: journeys.expressions,
            emits: emit, zone: zone)
        plan.responses = responses?.terms
        plan.tables = journeys.tables
        return plan
    }

    /// The same without what was chosen before holding anything back: every candidate that its gates let pass is ranked,
    /// and lines tell of all of them.
    package var unboundDecisionPlan: DecisionPlan {
        var (actions, policy) = (actions, policy)
        for index in actions.indices {
            actions[index].cooldown = 0
            actions[index].budget = nil
            actions[index].rests = []
            actions[index].outcomeSuppressions = []
            actions[index].learning = nil
        }
        (policy.caps, policy.budgets, policy.holdout, policy.explore) = ([], [], nil, nil)
        (policy.minPriority, policy.explain) = (-.infinity, .full)
        var plan = DecisionPlan(
            actions: actions, policy: policy, moments: journeys.moments.map(\.name), expressions: journeys.expressions,
            emits: [.decision], zone: zone)
        plan.tables = journeys.tables
        return plan
    }
}
