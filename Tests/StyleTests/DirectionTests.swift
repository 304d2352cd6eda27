import Testing

@Suite struct `Direction of dependencies` {
  /// What each target may import, besides the standard library.
  private let allowed: [String: Set<String>] = [
    "Wire": [],
    "Evidence": [],
    "Workspaces": ["Evidence"],
    "Sensor": ["Wire", "Evidence", "CPcap", "CCompression", "Glibc", "Synchronization"],
    "Correlation": ["Evidence"],
    "Detections": ["Evidence"],
    "Monitor": ["Sensor", "Correlation", "Detections", "Evidence"],
    "Store": ["Evidence", "Workspaces", "GRDB", "Foundation"],
    "Connectors": [
      "Evidence", "Workspaces", "COpenLDAP", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOSSL",
      "Crypto", "Foundation",
    ],
    "Server": [
      "Evidence", "Workspaces", "Sensor", "Correlation", "Detections", "Monitor", "Store",
      "Connectors", "Foundation", "Yams", "Glibc", "Synchronization",
    ],
    "Fuzz": ["Wire", "Sensor", "Correlation", "Detections", "Monitor", "Evidence", "Glibc"],
    "Workbench": [
      "Monitor", "Sensor", "Correlation", "Detections", "Evidence", "Glibc", "Foundation",
    ],
    "crosswatch-emulator": [
      "Evidence", "ArgumentParser", "Hummingbird", "HummingbirdCore", "HummingbirdTLS", "NIOCore",
      "NIOSSL", "Foundation",
    ],
    "crosswatch": ["Server", "ArgumentParser", "Foundation", "Glibc"],
  ]

  @Test func `is that of the design in every file`() throws {
    for file in try SourceTree().sources {
      let permitted = allowed[file.target] ?? []
      let beyond = file.imports.subtracting(permitted)
      #expect(beyond.isEmpty, "\(file) imports \(beyond.sorted())")
    }
  }

  @Test func `names every target there is`() throws {
    let targets = try SourceTree().sources.map(\.target)
    #expect(Set(targets).subtracting(allowed.keys).isEmpty)
  }
}
