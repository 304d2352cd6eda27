import Detections

/// What the product can detect, as the commands show it.
enum Catalogue {
  static let slugs: [String] = Detections.cards.map(\.slug)
}
