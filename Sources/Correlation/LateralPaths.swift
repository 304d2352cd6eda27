public import Evidence

/// Ways from one account to another over computers that the one administers and the other uses.
///
/// A step is taken where an account is an administrator of a computer, where a computer holds the
/// credentials of an account that is used on it, and from an account or group to the groups it is
/// in. Sessions and uses count for ``validity`` after they were last seen.
public struct LateralPaths: Sendable {
  /// How long a path is shown after its evidence (reference on entities, section 4.2).
  public static let validity = Instant.Span.hours(48)
  /// Steps of the longest path: more than any that was seen, and an end to the search.
  public static let stepLimit = 12

  public enum Relation: String, Sendable {
    /// The account administers the computer.
    case administrator
    /// The computer has the account's session, so its credentials.
    case session
    /// The account or group is in the group.
    case membership
  }

  public struct Node: Hashable, Sendable {
    public var id: String
    public var kind: EntityRecord.Kind
    public var name: String
    public var isSensitive: Bool
  }

  public struct Step: Hashable, Sendable {
    public var from: Node
    public var to: Node
    public var relation: Relation
    public var evidence: String
    /// When it was last seen; nil for what the directory says.
    public var time: Instant?
  }

  /// An account did on a computer what only administrators may do.
  public struct Use: Hashable, Sendable {
    public var account: AccountName
    public var computer: Address
    public var time: Instant
    public var evidence: String

    public init(account: AccountName, computer: Address, time: Instant, evidence: String) {
      self.account = account
      self.computer = computer
      self.time = time
      self.evidence = evidence
    }
  }

  /// The moment that ages are counted from: the latest that was seen.
  public let moment: Instant
  /// Uses whose account or computer is not known for certain, which make no step.
  public private(set) var unresolved = 0
  private let knowledge: Knowledge
  private var nodes: [String: Node] = [:]
  private var incoming: [String: [Step]] = [:]

  public init(
    records: [EntityRecord], uses: [Use], knowledge: Knowledge, at moment: Instant
  ) {
    self.moment = moment
    self.knowledge = knowledge
    for record in records where record.kind == .user || record.kind == .computer {
      addNode(record)
    }
    for entry in knowledge.directory.entries { addNode(entry) }
    for record in records where record.kind == .user { addSessions(record) }
    let holders = Dictionary(
      grouping: records.filter { $0.kind == .computer }.flatMap { record in
        Set(record.addresses.map(\.address)).map { (address: $0, record: record) }
      }, by: \.address)
    for use in uses { add(use, (holders[use.computer] ?? []).map(\.record)) }
    addMemberships()
    for (id, steps) in incoming { incoming[id] = steps.sorted(by: LateralPaths.isBefore) }
  }

  /// The entity of a name among accounts, computers and groups: by identity or SID, otherwise by the
  /// one of that name.
  public func nodes(named text: String) -> [Node] {
    if let node = nodes[text] ?? nodes[EntityRecord.id(sid: text)] { return [node] }
    var name = text.lowercased()
    if let cut = name.lastIndex(of: "\\") { name = String(name[name.index(after: cut)...]) }
    return nodes.values.filter { node in
      let own = node.name.lowercased()
      return own == name || node.kind == .computer && own.prefix { $0 != "." } == name
    }.sorted { $0.id < $1.id }
  }

  /// The shortest path to an entity from each other that has one with a session in it, or from one
  /// only; short ones first.
  public func paths(to target: Node, from source: Node? = nil) -> [[Step]] {
    var next: [String: Step] = [:]
    var reached = [target.id]
    var seen: Set<String> = [target.id]
    for _ in 0..<LateralPaths.stepLimit where !reached.isEmpty {
      var further: [String] = []
      for id in reached {
        for step in incoming[id] ?? [] where seen.insert(step.from.id).inserted {
          next[step.from.id] = step
          further.append(step.from.id)
        }
      }
      reached = further
    }
    let starts = source.map { [$0.id] } ?? next.keys.sorted()
    let found = starts.compactMap { start -> [Step]? in
      var path: [Step] = []
      var id = start
      while let step = next[id] {
        path.append(step)
        id = step.to.id
      }
      let isMovement = path.contains { $0.relation != .membership }
      return path.isEmpty || source == nil && !isMovement ? nil : path
    }
    return found.sorted { left, right in
      left.count == right.count
        ? left[0].from.name < right[0].from.name : left.count < right.count
    }
  }

  /// Whether a computer had an address at a moment, and nobody else had.
  ///
  /// Evidence of its own within the nearness counts, unless another computer held it just then.
  static func holds(
    _ record: EntityRecord, _ address: Address, at moment: Instant, others: [EntityRecord]
  ) -> Bool {
    func isHeld(_ holder: EntityRecord, within span: Instant.Span) -> Bool {
      holder.addresses.contains { interval in
        interval.address == address && interval.certainty > .low
          && interval.from <= moment.advanced(by: span)
          && moment <= interval.to.advanced(by: span)
      }
    }
    guard isHeld(record, within: NameClaims.nearness) else { return false }
    return !others.contains { $0.id != record.id && isHeld($0, within: .seconds(0)) }
  }

