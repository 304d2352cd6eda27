public import Evidence

/// The entries of a directory as they were read last, kept up by deliveries.
///
/// The directory renames by changing one entry: what was below an organizational unit, and the
/// groups that name a member, are as they were to whoever asks only for what changed. So a rename is
/// carried through here, and what is gone leaves its groups, because another account may come under
/// its name.
public struct DirectoryMirror: Sendable {
  public private(set) var records: [String: DirectoryRecord] = [:]
  /// Keys of records that were added or changed, and of those that went, since the last ``settle()``.
  public private(set) var changed: Set<String> = []
  public private(set) var removed: Set<String> = []
  /// Times of deletions by SID, as far as tombstones tell them.
  public private(set) var deletionTimes: [String: Instant] = [:]

  public init() {}

  /// Reads what was stored: records as LDIF.
  public init(ldif text: String) throws(ConnectorFailure) {
    let stored = try DirectorySnapshot.records(Array(text.utf8), file: "stored directory")
    for record in stored { records[record.key] = record }
  }

  /// The picture that the entries make, in the order of their names: the same however they came.
  public var directory: Directory {
    let ordered = records.values.sorted {
      ($0.distinguishedName.lowercased(), $0.key) < ($1.distinguishedName.lowercased(), $1.key)
    }
    return Directory(ordered, areGroupsComplete: true)
  }

  /// Forgets what changed, once it is stored.
  public mutating func settle() {
    changed = []
    removed = []
    deletionTimes = [:]
  }

  /// Takes in a delivery.
  public mutating func take(_ delivery: DirectoryDelivery) {
    for deletion in delivery.deletions {
      if let sid = records[deletion.key].flatMap(DirectoryMirror.sid), let time = deletion.time {
        deletionTimes[sid] = Instant(generalizedTime: time)
      }
    }
    switch delivery.extent {
    case .nothing:
      return
    case .complete:
      remove(Set(records.keys).subtracting(delivery.records.map(\.key)))
      for record in delivery.records { put(record) }
    case .changes:
      var gone = Set(delivery.deletions.map(\.key))
      if let present = delivery.present {
        // What was read just now is there, though it may not have been when it was counted.
        let read = Set(delivery.records.map(\.key))
        gone.formUnion(records.keys.filter { present[$0] == nil && !read.contains($0) })
      }
      remove(gone)
      rename(delivery)
      for record in delivery.records where !gone.contains(record.key) { put(record) }
    }
  }

  private mutating func put(_ record: DirectoryRecord) {
    var record = record
    record.line = 0
    record.emptied = []
    guard records[record.key] != record else { return }
    records[record.key] = record
    removed.remove(record.key)
    changed.insert(record.key)
  }

  /// Removes entries, and their names from the groups.
  private mutating func remove(_ keys: Set<String>) {
    var names: Set<String> = []
    for key in keys {
      guard let record = records.removeValue(forKey: key) else { continue }
      names.insert(record.distinguishedName.lowercased())
      changed.remove(key)
      removed.insert(key)
    }
    guard !names.isEmpty else { return }
    change { attribute in names.contains(attribute.text.lowercased()) ? nil : attribute }
  }

  /// Carries renames through: of entries, of what is below them, and of members that groups name.
  private mutating func rename(_ delivery: DirectoryDelivery) {
    var renames: [(from: String, to: String)] = []
    func add(_ key: String, _ name: String) {
      guard let old = records[key]?.distinguishedName, old.lowercased() != name.lowercased() else {
        return
      }
      renames.append((old.lowercased(), name))
    }
    for record in delivery.records { add(record.key, record.distinguishedName) }
    for (key, name) in delivery.present ?? [:] { add(key, name) }
    guard !renames.isEmpty else { return }
    let places = Dictionary(renames, uniquingKeysWith: { first, _ in first })
    for (key, record) in records {
      let name = DirectoryMirror.renamed(record.distinguishedName, places)
      guard name != record.distinguishedName else { continue }
      records[key]?.distinguishedName = name
      changed.insert(key)
    }
    change { attribute in
      let name = DirectoryMirror.renamed(attribute.text, places)
      guard name != attribute.text else { return attribute }
      return DirectoryAttribute(name: attribute.name, value: Array(name.utf8)[...])
    }
  }

  /// Changes the names that groups have of their members.
  private mutating func change(_ body: (DirectoryAttribute) -> DirectoryAttribute?) {
    for (key, record) in records where record.attributes.contains(where: { $0.name == "member" }) {
      let attributes = record.attributes.compactMap { $0.name == "member" ? body($0) : $0 }
      guard attributes != record.attributes else { continue }
      records[key]?.attributes = attributes
      changed.insert(key)
    }
  }

  /// A name after renames of itself or of what it is below: the nearest counts.
  private static func renamed(_ name: String, _ places: [String: String]) -> String {
    var head = ""
    var rest = name
    while true {
      if let place = places[rest.lowercased()] { return head + place }
      guard let parent = DistinguishedName.parent(of: rest) else { return name }
      head += rest.dropLast(parent.count)
      rest = parent
    }
  }

  private static func sid(_ record: DirectoryRecord) -> String? {
    record.values("objectsid").first.flatMap { SecurityIdentifier.read($0.value) }
  }
}
