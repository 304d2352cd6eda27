/// What `crosswatch sensor` is asked to do.
public struct SensorOptions: Sendable {
  /// Interfaces to listen to; empty where captures are followed.
  public var interfaces: [String] = []
  /// The captures to follow instead: a file, folder or pattern, or `-`.
  public var followed: String?
  public var workspace: String?
  public var filter: String?
  public var snapLength: Int?
  public var bufferMebibytes: Int?
  public var isPromiscuous = true
  public var threads = 1
  /// Where what is received is written.
  public var recording: String?
  /// Megabytes, of a million octets, after which another file is begun.
  public var rotateMegabytes: Int?
  /// Seconds after which another file is begun.
  public var rotateSeconds: Int?
  /// Files that are kept.
  public var keepFiles: Int?
  /// Where the packets of alerts are kept; nil for the workspace's own folder.
  public var packetsFolder: String?
  /// Whom to become once the interfaces are open.
  public var user: String?
  /// Seconds between two lines of state on standard error.
  public var statusSeconds: Int?
  /// Whether alerts are JSON Lines rather than lines for people.
  public var isJSON = false

  public init() {}
}
