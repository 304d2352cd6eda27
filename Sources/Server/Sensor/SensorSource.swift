import Sensor

/// Where a sensor's packets come from.
enum SensorSource: Sendable {
  case live(LiveFeed)
  case followed(FollowedCaptures)

  var feed: any PacketFeed {
    switch self {
    case .live(let feed): feed
    case .followed(let captures): captures
    }
  }

  /// Begins to read interfaces; captures are read when they are asked for.
  func start() throws {
    if case .live(let feed) = self { try feed.start() }
  }

  /// What became of the packets of each interface; none where captures are followed.
  var interfaces: [LiveFeed.InterfaceReport] {
    guard case .live(let feed) = self else { return [] }
    return feed.reports
  }

  /// What became of the captures that are followed.
  var followed: FollowedCaptures.Report? {
    guard case .followed(let captures) = self else { return nil }
    return captures.report
  }

  /// Whether something that was to be read could not be.
  var isDamaged: Bool {
    interfaces.contains { $0.isGone } || (followed?.damageCount ?? 0) > 0
  }

  /// Lines for people on where packets came from.
  var lines: [String] { interfaces.map(\.line) + (followed.map { [$0.line] } ?? []) }
}

extension FollowedCaptures.Report {
  /// One line for people.
  var line: String {
    var text = "\(path): \(Quantity.count(captures, "capture"))"
    if let current, current != path, captures > 0 { text += ", the last of them \(current)" }
    if waiting > 0 { text += "; \(Quantity.count(waiting, "other")) not reached" }
    return text
  }
}