  // MARK: - Nodes

  private mutating func addNode(_ record: EntityRecord) {
    let entry = Profile.entry(of: record, knowledge)
    let account = AccountName(name: record.name, domain: record.domain ?? "")
    let reason =
      entry.map { knowledge.sensitivityReason(of: $0) } ?? knowledge.sensitivityReason(of: account)
    nodes[record.id] = Node(
      id: record.id, kind: record.kind, name: record.name, isSensitive: reason != nil)
  }

  private mutating func addNode(_ entry: DirectoryEntry) {
    let id = EntityRecord.id(sid: entry.sid)
    guard nodes[id] == nil else { return }
    let kind: EntityRecord.Kind =
      switch entry.kind {
      case .group: .group
      case .computer: .computer
      case .user, .managedServiceAccount: .user
      }
    nodes[id] = Node(
      id: id, kind: kind, name: entry.dnsHostName ?? entry.samAccountName,
      isSensitive: knowledge.sensitivityReason(of: entry) != nil)
  }

  // MARK: - Steps

  private mutating func addSessions(_ record: EntityRecord) {
    guard let user = nodes[record.id] else { return }
    for link in record.peers where isValid(link.to) {
      guard let id = link.id, let computer = nodes[id], computer.kind == .computer else { continue }
      add(
        Step(
          from: computer, to: user, relation: .session,
          evidence: "logged on from it, seen in traffic", time: link.to))
    }
  }

  private mutating func add(_ use: Use, _ holders: [EntityRecord]) {
    guard isValid(use.time) else { return }
    let computers = holders.filter { record in
      LateralPaths.holds(record, use.computer, at: use.time, others: holders)
    }
    let entry = knowledge.entry(for: use.account)
    let domain = knowledge.domains.canonical(use.account.domain)
    let id =
      entry.map { EntityRecord.id(sid: $0.sid) }
      ?? EntityRecord.id(kind: .user, domain: domain, name: use.account.key)
    guard computers.count == 1, let computer = computers.first.flatMap({ nodes[$0.id] }),
      let account = nodes[id]
    else {
      unresolved += 1
      return
    }
    guard account.id != computer.id else { return }
    add(
      Step(
        from: account, to: computer, relation: .administrator, evidence: use.evidence,
        time: use.time))
  }

  private mutating func addMemberships() {
    for entry in knowledge.directory.entries {
      guard let member = nodes[EntityRecord.id(sid: entry.sid)] else { continue }
      for name in entry.memberOf {
        guard let group = knowledge.directory.entry(distinguishedName: name),
          let node = nodes[EntityRecord.id(sid: group.sid)]
        else { continue }
        add(
          Step(
            from: member, to: node, relation: .membership, evidence: "memberOf in the directory",
            time: nil))
      }
    }
  }

  private mutating func add(_ step: Step) {
    let known = incoming[step.to.id] ?? []
    if let index = known.firstIndex(where: {
      $0.from == step.from && $0.relation == step.relation
    }) {
      guard let time = step.time, time > known[index].time ?? time else { return }
      incoming[step.to.id]?[index] = step
    } else {
      incoming[step.to.id, default: []].append(step)
    }
  }

  private func isValid(_ time: Instant) -> Bool {
    moment.since(time) <= LateralPaths.validity
  }

  private static func isBefore(_ left: Step, _ right: Step) -> Bool {
    (left.relation.rawValue, left.from.name, left.from.id)
      < (right.relation.rawValue, right.from.name, right.from.id)
  }
}

extension LateralPaths {
  /// Writes one path as one JSON object; ages in seconds before ``moment``.
  public func write(_ path: [Step], to json: inout JSONWriter) {
    json.beginObject()
    json.member("from", path.first?.from.name)
    json.member("to", path.last?.to.name)
    json.member("at", moment)
    json.key("steps")
    json.beginArray()
    for step in path {
      json.beginObject()
      write("from", step.from, to: &json)
      json.member("relation", step.relation.rawValue)
      write("to", step.to, to: &json)
      json.member("evidence", step.evidence)
      json.member("time", step.time)
      json.member("ageSeconds", step.time.map { moment.since($0).seconds })
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }

  private func write(_ name: String, _ node: Node, to json: inout JSONWriter) {
    json.key(name)
    json.beginObject()
    json.member("id", node.id)
    json.member("kind", node.kind.rawValue)
    json.member("name", node.name)
    if node.isSensitive { json.member("sensitive", true) }
    json.endObject()
  }
}
