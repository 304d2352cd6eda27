import Evidence
import Foundation

/// Where reading of a source goes on: kept in the workspace's database, with what was read.
public struct SyncCursor: Codable, Hashable, Sendable {
  /// What is being read.
  public enum Stage: String, Codable, Sendable { case alerts, devices }

  /// Everything that was updated before this moment was read (nanoseconds since 1970).
  public var highWater: Int64?
  /// The latest update within the reading that is under way.
  public var latest: Int64?
  public var stage = Stage.alerts
  /// The next page of the reading that is under way, as the other side named it.
  public var next: String?
  /// Files of a folder that were read, each with its size and time.
  public var files: [String: String]?

  public init() {}

  /// Reads stored text; what cannot be read begins anew, which delivers twice and changes nothing.
  public init(text: String?) {
    self.init()
    guard let text else { return }
    do {
      self = try JSONDecoder().decode(SyncCursor.self, from: Data(text.utf8))
    } catch {
      return
    }
  }

  public var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      // Numbers and texts can always be written.
      return "{}"
    }
  }

  mutating func saw(_ moment: Instant?) {
    guard let moment else { return }
    latest = max(latest ?? moment.nanoseconds, moment.nanoseconds)
  }

  /// The reading came to its end: the next one begins where this one was latest.
  mutating func end() {
    if let latest { highWater = max(highWater ?? latest, latest) }
    latest = nil
    next = nil
    stage = .alerts
  }
}
