import Evidence

/// What `crosswatch replay` is asked to do.
public struct ReplayOptions: Sendable {
  /// Captures, folders of captures, or `-`.
  public var paths: [String]
  /// A workspace's folder or name; nil for the primary one.
  public var workspace: String?
  /// A database besides the workspace's own.
  public var storePath: String?
  /// Whether results are kept.
  public var usesStore = true
  /// Where alerts go as JSON Lines.
  public var alertsTo: String?
  /// Where activities go as JSON Lines.
  public var activitiesTo: String?
  public var threads = 1
  /// The severity, by its name, from which the exit code says so.
  public var failOn: String?
  /// Whether the summary is JSON.
  public var isJSON = false

  /// Names of severities, the lowest first.
  public static let severities = Alert.Severity.allCases.map(\.name)

  public init(paths: [String]) { self.paths = paths }

  /// Whether anything is kept but what is printed.
  var keepsAnything: Bool {
    usesStore || [alertsTo, activitiesTo].contains { $0 != nil && $0 != "-" }
  }

  /// Whether records go to standard output, so that nothing else may.
  var printsRecords: Bool { alertsTo == "-" || activitiesTo == "-" }
}

/// How a command ended: the exit codes of the command line that mean that its work was done.
public enum Ending: Int32, Sendable {
  case done = 0
  /// Done, but some input was damaged and skipped.
  case damaged = 3
  /// An alert was at or above `--fail-on`.
  case alerted = 4
}
