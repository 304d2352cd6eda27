import Evidence
import Testing

@testable import Detections

@Suite struct `Cards` {
  @Test func `have slugs of their own`() {
    let slugs = Detections.cards.map(\.slug)
    #expect(Set(slugs).count == slugs.count)
  }

  @Test(arguments: Detections.cards.map(\.slug))
  func `say what a reader must know`(_ slug: String) throws {
    let card = try #require(Detections.cards.first { $0.slug == slug })
    #expect(!card.title.isEmpty && !card.meaning.isEmpty && !card.needs.isEmpty)
    #expect(!card.kinds.isEmpty && !card.techniques.isEmpty)
    #expect(!card.blindSpots.isEmpty && !card.lookalikes.isEmpty && !card.nextSteps.isEmpty)
    #expect(!card.identity.isEmpty && card.folding > .seconds(0))
    #expect(card.thresholds.allSatisfy { !$0.reason.isEmpty && $0.value > 0 })
  }
}
