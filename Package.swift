// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Every module is held to the same rules: Swift 6 mode, strict memory safety, no warnings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // Overlapping access is found in debug builds, in which all tests run; looking for it takes up to a tenth of the time.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    // Bodies of small functions go along into other modules, whether or not they are public.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// On x86-64, release builds use what processors have had since 2008 (x86-64-v2), above all the count of a word's bits.
#if arch(x86_64)
    let processor: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=x86-64-v2"], .when(configuration: .release))]
#else
    let processor: [SwiftSetting] = []
#endif

/// How often each part of the program runs, as `Benchmarks/profile` has counted it over the benchmarks:
/// in release builds the compiler inlines what runs often, and lays it out together. Code that has
/// changed since it was counted is compiled as if nobody had. Counts of x86-64, which compilers before
/// 6.3 do not read. JOURNEYD_PROFILE=none builds without them.
#if compiler(>=6.3) && arch(x86_64)
    let counts = Context.packageDirectory + "/Benchmarks/journeyd.profdata"
    let hasCounts =
        Context.environment["JOURNEYD_PROFILE"] != "none" && FileManager.default.fileExists(atPath: counts)
    let layout: [SwiftSetting] =
        hasCounts ? [.unsafeFlags(["-Xfrontend", "-ir-profile-use=" + counts], .when(configuration: .release))] : []
#else
    let layout: [SwiftSetting] = []
#endif

/// What every target is compiled with.
let settings = strict + processor + layout

