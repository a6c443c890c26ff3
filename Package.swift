// swift-tools-version: 6.2
import PackageDescription

/// Every module is held to the same rules: Swift 6 mode, strict memory safety, no warnings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// One room of the house: its name, and the rooms below it that it may enter.
func room(_ name: String, enters dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one room, or of several together.
func tests(_ name: String, of dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "journeyd",
    products: [.executable(name: "journeyd", targets: ["journeyd"])],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib"),
        room("Storage", enters: ["CLinux", "CZlib"]),
        room("Samples"),
        room("HTTP", enters: ["Storage"]),
        room("Telemetry", enters: ["Storage"]),
        room("Events", enters: ["Storage"]),
        room("Expressions", enters: ["Events", "Storage"]),
        room("Journeys", enters: ["Expressions", "Events", "Storage"]),
        room("Decisions", enters: ["Journeys", "Expressions", "Events", "Storage"]),
        room("Endpoints", enters: ["Expressions", "Events", "HTTP", "Telemetry", "Storage"]),
        room("Analytics", enters: ["Events", "Storage"]),
        room("Journal", enters: ["Events", "Storage"]),
        room(
            "Pipeline",
            enters: [
                "Analytics", "Endpoints", "Journal", "Decisions", "Journeys", "Expressions", "Events", "Telemetry",
                "Storage",
            ]),
        room("Console", enters: ["Pipeline", "Endpoints", "HTTP", "Telemetry", "Storage"]),
        room(
            "Configuration",
            enters: ["Analytics", "Endpoints", "Journal", "Decisions", "Journeys", "Expressions", "Events", "Storage"]),
        room("Load", enters: ["Endpoints", "Samples", "Events", "Telemetry", "Storage"]),
        room(
            "Stories",
            enters: [
                "Configuration", "Pipeline", "Endpoints", "Decisions", "Journeys", "Expressions", "Events", "Telemetry",
                "Storage",
            ]),
        .executableTarget(
            name: "journeyd",
            dependencies: [
                "Stories", "Configuration", "Load", "Console", "Pipeline", "Endpoints", "Journal", "Decisions",
                "Analytics", "Journeys", "Expressions", "Events", "Samples", "Telemetry", "Storage", "CLinux",
            ],
            swiftSettings: strict),
        tests(
            "AnalyticsTests",
            of: ["Analytics", "Pipeline", "Configuration", "Journeys", "Events", "Storage"]),
        tests("EndpointsTests", of: ["Endpoints", "Events", "HTTP", "Telemetry", "Storage"]),
        tests("HTTPTests", of: ["TestRequests", "HTTP", "Storage"]),
        // Requests as the tests of two targets make them; it has no tests of its own.
        tests("TestRequests", of: []),
        tests("SamplesTests", of: ["Samples"]),
        tests("StorageTests", of: ["Storage"]),
        tests("LoadTests", of: ["Load", "Samples", "Events", "Storage"]),
        tests("TelemetryTests", of: ["Telemetry", "Storage"]),
        tests("EventsTests", of: ["Events", "Storage"]),
        tests("ExpressionsTests", of: ["Expressions", "Events", "Storage"]),
        tests(
            "PipelineTests",
            of: [
                "Pipeline", "Journal", "Endpoints", "Decisions", "Journeys", "Expressions", "Events", "Telemetry",
                "Storage",
            ]),
        tests("JournalTests", of: ["Journal", "Events", "Storage"]),
        tests("CommandTests", of: ["journeyd", "Console", "Journal", "Events", "Storage"]),
        tests(
            "ConsoleTests", of: ["TestRequests", "Console", "HTTP", "Pipeline", "Endpoints", "Telemetry", "Storage"]),
        tests(
            "StoryTests",
            of: ["Stories", "Configuration", "Pipeline", "Decisions", "Journeys", "Events", "Storage", "journeyd"]),
        // The engine as the tests of two targets play it; it has no tests of its own.
        tests("TestEngine", of: ["Configuration", "Pipeline", "Journeys", "Events", "Storage"]),
        tests(
            "EngineTests",
            of: [
                "TestEngine", "Configuration", "Pipeline", "Decisions", "Journeys", "Expressions", "Events", "Samples",
                "Storage",
            ]),
        tests(
            "PictureTests",
            of: ["TestEngine", "Pipeline", "Journeys", "Expressions", "Events", "Storage"]),
        tests("DecisionsTests", of: ["Decisions", "Journeys", "Expressions", "Events", "Storage"]),
        tests("SequencesTests", of: ["Configuration", "Journeys", "Expressions", "Events", "Storage"]),
        tests(
            "ConfigurationTests",
            of: [
                "Analytics", "Configuration", "Endpoints", "Decisions", "Journeys", "Expressions", "Events", "Storage",
            ]),
        tests("OutputTests", of: ["Endpoints", "Expressions", "Events", "Storage"]),
    ]
)
