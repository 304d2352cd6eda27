public import Evidence

/// A rule that finds one kind of attack: its card, its memory, and what it makes of an activity.
///
/// The engine hands a detection only activities of the kinds that its card names, in the order of
/// packets. There is no clock: time is the activity's. Every memory has a limit.
public protocol Detection: Sendable {
  static var card: Card { get }

  init(_ settings: DetectionSettings)

  /// Looks at an activity; says what it found by adding to `findings`.
  mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding])

  /// Entries that were forgotten because a memory was full.
  var evictions: UInt64 { get }
}

extension Detection {
  public var evictions: UInt64 { 0 }
}
