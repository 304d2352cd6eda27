import Evidence
import Foundation
import Monitor
import Sensor
@testable import Server
import Testing

/// `carve`, held against the captures that it cuts from.
@Suite struct `A carved alert` {
  @Test func `of the service tickets in RC4 is its evidence's packets and no others`() async throws
  {
    let example = try CaptureCase.named("kerberoasting-rc4")
    let alerts = try await example.replay().alerts
    let alert = try #require(alerts.first { $0.detection == "kerberoasting" })
    let output = NSTemporaryDirectory() + "crosswatch-carved-\(UUID().uuidString).pcapng"
    defer { try? FileManager.default.removeItem(atPath: output) }
    var options = CarveRun.Options(alert: alert.id, output: output)
    options.workspace = example.workspacePath
    options.captures = [example.capturePath]
    try await CarveRun(options, console: Console()).run()
    let wanted = Set(alert.evidence.flatMap(\.packets))
    let original = try KeptPacket.read(wanted, of: example.capturePath)
    let carved = try KeptPacket.read(Set(1...10_000), of: output)
    #expect(carved.map(\.bytes) == original.map(\.bytes))
    #expect(carved.map(\.time) == original.map(\.time))
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    #expect(text.contains("\(alert.id) kerberoasting: "))
    #expect(text.contains("packet 1177 of "))
  }

  @Test(arguments: CaptureCase.all)
  func `can be cut out of every case, each packet at the time that is told`(
    _ example: CaptureCase
  ) async throws {
    for alert in try await example.replay().alerts {
      let finder = PacketFinder([example.capturePath], [])
      let found = try finder.packets(of: alert)
      #expect(Set(found.values.flatMap(\.keys)) == Set(alert.evidence.flatMap(\.packets)))
    }
  }

  @Test func `is not cut out of another capture of the same name`() async throws {
    let alerts = try await CaptureCase.named("kerberoasting-rc4").replay().alerts
    let other = try CaptureCase.named("dcsync-from-workstation")
    let finder = PacketFinder([other.capturePath], [])
    let failure = #expect(throws: Failure.self) {
      _ = try finder.packets(of: try #require(alerts.first))
    }
    #expect(failure?.message.contains("not the capture that the alert was found in") == true)
  }
}
