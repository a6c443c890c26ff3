import Configuration
import Languages

extension Command {
    /// `journeyd help`.
    static let helpOnTopics = Command(
        name: "help", operands: "[TOPIC]", operandCount: 0...1,
        summary: "help on a command, a key of the configuration, or a message's code",
        explanation: """
            TOPIC is a command (run), a section or key of the configuration (moments, windows.over, policy.caps), or the code of
            a message (JD0205). Without TOPIC, all commands and sections are listed.
            """,
        flags: []
    ) { arguments throws(CommandFault) in
        guard let topic = arguments.operands.first else {
            return try CommandLineProgram.show(HelpTopic.overview(in: CommandLineProgram.speech))
        }
        return try CommandLineProgram.show(HelpTopic.text(topic, in: CommandLineProgram.speech))
    }
}

/// What `journeyd help` tells.
enum HelpTopic {
    static func overview(in speech: Speech) -> String {
        Help.overview(in: speech) + "\n" + speech("Sections of the configuration, each a topic as well:") + "\n"
            + Help.wrapped(LanguageTopic.names(of: Configuration.sections))
    }

    static func text(_ topic: String, in speech: Speech) throws(CommandFault) -> String {
        if let command = Command.all.first(where: { $0.name == topic }) { return Help.of(command, in: speech) }
        if let code = MessageCode(name: topic) { return MessagePage.topic(code, speech.language) }
        if let text = LanguageTopic.text(topic, of: Configuration.sections, in: speech.language) { return text }
        let known = Command.all.map(\.name) + LanguageTopic.names(of: Configuration.sections)
        throw CommandFault(
            .usage, "journeyd help: \"\(topic)\" is no topic" + CommandLineProgram.remedy(topic, known, "topics"))
    }
}
