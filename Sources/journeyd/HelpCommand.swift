import Configuration

extension Command {
    /// `journeyd help`.
    static let helpOnTopics = Command(
        name: "help", operands: "[TOPIC]", operandCount: 0...1,
        summary: "help on a command, a key of the configuration, or a message's code",
        explanation: """
            TOPIC is a command (run), a section or key of the configuration (moments, windows.over, policy.caps), or the code of
            a message of check (JD0205). Without TOPIC, all commands and sections are listed.
            """,
        flags: []
    ) { arguments throws(CommandFault) in
        guard let topic = arguments.operands.first else { return try CommandLineProgram.show(HelpTopic.overview) }
        return try CommandLineProgram.show(HelpTopic.text(topic))
    }
}

/// What `journeyd help` tells.
enum HelpTopic {
    static var overview: String {
        Help.overview + "\nSections of the configuration, each a topic as well:\n"
            + Help.wrapped(LanguageTopic.names(of: Configuration.sections))
    }

    static func text(_ topic: String) throws(CommandFault) -> String {
        if let command = Command.all.first(where: { $0.name == topic }) { return Help.of(command) }
        if let code = MessageCode(name: topic) { return MessagePage.topic(code) }
        if let text = LanguageTopic.text(topic, of: Configuration.sections) { return text }
        let known = Command.all.map(\.name) + LanguageTopic.names(of: Configuration.sections)
        throw CommandFault(
            .usage, "journeyd help: \"\(topic)\" is no topic" + CommandLineProgram.remedy(topic, known, "topics"))
    }
}
