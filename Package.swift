// swift-tools-version: 6.2
import PackageDescription

/// The core alone, without packages: what sanitizers, fuzzing and daily work build.
let isCoreOnly = Context.environment["CORE"] == "1"

/// libFuzzer's entries and what they reach, every target instrumented: see `.ci/fuzz`.
let isFuzzed = Context.environment["FUZZ"] == "1"

var targets: [Target] = [
  .systemLibrary(
    name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
  .systemLibrary(
    name: "CCompression", pkgConfig: "libzstd",
    providers: [.apt(["zlib1g-dev", "libzstd-dev"])]),

  // Values and rules: no I/O, no clock.
  .target(name: "Wire"),
  .target(name: "Evidence"),

  // The core: from packet to alert.
  .target(name: "Sensor", dependencies: ["Wire", "Evidence", "CPcap", "CCompression"]),
  .target(name: "Correlation", dependencies: ["Evidence"]),
  .target(name: "Detections", dependencies: ["Evidence"]),
  .target(name: "Monitor", dependencies: ["Sensor", "Correlation", "Detections", "Evidence"]),
  .executableTarget(
    name: "Workbench",
    dependencies: ["Monitor", "Sensor", "Correlation", "Detections", "Evidence"]),

  .testTarget(name: "WireTests", dependencies: ["Wire"]),
  .testTarget(name: "EvidenceTests", dependencies: ["Evidence"]),
  .testTarget(name: "SensorTests", dependencies: ["Sensor", "Wire", "Evidence"]),
  .testTarget(name: "CorrelationTests", dependencies: ["Correlation", "Evidence"]),
  .testTarget(name: "MonitorTests", dependencies: ["Monitor", "Sensor", "Wire", "Evidence"]),
  .testTarget(name: "StyleTests"),
  .testTarget(name: "DetectionsTests", dependencies: ["Detections", "Evidence"]),
]

var dependencies: [Package.Dependency] = []

if isFuzzed {
  // Nothing that has a `main` of its own, which libFuzzer brings.
  targets.removeAll { $0.type == .test || $0.type == .executable }
  targets.append(
    .executableTarget(
      name: "Fuzz",
      dependencies: ["Wire", "Sensor", "Monitor", "Correlation", "Detections", "Evidence"]))
} else if !isCoreOnly {
  dependencies += [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
  ]
  targets += [
    .target(name: "Workspaces", dependencies: ["Evidence"]),
    .target(
      name: "Store",
      dependencies: ["Evidence", "Workspaces", .product(name: "GRDB", package: "GRDB.swift")]),
    .systemLibrary(
      name: "COpenLDAP", pkgConfig: "ldap", providers: [.apt(["libldap2-dev", "libsasl2-dev"])]),
    .target(
      name: "Connectors",
      dependencies: [
        "Evidence", "Workspaces", "COpenLDAP",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),

    // Joins everything; the command line above it only parses arguments and prints.
    .target(
      name: "Server",
      dependencies: [
        "Monitor", "Sensor", "Correlation", "Detections", "Evidence", "Workspaces", "Store",
        "Connectors", .product(name: "Yams", package: "Yams"),
      ]),
    .executableTarget(
      name: "crosswatch",
      dependencies: [
        "Server", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "crosswatch-emulator",
      dependencies: [
        "Evidence", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),

    .testTarget(name: "WorkspacesTests", dependencies: ["Workspaces", "Evidence"]),
    .testTarget(
      name: "StoreTests",
      dependencies: [
        "Store", "Workspaces", "Evidence", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "ConnectorsTests", dependencies: ["Connectors", "Workspaces", "Evidence"]),
    .testTarget(
      name: "ServerTests",
      dependencies: ["Server", "Store", "Connectors", "Workspaces", "Monitor", "Evidence"]),
    // The whole product on each recorded case.
    .testTarget(
      name: "CaptureTests",
      dependencies: ["Server", "Monitor", "Sensor", "Detections", "Evidence"]),
    // Runs the built program from outside.
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "crosswatch", "crosswatch-emulator", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
  ]
}

let package = Package(
  name: "crosswatch",
  dependencies: dependencies,
  targets: targets
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  ]
  // Only Wire and Sensor define or return values that borrow bytes. NIO, System, Subprocess and
  // Collections ship with this flag; its promised stability is quoted in NIO's manifest.
  if ["Wire", "WireTests", "Sensor", "SensorTests", "Fuzz"].contains(target.name) {
    target.swiftSettings?.append(.enableExperimentalFeature("Lifetimes"))
  }
}

// Released programs carry Swift's library: calls into a shared one cost a fifth more time.
if !isFuzzed {
  // Of Foundation's parts the linker is told of the first only.
  let foundation = [
    "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections",
  ]
  for target in package.targets where target.type == .executable {
    target.linkerSettings = [
      .unsafeFlags(
        ["-static-stdlib"] + foundation, .when(configuration: .release))
    ]
  }
}

if isFuzzed {
  for target in package.targets where target.type != .system {
    // Coverage in every target, or the fuzzer is blind: `--sanitize=fuzzer` alone gives none.
    // Internal names are seen, so that the entries reach the exchanges.
    target.swiftSettings?.append(
      .unsafeFlags(["-sanitize=fuzzer", "-parse-as-library", "-enable-testing"]))
  }
}
