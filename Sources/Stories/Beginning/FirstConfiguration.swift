import Configuration
package import Languages
import Storage

/// A first configuration, with its scenarios, that fits a sample: an abandoned step, a return, and silence.
package struct FirstConfiguration: Sendable {
    private let survey: EventSurvey
    /// The language of the comments and names.
    private let language: Language
    /// What stands in `input`, without braces; empty for the native form.
    private let input: String
    /// What a journey is to come to.
    let goal: String
    /// What is begun, and often left.
    let step: String
    private let isGoalKnown: Bool
    private let waits: (abandoned: Int64, away: Int64, silent: Int64)

    /// - Parameter survey: of at least one event.
    package init(_ survey: EventSurvey, input: String, language: Language) {
        self.survey = survey
        self.input = input
        self.language = language
        let types = survey.ranked.map(\.name)
        let friction = types.first { EventGuess.traits(of: $0)?.isFriction == true }
        let known = EventGuess.goal(among: types)
        isGoalKnown = known != nil
        let goal =
            known ?? types.first { $0 != friction && EventGuess.isAct($0) } ?? types.first { $0 != friction }
            ?? types[0]
        self.goal = goal
        let others = types.filter { !$0.isSame(as: goal) && EventGuess.isAct($0) }
        let step = EventGuess.step(among: others) ?? (known == nil ? friction : nil) ?? others.first ?? goal
        self.step = step
        waits = Self.waits(survey, step: step, goal: goal)
    }

    // MARK: Times

    private static let minute: Int64 = 60_000_000
    /// Times as people say them, in minutes.
    private static let plain: [Int64] = [
        5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 10_080, 20_160, 43_200, 86_400,
    ]

    private static func waits(
        _ survey: EventSurvey, step: String, goal: String
    ) -> (abandoned: Int64, away: Int64, silent: Int64) {
        // Of those who went on, four of five did so in this time.
        let passage = survey.passage(from: step, to: goal).waits
        let usual = passage.isEmpty ? 30 * minute : passage[(passage.count - 1) * 4 / 5]
        let abandoned = rounded(min(max(usual, 5 * minute), 1440 * minute))
        let span = survey.span.map { $0.upperBound - $0.lowerBound } ?? 0
        let away = rounded(min(max(span / 20, 30 * minute), 4320 * minute))
        let silent = rounded(min(max(span / 5, away * 2), 43_200 * minute))
        return (abandoned, away, silent)
    }

    private static func rounded(_ time: Int64) -> Int64 {
        (plain.first { $0 * minute >= time } ?? plain[plain.count - 1]) * minute
    }

    private func duration(_ time: Int64) -> String { Measure.duration.text(time) }

    /// The duration as expressions have it.
    private func literal(_ time: Int64) -> String {
        let minutes = time / Self.minute
        return minutes.isMultiple(of: 60) ? "duration('\(minutes / 60)h')" : "duration('\(minutes)m')"
    }

    // MARK: Words

    private func say(_ english: String, _ spanish: String) -> String { language == .english ? english : spanish }

    private func comment(_ english: String, _ spanish: String) -> String {
        var lines = ["//"]
        for word in say(english, spanish).split(separator: " ") {
            if lines[lines.count - 1].count + word.count > 110 { lines.append("//") }
            lines[lines.count - 1] += " " + word
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func quoted(_ text: String) -> String { JSONTree.text(text).line }

    private var names: (moments: [String], actions: [String]) {
        language == .english
            ? (["abandoned", "came_back", "gone_silent"], ["remind", "welcome_back", "win_back"])
            : (["abandono", "regreso", "silencio"], ["recordar", "dar_la_bienvenida", "recuperar"])
    }

    // MARK: The configuration

    /// Its text, formatted.
    package var text: String {
        let parts = [inputText, touchpoints, windows, moments, actions, report].filter { !$0.isEmpty }
        let text = beginning + "{\nversion: 1,\n\n" + parts.joined(separator: "\n") + "}\n"
        return JSON5Formatter.formatted(Array(text.utf8), file: "", diagnostics: Diagnostics()) ?? text
    }

    private var beginning: String {
        comment(
            "A first configuration, made from \(survey.eventCount) events of \(survey.customerCount) customers. All of it "
                + "is a guess by names and times: read it from top to bottom, and change what you know better.",
            "Una primera configuración, hecha de \(survey.eventCount) eventos de \(survey.customerCount) clientes. Todo es "
                + "una suposición por nombres y horas: léala de arriba abajo, y cambie lo que sepa mejor.")
            + "//\n"
            + comment("Try it:  journeyd check, then journeyd test", "Pruébela:  journeyd check, y luego journeyd test")
    }

    private var inputText: String {
        var text = input.isEmpty ? "" : "input: { \(input) },\n"
        // What is a little behind is waited for; much disorder is left to be decided on.
        if survey.disorder > 0, survey.disorder <= 60 * Self.minute {
            text +=
                comment(
                    "Events of the sample come up to so much behind newer ones, and wait to be put in order.",
                    "Hay eventos en la muestra hasta tanto por detrás de otros más nuevos: esperan para ordenarse.")
                + "time: { disorder: \"\(duration((survey.disorder / Self.minute + 1) * Self.minute))\" },\n"
        }
        return text
    }

    private var touchpoints: String {
        var text =
            comment(
                "TOUCHPOINTS: what an event is in the customer's journey. Stage and phase are guessed by the name.",
                "PUNTOS DE CONTACTO: qué es un evento en el viaje del cliente. Etapa y fase se suponen por el nombre.")
            + "touchpoints: {\n"
        var taken: Set<ByteName> = []
        for type in survey.ranked.prefix(40) {
            guard let name = Self.identifier(type.name, apartFrom: &taken) else { continue }
            var keys = "on: \(quoted(type.name))"
            if let traits = EventGuess.traits(of: type.name) {
                keys += ", stage: \"\(traits.stage)\", phase: \"\(traits.phase)\", polarity: \"\(traits.polarity)\""
                if traits.isFriction { keys += ", friction: true" }
            }
            text += "\(name): { \(keys) },\n"
        }
        return text + "},\n"
    }

    /// A name in letters, digits and `_`; nil where nothing is left.
    private static func identifier(_ text: String, apartFrom taken: inout Set<ByteName>) -> String? {
        var name = ""
        for character in text.lowercased().unicodeScalars {
            let isPlain =
                character.isASCII && (character.properties.isAlphabetic || ("0"..."9").contains(character))
            if isPlain { name.unicodeScalars.append(character) } else if !name.hasSuffix("_") { name += "_" }
        }
        name = String(name.drop { $0 == "_" }.prefix(60))
        while name.hasSuffix("_") { name.removeLast() }
        if name.first.map({ $0.isNumber }) != false { name = "event_" + name }
        while taken.contains(ByteName(name)) { name += "_2" }
        taken.insert(ByteName(name))
        return name
    }

    private var silence: String { say("quiet_for", "sin_noticias") }

    private var windows: String {
        comment(
            "WINDOWS: what is remembered of each customer.", "VENTANAS: lo que se recuerda de cada cliente.")
            + "windows: {\n\(silence): { since_last: true },\n},\n"
    }

    /// A property that says what both the step and the goal are about.
    private var subject: String? {
        guard !step.isSame(as: goal) else { return nil }
        let known = { (type: String) in
            survey.types.first { $0.name.isSame(as: type) }.map { type in
                type.properties.filter { $0.count * 2 > type.count }.map(\.name)
            } ?? []
        }
        let (ofStep, ofGoal) = (known(step), known(goal))
        return EventGuess.subjects.first { ofStep.contains($0) && ofGoal.contains($0) }
    }

    /// The property that says what the goal is worth.
    private var worth: EventSurvey.PropertyFacts? {
        let properties = survey.types.first { $0.name.isSame(as: goal) }?.properties ?? []
        return EventGuess.worths.compactMap { name in properties.first { $0.name == name && $0.isNumber } }.first
    }

    private var moments: String {
        let passage = survey.passage(from: step, to: goal)
        let by = subject.map { "by: \"event.properties.\($0)\", " } ?? ""
        let names = names.moments
        let (begun, visit, back) = (say("begun", "empezado"), say("visit", "visita"), say("back", "vuelta"))
        return comment(
            "MOMENTS: what is worth noticing.", "MOMENTOS: lo que merece atención.")
            + "moments: {\n"
            + comment(
                "\(step) without \(goal): of \(passage.began) customers in the sample \(passage.waits.count) went on, most of "
                    + "them within this time.",
                "\(step) sin \(goal): de \(passage.began) clientes de la muestra \(passage.waits.count) siguieron, la mayoría "
                    + "en este tiempo.")
            + "\(names[0]): { kind: \"friction\", \(by)sequence: [\n{ as: \"\(begun)\", on: \(quoted(step)) },\n"
            + "{ not: \(quoted(goal)), for: \"\(duration(waits.abandoned))\" }] },\n\n"
            + comment(
                "Somebody comes back after having been away for so long.",
                "Alguien vuelve tras haber estado fuera tanto tiempo.")
            + "\(names[1]): { kind: \"opportunity\", after_match: \"skip_to_last:\(back)\", sequence: [\n"
            + "{ as: \"\(visit)\", on: \"*\" },\n{ as: \"\(back)\", on: \"*\", contiguity: \"strict\", "
            + "where: \"event.time - \(visit).time >= \(literal(waits.away))\" }] },\n\n"
            + comment("Nothing was heard of somebody for so long.", "No se ha sabido nada de alguien en tanto tiempo.")
            + "\(names[2]): { kind: \"churn_risk\", when: \"windows.\(silence) >= \(literal(waits.silent))\" },\n},\n"
    }

    private var actions: String {
        let channel = survey.channels.max { ($0.count, $1.name) < ($1.count, $0.name) }?.name
        let near = quoted(channel.map { ["email", "sms", "phone"].contains($0) ? "web" : $0 } ?? "web")
        let value = worth?.mean.map { ($0 * 100).rounded() / 100 } ?? 10
        let (moments, names) = (names.moments, names.actions)
        return comment(
            "ACTIONS: what is done about each moment. propensity (how likely it works) and value (what that is worth) rank "
                + "them; put figures of your own.",
            "ACCIONES: lo que se hace ante cada momento. propensity (cuán probable es que funcione) y value (lo que vale) las "
                + "ordenan; ponga cifras propias.")
            + "actions: {\n"
            + "\(names[0]): { on: \"\(moments[0])\", channels: [\"email\"], propensity: 0.2, value: \(value), cooldown: \"1d\" },\n"
            + "\(names[1]): { on: \"\(moments[1])\", channels: [\(near)], propensity: 0.3, value: \(value), cooldown: \"1d\" },\n"
            + "\(names[2]): { on: \"\(moments[2])\", channels: [\"email\"], propensity: 0.05, value: \(value), cooldown: \"30d\" },\n"
            + "},\n\n"
            + comment(
                "Nobody hears of us more than three times a week.",
                "Nadie sabe de nosotros más de tres veces por semana.")
            + "policy: { caps: [{ max: 3, over: \"7d\" }] },\n"
    }

    private var report: String {
        let by = survey.channels.count > 1 ? ", by: [\"channel\"]" : ""
        let value = worth.map { "{ on: \(quoted(goal)), value: \"event.properties.\($0.name)\" }" } ?? quoted(goal)
        let sure =
            isGoalKnown
            ? comment(
                "REPORT: journeyd report tells how journeys come to this.",
                "INFORME: journeyd report cuenta cómo llegan los viajes a esto.")
            : comment(
                "REPORT: no event of the sample is called like a purchase; put here what a journey is to come to.",
                "INFORME: ningún evento de la muestra se llama como una compra; ponga aquí a qué debe llegar un viaje.")
        return sure + "report: { conversion: \(value)\(by) },\n"
    }

    // MARK: Scenarios

    /// The scenarios that belong to it, formatted.
    package var scenarios: String {
        let (moments, actions) = (names.moments, names.actions)
        let properties = subject.map { ", properties: { \($0): \"A1\" }" } ?? ""
        let long = duration(waits.abandoned + Self.minute)
        var text =
            comment(
                "Short histories, and what must come of them: journeyd test plays them.",
                "Historias cortas, y lo que debe resultar de ellas: journeyd test las representa.")
            + "{\nscenarios: {\n"
        text +=
            "\(say("left_alone", "abandonado")): { events: [{ event: \(quoted(step))\(properties) }], wait: \"\(long)\", "
        text += "expect: [{ moment: \"\(moments[0])\" }, { action: \"\(actions[0])\" }] },\n"
        if !step.isSame(as: goal) {
            text += "\(say("gone_on", "seguido")): { events: [{ event: \(quoted(step))\(properties) }, "
            text += "{ at: \"+1m\", event: \(quoted(goal))\(properties) }], wait: \"\(long)\", "
            text += "never: [{ moment: \"\(moments[0])\" }] },\n"
        }
        text += "\(say("back_again", "de_vuelta")): { events: [{ event: \(quoted(goal)) }, "
        text += "{ at: \"+\(duration(waits.away))\", event: \(quoted(goal)) }], "
        text += "expect: [{ moment: \"\(moments[1])\" }, { action: \"\(actions[1])\" }] },\n"
        text += "\(say("not_heard_of", "sin_noticias")): { events: [{ event: \(quoted(goal)) }], "
        text += "wait: \"\(duration(waits.silent + Self.minute))\", "
        text += "expect: [{ moment: \"\(moments[2])\" }, { action: \"\(actions[2])\" }] },\n"
        text += "},\n}\n"
        return JSON5Formatter.formatted(Array(text.utf8), file: "", diagnostics: Diagnostics()) ?? text
    }
}
