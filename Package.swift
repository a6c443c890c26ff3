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

/// A module: its name, and the modules below it that it may import.
func module(_ name: String, imports dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one module, or of several together.
func tests(_ name: String, of dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "journeyd",
    products: [.executable(name: "journeyd", targets: ["journeyd"])],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib"),
        module("Storage", imports: ["CLinux", "CZlib"]),
        module("Samples"),
        module("HTTP", imports: ["Storage"]),
        module("Telemetry", imports: ["Storage"]),
        module("Events", imports: ["Storage"]),
        module("Expressions", imports: ["Events", "Storage"]),
        module("Journeys", imports: ["Expressions", "Events", "Storage"]),
        module("Decisions", imports: ["Journeys", "Expressions", "Events", "Storage"]),
        module("Endpoints", imports: ["Expressions", "Events", "HTTP", "Telemetry", "Storage"]),
        module("Analytics", imports: ["Events", "Storage"]),
        module("Journal", imports: ["Events", "Storage"]),
        module(
            "Pipeline",
            imports: [
                "Analytics", "Endpoints", "Journal", "Decisions", "Journeys", "Expressions", "Events", "Telemetry",
                "Storage",
            ]),
        module("Console", imports: ["Pipeline", "Endpoints", "HTTP", "Telemetry", "Storage"]),
        module(
            "Configuration",
            imports: ["Analytics", "Endpoints", "Journal", "Decisions", "Journeys", "Expressions", "Events", "Storage"]),
        module("Load", imports: ["Endpoints", "Samples", "Events", "Telemetry", "Storage"]),
        module(
            "Stories",
            imports: [
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
        // A target of tests for each module, and one for the whole engine. What several share is a target of its own,
        // without tests.
        tests("StorageTests", of: ["Storage"]),
        tests("SamplesTests", of: ["Samples"]),
        tests("HTTPTests", of: ["TestRequests", "HTTP", "Storage"]),
        tests("TelemetryTests", of: ["Telemetry", "Storage"]),
        tests("EventsTests", of: ["Events", "Storage"]),
        tests("ExpressionsTests", of: ["Expressions", "Events", "Storage"]),
        tests(
            "JourneysTests",
            of: ["TestEngine", "Configuration", "Pipeline", "Journeys", "Expressions", "Events", "Storage"]),
        tests("DecisionsTests", of: ["Decisions", "Journeys", "Expressions", "Events", "Storage"]),
        tests("EndpointsTests", of: ["Endpoints", "Expressions", "Events", "HTTP", "Telemetry", "Storage"]),
        tests(
            "AnalyticsTests",
            of: ["Analytics", "Pipeline", "Configuration", "Journeys", "Events", "Storage"]),
        tests("JournalTests", of: ["Journal", "Events", "Storage"]),
        tests(
            "PipelineTests",
            of: [
                "Pipeline", "Journal", "Endpoints", "Decisions", "Journeys", "Expressions", "Events", "Telemetry",
                "Storage",
            ]),
        tests(
            "ConsoleTests", of: ["TestRequests", "Console", "HTTP", "Pipeline", "Endpoints", "Telemetry", "Storage"]),
        tests(
            "ConfigurationTests",
            of: [
                "Analytics", "Configuration", "Endpoints", "Decisions", "Journeys", "Expressions", "Events", "Storage",
            ]),
        tests("LoadTests", of: ["Load", "Samples", "Events", "Storage"]),
        tests(
            "StoriesTests",
            of: [
                "Stories", "Configuration", "Pipeline", "Endpoints", "Decisions", "Journeys", "Events", "Storage",
            ]),
        tests("journeydTests", of: ["journeyd", "Console", "Journal", "Events", "Storage"]),
        tests(
            "EngineTests",
            of: [
                "TestEngine", "Configuration", "Pipeline", "Decisions", "Journeys", "Expressions", "Events", "Samples",
                "Storage",
            ]),
        // Requests, as the tests of two modules make them.
        tests("TestRequests", of: []),
        // The engine, as the tests of two targets play it.
        tests("TestEngine", of: ["Configuration", "Pipeline", "Journeys", "Events", "Storage"]),
    ]
)
