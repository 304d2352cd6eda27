import Testing

@Suite struct `Hand-written lists` {
  private let tree: SourceTree

  init() throws { tree = try SourceTree() }

  @Test func `of protocols name every exchange`() throws {
    let list = try tree.text("Sources/Sensor/Protocols.swift")
    for name in conformers(to: "Exchange", in: "Sensor") {
      #expect(list.contains("\(name).self"), "\(name) is not in Protocols.swift")
    }
  }

  @Test func `of detections name every detection`() throws {
    let list = try tree.text("Sources/Detections/Detections.swift")
    for name in conformers(to: "Detection", in: "Detections") {
      #expect(list.contains("\(name).self"), "\(name) is not in Detections.swift")
    }
  }

  @Test func `of commands name every command`() throws {
    let list = try tree.text("Sources/crosswatch/Main.swift")
    for file in tree.sources(of: "crosswatch") {
      for line in file.code {
        guard let match = line.firstMatch(of: #/struct (\w+): (Async)?ParsableCommand/#) else {
          continue
        }
        let name = String(match.1)
        let isListed =
          list.contains("\(name).self")
          || file.code.contains { $0.contains("\(name).self") } || file.name == "Main.swift"
        #expect(isListed, "\(name) is not in Main.swift")
      }
    }
  }

  @Test func `hold every case with its README and its truth`() throws {
    for name in try tree.names(in: "Captures") where name != "lab" {
      let files = Set(try tree.names(in: "Captures/\(name)"))
      #expect(files.isSuperset(of: ["README.md", "truth.json"]), "Captures/\(name)")
      #expect(files.contains { $0.hasPrefix("capture.") }, "Captures/\(name)")
    }
  }

  private func conformers(to name: String, in target: String) -> [String] {
    tree.sources(of: target).flatMap { file in
      file.code.compactMap { line in
        guard let match = line.firstMatch(of: #/(?:class|struct) (\w+): ([\w, ]+)/#),
          match.2.split(separator: ",").contains(where: {
            $0.trimmingPrefix(" ").trimmingPrefix("any ") == name
          })
        else { return nil }
        return String(match.1)
      }
    }
  }
}
