import Detections
import Evidence
import Monitor
import Testing

@Suite struct `Recorded cases` {
  /// Detections of the catalogue that are not built yet, by slug: their expectations wait.
  private let built = Set(Detections.all.map { $0.card.slug })

  @Test func `are there`() {
    #expect(CaptureCase.all.count >= 15)
    #expect(CaptureCase.all.count { $0.truth.benign && $0.truth.origin == "lab" } >= 2)
  }

  @Test(arguments: CaptureCase.all)
  func `raise what they must and nothing loud beyond`(_ example: CaptureCase) async throws {
    let alerts = try await example.replay().alerts
    let expected = example.truth.expected.filter { !built.isDisjoint(with: $0.slugs) }
    for expectation in expected {
      #expect(
        alerts.contains { expectation.isMet(by: $0) && $0.severity >= floor(of: $0.detection) },
        "\(expectation.slugs) from \(expectation.sources ?? [])")
    }
    let beyond = alerts.filter { $0.severity >= .medium && !example.accounts(for: $0) }
    #expect(beyond.isEmpty, "\(beyond.map { "\($0.detection): \($0.explanation)" })")
  }

  /// The least that an expected alert must weigh: what the catalogue says, or medium.
  private func floor(of slug: String) -> Alert.Severity {
    min(.medium, Detections.cards.first { $0.slug == slug }?.severity ?? .medium)
  }

  @Test(arguments: CaptureCase.all.filter(\.truth.benign))
  func `without an attack are nearly silent`(_ example: CaptureCase) async throws {
    let alerts = try await example.replay().alerts
    #expect(!alerts.contains { $0.severity >= .medium })
    #expect(alerts.count <= 5)
  }

  @Test(arguments: CaptureCase.all)
  func `say the same bytes on every run, whatever the threads`(
    _ example: CaptureCase
  ) async throws {
    let once = try await example.replay()
    let again = try await example.replay()
    let together = try await example.replay(threads: 3)
    #expect(once.text == again.text)
    #expect(once.text == together.text)
    #expect(once.activityCounts == together.activityCounts)
    #expect(once.entities == together.entities)
  }

  @Test(arguments: CaptureCase.all)
  func `explain each alert with packets of their own`(_ example: CaptureCase) async throws {
    let summary = try await example.replay()
    let packets = summary.coverage.packets
    for alert in summary.alerts {
      #expect(!alert.explanation.isEmpty && !alert.nextSteps.isEmpty && !alert.evidence.isEmpty)
      for piece in alert.evidence {
        #expect(!piece.packets.isEmpty && !piece.summary.isEmpty)
        #expect(piece.packets.allSatisfy { (1...packets).contains($0) })
      }
    }
  }
}
