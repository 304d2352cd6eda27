public import Correlation
import Evidence
import Store
import Workspaces

/// `crosswatch profile`: one page about an entity, out of the workspace's database.
public struct ProfileQuery {
  private let folder: WorkspaceFolder
  let store: SQLiteStore
  let knowledge: Knowledge
  private let endpoint: EndpointSide
  private let monitoringSince: Instant?

  /// Alerts that one page looks through.
  private static let alertLimit = 10_000

  public init(_ folder: WorkspaceFolder) throws { try self.init(folder, folder.questions()) }

  init(_ folder: WorkspaceFolder, _ store: SQLiteStore) throws {
    self.folder = folder
    self.store = store
    knowledge = try folder.knowledge()
    endpoint = try EndpointSide(folder, store, knowledge)
    monitoringSince = try store.captures(limit: 1).first?.first
  }

  /// The profile of the one entity that a name, SID, address or identity stands for.
  public func profile(_ text: String) throws -> Profile {
    try profile(of: choose(text, try store.entities(matching: EntityName(text).name)))
  }

  /// The profile of an entity that was found.
  func profile(of record: EntityRecord) throws -> Profile {
    var names = Set(record.names.map { $0.name.lowercased() })
    names.insert(record.name.lowercased())
    names.formUnion(record.addresses.map(\.address.description))
    if let sid = record.sid { names.insert(sid.lowercased()) }
    // Alerts name a computer in full, by its first label or as an account.
    for name in names {
      names.insert(String(name.prefix { $0 != "." }))
      if name.hasSuffix("$") { names.insert(String(name.dropLast())) }
    }
    let alerts = try store.alerts(naming: names.sorted(), limit: ProfileQuery.alertLimit)
    return profile(of: record, alerts: alerts)
  }

  /// Whether both sides are on (rule R19).
  var isIntegrated: Bool { endpoint.status.isComplete }

  /// Whether an entity was found to be a device of the endpoint side.
  func isDevice(_ id: String, _ record: EntityRecord) -> Bool {
    let entry = Profile.entry(of: record, knowledge)
    let match = endpoint.matching.device(for: record, entry: entry)
    return match.state == .matched
      && (match.devices + match.predecessors).contains { $0.id == id }
  }

  /// The device that a profile's computer was found to be; nil for none, or for several.
  func device(of profile: Profile) -> String? {
    let match = endpoint.matching.device(for: profile.record, entry: profile.entry)
    return match.state == .matched ? match.devices.first?.id : nil
  }

  /// The profile of an entity, with alerts among which its own are.
  func profile(of record: EntityRecord, alerts: [Alert]) -> Profile {
    var sources = Profile.Sources(
      record: record, knowledge: knowledge, alerts: alerts, matching: endpoint.matching,
      integration: endpoint.integration)
    sources.links = endpoint.links
    sources.monitoringSince = monitoringSince
    return Profile(sources)
  }

  /// Of several entities the one that is meant: by identity or SID, then by the name it is listed
  /// under, then by a name or address that it had.
  private func choose(_ text: String, _ found: [EntityRecord]) throws -> EntityRecord {
    let asked = EntityName(text)
    let candidates = found.filter { record in
      guard let domain = asked.domain else { return true }
      let own = knowledge.domains.canonical(record.domain ?? "")
      return own == knowledge.domains.canonical(domain)
    }
    let ranked = Dictionary(grouping: candidates) { asked.rank(of: $0) }
    guard let best = ranked.keys.min(), let group = ranked[best] else {
      throw Failure(
        "'\(text)': nobody and nothing of that name was seen in workspace "
          + "'\(folder.workspace.name)'\(hint(asked))")
    }
    guard group.count == 1, let only = group.first else {
      let list = group.sorted { $0.id < $1.id }.prefix(8).map { record in
        "\(record.kind.rawValue) \(record.name)"
          + (record.domain.map { " of \($0)" } ?? "") + " (\(record.id))"
      }
      throw Failure(
        "'\(text)' stands for \(group.count) entities: \(list.joined(separator: ", ")); "
          + "ask by identity")
    }
    return only
  }

  private func hint(_ asked: EntityName) -> String {
    guard let entry = knowledge.directory.entry(named: asked.name) else { return "" }
    return "; the directory has it: \(entry.distinguishedName)"
  }
}

/// What was asked for: `name`, `DOMAIN\name`, `name@domain`, an address, a SID or an identity.
private struct EntityName {
  var name: String
  var domain: String?

  init(_ text: String) {
    name = text
    if let cut = text.firstIndex(of: "\\") {
      domain = String(text[..<cut])
      name = String(text[text.index(after: cut)...])
    } else if let cut = text.lastIndex(of: "@"), cut > text.startIndex {
      domain = String(text[text.index(after: cut)...])
      name = String(text[..<cut])
    }
  }

  /// How directly an entity is meant; the lowest is best.
  func rank(of record: EntityRecord) -> Int {
    let asked = name.lowercased()
    if record.id == name || record.sid?.lowercased() == asked { return 0 }
    let own = record.name.lowercased()
    if own == asked { return 1 }
    if own == asked + "$" || own.hasPrefix(asked + ".") { return 2 }
    if record.names.contains(where: { $0.name.lowercased() == asked }) { return 3 }
    return 4
  }
}
