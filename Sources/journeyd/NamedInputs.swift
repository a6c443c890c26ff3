import Endpoints
import Events
import Storage
import Telemetry

extension InputFormat {
    /// What `--format` says: a format in the place of the configuration's, under its mapping.
    init(_ arguments: Arguments) throws(CommandFault) {
        guard let name = arguments["--format"] else {
            self = .standard
            return
        }
        guard let preset = Preset(rawValue: name) else {
            throw CommandFault(
                .usage,
                "--format: \"\(name)\" is not a format"
                    + CommandLineProgram.remedy(name, Preset.allCases.map(\.rawValue), "formats"))
        }
        self.init(preset, underMapping: true)
    }
}

extension Flag {
    /// `--format`.
    static let format = Flag("--format", "NAME", "the input's format, in the place of input.format")
}

/// The inputs that a command line names, not opened yet.
struct NamedInputs {
    private let addresses: [(text: String, address: InputAddress, format: InputFormat)]
    private let isStandardLive: Bool
    private let allowsRemote: Bool

    /// The operands behind the configuration; standard input where there are none.
    init(_ arguments: Arguments) throws(CommandFault) {
        let texts = arguments.operands.count > 1 ? Array(arguments.operands.dropFirst()) : ["-"]
        let format = try InputFormat(arguments)
        var addresses: [(text: String, address: InputAddress, format: InputFormat)] = []
        for text in texts {
            do throws(EndpointFault) {
                let (address, preset) = try InputAddress.partingFormat(text)
                addresses.append((text, try InputAddress(address), preset.map { InputFormat($0) } ?? format))
            } catch {
                throw CommandFault(.usage, "journeyd run: \(error)")
            }
        }
        self.addresses = addresses
        isStandardLive = arguments.has("--live")
        allowsRemote = arguments.has("--allow-remote")
        try check(arguments)
    }

    /// As they were written.
    var texts: [String] { addresses.map(\.text) }

    /// Whether reading them has no end of its own.
    var stay: Bool { addresses.contains { $0.address.isLive } }

    /// Whether a format is said on the command line.
    var saysFormat: Bool { addresses.contains { $0.format != .standard } }

    /// The topic that is read; nil where none is.
    var topic: KafkaAddress? {
        for case .kafka(let address) in addresses.map(\.address) { return address }
        return nil
    }

    private func check(_ arguments: Arguments) throws(CommandFault) {
        let all = addresses.map(\.address)
        if all.count(where: { $0 == .standard }) > 1 {
            throw CommandFault(.usage, "journeyd run: standard input is named twice; write - once")
        }
        if topic != nil, all.count > 1 {
            throw CommandFault(.usage, "journeyd run: a topic is read alone; leave the other inputs out")
        }
        for (index, entry) in addresses.enumerated() where entry.address.isLive {
            if all[..<index].contains(entry.address), !entry.text.hasSuffix(":0") {
                throw CommandFault(.usage, "journeyd run: \(entry.text) is named twice; write it once")
            }
        }
        if isStandardLive, !all.contains(.standard) {
            throw CommandFault(.usage, "journeyd run: --live is about standard input, which is not read; add -")
        }
        let listens = all.contains { address in
            switch address {
            case .socket(.tcp), .http: true
            default: false
            }
        }
        if allowsRemote, !listens, !arguments.has("--admin") {
            throw CommandFault(
                .usage,
                "journeyd run: --allow-remote is about tcp:// and http:// inputs and --admin, and there are none; leave it out"
            )
        }
    }

    /// Opens all of them, in order. Where something listens, the log says at which address.
    func opened(
        _ listen: ListenSettings, web: WebSettings, formats: FormatPlan, metrics: Metrics, log: Log
    ) throws(EndpointFault) -> [Input] {
        var inputs: [Input] = []
        var token: AccessToken?
        var webToken: AccessToken?
        if addresses.contains(where: { if case .http = $0.address { true } else { false } }) {
            if let path = web.tokenFile { webToken = try AccessToken(path: path) }
        }
        if addresses.contains(where: { if case .socket = $0.address { true } else { false } }) {
            if let path = listen.tokenFile { token = try AccessToken(path: path) }
        }
        for (_, address, format) in addresses {
            let number = inputs.count
            let table = TableSettings(format, formats)
            defer {
                if number < inputs.count {
                    inputs[number].format = format
                    inputs[number].table = table
                }
            }
            switch address {
            case .standard: inputs.append(.standard(isLive: isStandardLive))
            case .file(let path): inputs.append(try Input(path: path))
            case .followed(let path): inputs.append(Input(try FollowedFile(path: path, metrics: metrics, log: log)))
            case .socket(let socket):
                let listener = try Listener(
                    socket, format: format, table: table, settings: listen, token: token, allowsRemote: allowsRemote,
                    metrics: metrics, log: log)
                log.info("listening", ["input": .text(listener.name)])
                inputs.append(Input(listener))
            case .http(let host, let port):
                let listener = try Listener(
                    web: web, host: host, port: port, format: format, table: table, token: webToken,
                    allowsRemote: allowsRemote, metrics: metrics, log: log, speech: CommandLineProgram.speech)
                log.info("listening", ["input": .text(listener.name)])
                inputs.append(Input(listener))
            case .kafka(let address):
                throw EndpointFault(.cannotOpen, "journeyd run: \(address.shown): \(KafkaAddress.absence)")
            }
        }
        return inputs
    }
}