/// A module: its name, and the modules below it that it may import.
func module(_ name: String, imports dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one module, or of several together.
func tests(_ name: String, of dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "journeyd",
    products: [
        .executable(name: "journeyd", targets: ["journeyd"]),
        .executable(name: "journeyd-post", targets: ["journeyd-post"]),
    ],
    // Topics need librdkafka (Debian's librdkafka-dev): swift build --traits Kafka.
    traits: [.trait(name: "Kafka", description: "topics as inputs and outputs"), .default(enabledTraits: [])],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka"),
        module(
            "Storage",
            imports: ["CLinux", "CZlib", .target(name: "CRdKafka", condition: .when(traits: ["Kafka"]))]),
        module("Samples"),
        module("Languages"),
        module("HTTP", imports: ["Storage"]),
        module("Posting", imports: ["Storage"]),
        module("Telemetry", imports: ["Languages", "Storage"]),
        module("Events", imports: ["Storage"]),
        module("Expressions", imports: ["Events", "Storage"]),
        module("Learning", imports: ["Expressions", "Events", "Storage"]),
        module("Journeys", imports: ["Learning", "Expressions", "Events", "Storage"]),
        module("Decisions", imports: ["Journeys", "Learning", "Expressions", "Events", "Storage"]),
        module(
            "Endpoints",
            imports: ["Expressions", "Events", "HTTP", "Posting", "Telemetry", "Languages", "Storage"]),
        module("Analytics", imports: ["Events", "Storage"]),
        // The files of the page are part of the program.
        .target(
            name: "Page",
            resources: ["page.html", "page.css"].map { .embedInCode($0) }
                + ["words", "core", "charts", "flow", "parts", "tabs", "main"].map { .embedInCode("\($0).js") },
            swiftSettings: settings),
        module("Journal", imports: ["Events", "Storage"]),
        module(
            "Pipeline",
            imports: [
                "Analytics", "Endpoints", "Journal", "Decisions", "Journeys", "Learning", "Expressions", "Events",
                "Telemetry", "Languages", "Storage",
            ]),
        module("Cells", imports: ["Endpoints", "Events", "Storage"]),
        module(
            "Topics",
            imports: [
                "Cells", "Pipeline", "Journal", "Endpoints", "Decisions", "Expressions", "Events", "Telemetry",
                "Storage",
            ]),
        module(
            "Console",
            imports: ["Pipeline", "Endpoints", "Events", "HTTP", "Page", "Telemetry", "Languages", "Storage"]),
        module(
            "Configuration",
            imports: [
                "Analytics", "Endpoints", "Journal", "Decisions", "Journeys", "Learning", "Expressions", "Events",
                "Languages", "Storage",
            ]),
        module("Load", imports: ["Endpoints", "Samples", "Events", "Telemetry", "Storage"]),
        module(
            "Stories",
            imports: [
                "Configuration", "Pipeline", "Endpoints", "Decisions", "Journeys", "Learning", "Expressions", "Events",
                "Samples", "Telemetry", "Languages", "Storage",
            ]),
        .executableTarget(
            name: "journeyd",
            dependencies: [
                "Stories", "Configuration", "Load", "Console", "Topics", "Cells", "Pipeline", "Endpoints", "Journal",
                "Decisions", "Analytics", "Learning", "Journeys", "Expressions", "Events", "Page", "Samples",
                "Telemetry", "Languages", "Storage",
                "CLinux",
            ],
            swiftSettings: settings,
            // Swift's libraries are part of it: the fewer the system loads, the sooner signals can be held.
            linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]),
        .executableTarget(
            name: "journeyd-post", dependencies: ["Posting", "Storage"], swiftSettings: settings),
        // A target of tests for each module, and one for the whole engine.
        tests("PageTests", of: ["Page"]),
        tests("LanguagesTests", of: ["TestSupport", "Languages"]),
        tests("StorageTests", of: ["TestSupport", "Storage"]),
        tests("SamplesTests", of: ["Samples"]),
        tests("PostingTests", of: ["Posting", "Storage"]),
        tests("HTTPTests", of: ["TestSupport", "HTTP", "Storage"]),
        tests("TelemetryTests", of: ["TestSupport", "Telemetry", "Languages", "Storage"]),
        tests("EventsTests", of: ["TestSupport", "Events", "Storage"]),
        tests("ExpressionsTests", of: ["TestSupport", "Expressions", "Events", "Storage"]),
        tests(
            "JourneysTests",
            of: ["TestEngine", "TestSupport", "Pipeline", "Journeys", "Expressions", "Events", "Storage"]),
        tests(
            "DecisionsTests",
            of: ["TestSupport", "Decisions", "Journeys", "Learning", "Expressions", "Events", "Storage"]),
        tests(
            "EndpointsTests",
            of: [
                "TestSupport", "Endpoints", "Expressions", "Events", "HTTP", "Posting", "Telemetry", "Languages",
                "Storage",
            ]),
        tests(
            "AnalyticsTests",
            of: ["TestSupport", "Analytics", "Pipeline", "Configuration", "Journeys", "Events", "Storage"]),
        tests("JournalTests", of: ["TestSupport", "Journal", "Events", "Storage"]),
        tests(
            "PipelineTests",
            of: [
                "Pipeline", "Journal", "Endpoints", "Decisions", "Journeys", "Expressions", "Events", "Telemetry",
                "Storage",
            ]),
        tests(
            "ConsoleTests",
            of: [
                "TestSupport", "Console", "HTTP", "Pipeline", "Endpoints", "Telemetry", "Languages", "Storage",
            ]),
        tests(
            "ConfigurationTests",
            of: [
                "TestSupport", "Analytics", "Configuration", "Endpoints", "Decisions", "Journeys", "Learning",
                "Expressions", "Events", "Languages", "Storage",
            ]),
        tests(
            "TopicsTests",
            of: [
                "TestEngine", "TestSupport", "Topics", "Cells", "Pipeline", "Journal", "Endpoints", "Events",
                "Telemetry",
                "Storage",
            ]),
        tests("CellsTests", of: ["TestSupport", "Cells", "Endpoints", "Events", "Storage"]),
        tests("LearningTests", of: ["TestSupport", "Learning", "Expressions", "Events", "Storage"]),
        tests("LoadTests", of: ["Load", "Samples", "Events", "Storage"]),
        tests(
            "StoriesTests",
            of: [
                "TestSupport", "Stories", "Configuration", "Pipeline", "Endpoints", "Decisions", "Journeys", "Events",
                "Samples", "Languages", "Storage",
            ]),
        tests(
            "journeydTests",
            of: [
                "TestSupport", "journeyd", "Configuration", "Console", "Journal", "Events", "Languages", "Storage",
            ]),
        tests(
            "EngineTests",
            of: [
                "TestEngine", "TestSupport", "Pipeline", "Decisions", "Learning", "Journeys", "Expressions", "Events",
                "Samples", "Storage",
            ]),
        // What tests of several modules share, without tests of its own: the one source of chance and the look-up of
        // cases, which need no module, and the engine put together.
        tests("TestSupport", of: []),
        tests("TestEngine", of: ["Configuration", "Pipeline", "Journeys", "Events", "Storage"]),
    ]
)
