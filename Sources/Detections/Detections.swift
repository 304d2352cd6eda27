/// All detections, in the order of an attack: the list that everything else is made from.
public enum Detections {
  public static let all: [any Detection.Type] = [
    // Reconnaissance
    DNSReconnaissance.self,
    SMBSessionEnumeration.self,
    // Domain dominance
    DCSync.self,
  ]

  /// The cards, in the same order.
  public static var cards: [Card] { all.map { $0.card } }
}
