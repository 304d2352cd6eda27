/// What one reading of a directory brought.
public struct DirectoryDelivery: Sendable {
  /// What `records` are.
  public enum Extent: String, Sendable {
    /// Everything there is: what is missing is gone.
    case complete
    /// What changed since the cursor.
    case changes
    /// The server says that nothing changed.
    case nothing
  }

  /// An entry that is gone.
  public struct Deletion: Hashable, Sendable {
    public var key: String
    /// whenChanged of its tombstone, as the directory writes it; nil where there is none to read.
    public var time: String?
  }

  /// URL of the controller that answered.
  public var controller: String
  public var extent = Extent.complete
  /// How changes were found, for people.
  public var method: String
  public var records: [DirectoryRecord] = []
  public var deletions: [Deletion] = []
  /// Keys and distinguished names of all entries that there are, where they were counted over.
  public var present: [String: String]?
  public var cursor: DirectoryCursor
  /// URLs that answers pointed to and that were not followed.
  public var references: [String] = []
  /// What people should know of this reading.
  public var notes: [String] = []
}

/// How far a directory was read, and on whose word.
public struct DirectoryCursor: Codable, Hashable, Sendable {
  public var base: String
  /// The settings object of the controller: its numbers mean nothing elsewhere.
  public var dsServiceName: String?
  /// The state of its database: restored from a backup, it is another.
  public var invocationID: String?
  /// highestCommittedUSN before the reading.
  public var usn: Int64?
  /// Base 64, of the DirSync control.
  public var dirSync: String?
  /// contextCSN of OpenLDAP, where there is one.
  public var contextCSN: [String]?
}
