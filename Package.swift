// swift-tools-version: 6.2
import PackageDescription

// A module imports only from rows above its own; nothing above `PicketRuntime` can do I/O.
// README.md draws the picture.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

let mutable: [SwiftSetting] = strict + [.define("PICKET_MUTATIONS", .when(traits: ["Mutations"]))]

// Its objects are looked into thousands of times in a simulated second; that nothing is changed while it is looked at is checked in
// debug builds.
let simulated: [SwiftSetting] = mutable + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let package = Package(
    name: "picket",
    products: [
        .executable(name: "picketd", targets: ["picketd"]),
        .executable(name: "picket-sim", targets: ["picket-sim"]),
        .executable(name: "picket", targets: ["picket"]),
        .executable(name: "picket-bench", targets: ["picket-bench"]),
        .executable(name: "picket-chaos", targets: ["picket-chaos"]),
    ],
    traits: [
        // For the simulator alone: Sources/PicketCore/Mutation.swift tells what it is for. No build that is shipped has it.
        .trait(name: "Mutations", description: "A core that can be broken on purpose, to prove that the checkers see it."),
        .default(enabledTraits: []),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        // Without the traits that need all of Foundation.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        // No `pkgConfig:`: its flags make every build warn, and Debian's headers need none.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        // Of the C library; Swift's module of it lacks this header.
        .systemLibrary(name: "CEpoll"),
        .target(
            name: "PicketRESP",
            dependencies: ["CHiredis", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: strict),
        .target(
            name: "PicketCore",
            dependencies: [
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: mutable),
        .target(
            name: "PicketWire",
            dependencies: ["PicketCore", "PicketRESP", .product(name: "OrderedCollections", package: "swift-collections")],
            swiftSettings: strict),
        .target(
            name: "PicketStatus",
            dependencies: [
                "PicketCore", "PicketWire", .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "PicketConfig",
            dependencies: ["PicketCore", .product(name: "OrderedCollections", package: "swift-collections")],
            swiftSettings: strict),
        .target(
            name: "PicketInvariants",
            dependencies: ["PicketCore", .product(name: "OrderedCollections", package: "swift-collections")],
            swiftSettings: strict),
        .target(
            name: "PicketSimulator",
            dependencies: [
                "PicketCore", "PicketWire", "PicketRESP", "PicketConfig", "PicketInvariants",
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: simulated),
        .executableTarget(
            name: "picket-sim",
            dependencies: [
                "PicketSimulator", "PicketInvariants", "PicketCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: mutable),
        .target(
            name: "PicketAccess",
            dependencies: [
                "PicketRESP",
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "PicketRuntime",
            dependencies: [
                "PicketCore", "PicketWire", "PicketRESP", "PicketConfig", "PicketAccess", "PicketStatus",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "PicketHistory",
            dependencies: [
                "PicketStatus", .product(name: "NIOPosix", package: "swift-nio"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "PicketHTTP",
            dependencies: [
                "PicketStatus", "PicketCore", "PicketWire",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [
                .embedInCode("Page/page.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page.js"),
                .embedInCode("API/openapi.json"),
            ],
            swiftSettings: strict),
        .target(
            name: "PicketLab",
            dependencies: [
                "CEpoll", "PicketRESP", "PicketCore", "PicketInvariants",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "PicketOperator",
            dependencies: [
                "PicketRESP",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "picket",
            dependencies: ["PicketOperator", "PicketLab", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),
        .executableTarget(
            name: "picket-bench",
            dependencies: ["PicketLab", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),
        .executableTarget(
            name: "picket-chaos",
            dependencies: ["PicketLab", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),
        .executableTarget(
            name: "picketd",
            dependencies: [
                "PicketRuntime", "PicketHTTP", "PicketHistory", "PicketStatus", "PicketConfig", "PicketCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .testTarget(name: "PicketRESPTests", dependencies: ["PicketRESP"], swiftSettings: strict),
        .testTarget(name: "PicketCoreTests", dependencies: ["PicketCore"], swiftSettings: strict),
        .testTarget(
            name: "PicketWireTests",
            dependencies: ["PicketWire", "PicketCore", "PicketRESP", .product(name: "NIOCore", package: "swift-nio")], swiftSettings: strict
        ),
        .testTarget(
            name: "PicketConfigTests",
            dependencies: ["PicketConfig", "PicketCore", .product(name: "OrderedCollections", package: "swift-collections")],
            resources: [.copy("Goldens")], swiftSettings: strict),
        .testTarget(
            name: "PicketSimulatorTests", dependencies: ["PicketSimulator", "PicketInvariants", "PicketCore"],
            resources: [.copy("Scenarios")], swiftSettings: strict),
        .testTarget(
            name: "PicketLabTests",
            dependencies: [
                "PicketLab", "PicketInvariants", "picket-chaos", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(name: "PicketAccessTests", dependencies: ["PicketAccess", "PicketRESP"], swiftSettings: strict),
        .testTarget(
            name: "PicketRuntimeTests",
            dependencies: [
                "PicketRuntime", "PicketStatus", "PicketCore", "PicketWire", "PicketRESP", "PicketConfig", "PicketAccess",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PicketHistoryTests",
            dependencies: ["PicketHistory", "PicketStatus", .product(name: "Logging", package: "swift-log")], swiftSettings: strict),
        .testTarget(
            name: "PicketHTTPTests",
            dependencies: [
                "PicketHTTP", "PicketStatus", "PicketCore",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PicketOperatorTests",
            dependencies: [
                "PicketOperator", "PicketRESP", "picket",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Goldens"], swiftSettings: strict),
        .testTarget(
            name: "PicketLiveTests",
            dependencies: ["PicketLab", "PicketOperator", "PicketRESP", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: strict),
    ]
)
