// swift-tools-version: 6.2
import PackageDescription

/// The core alone, without packages: what sanitizers, fuzzing and daily work build.
let isCoreOnly = Context.environment["CORE"] == "1"

var targets: [Target] = [
  .systemLibrary(
    name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),

  // Values and rules: no I/O, no clock.
  .target(name: "Wire"),
  .target(name: "Evidence"),

  // The core: from packet to alert.
  .target(name: "Sensor", dependencies: ["Wire", "Evidence", "CPcap"]),
  .target(name: "Correlation", dependencies: ["Evidence"]),
  .target(name: "Detections", dependencies: ["Evidence"]),
  .target(name: "Monitor", dependencies: ["Sensor", "Correlation", "Detections", "Evidence"]),

  .testTarget(name: "WireTests", dependencies: ["Wire"]),
  .testTarget(name: "EvidenceTests", dependencies: ["Evidence"]),
  .testTarget(name: "SensorTests", dependencies: ["Sensor", "Wire", "Evidence"]),
  .testTarget(name: "CorrelationTests", dependencies: ["Correlation", "Evidence"]),
  .testTarget(name: "DetectionsTests", dependencies: ["Detections", "Evidence"]),
]

var dependencies: [Package.Dependency] = []

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
  if ["Wire", "WireTests", "Sensor"].contains(target.name) {
    target.swiftSettings?.append(.enableExperimentalFeature("Lifetimes"))
  }
}
