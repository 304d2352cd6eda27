/// What threat intelligence knows of a tool, an address or a name (rules R38 and R39).
public struct ThreatEntry: Hashable, Sendable {
  /// What it is called, in the words of who found it.
  public var name: String
  public var mark: Mark
  /// Who uses it.
  public var actor: String?
  /// What for.
  public var intent: String?
  /// Who says so: hunters of one's own, or a partner.
  public var source: String

  public init(
    name: String, mark: Mark, actor: String? = nil, intent: String? = nil, source: String
  ) {
    self.name = name
    self.mark = mark
    self.actor = actor
    self.intent = intent
    self.source = source
  }

  /// What it is recognised by.
  public enum Mark: Hashable, Sendable {
    /// A part of what the evidence of an alert says, without regard to case: a tool's fingerprint.
    case fingerprint(String)
    case address(Address)
    /// An account, a computer, or another target, without regard to case.
    case name(String)
  }

  /// Whether an alert shows the mark.
  func isSeen(in alert: Alert) -> Bool {
    switch mark {
    case .fingerprint(let text):
      let wanted = text.lowercased()
      return alert.evidence.contains { $0.summary.lowercased().contains(wanted) }
        || alert.explanation.lowercased().contains(wanted)
    case .address(let address):
      return alert.sources.contains { $0.address == address }
        || alert.targets.contains { $0.kind == .address && Address($0.name) == address }
    case .name(let name):
      let wanted = name.lowercased()
      return alert.accounts.contains { $0.name.lowercased() == wanted }
        || alert.sources.contains { ThreatEntry.isSame($0.computer, wanted) }
        || alert.targets.contains { ThreatEntry.isSame($0.name, wanted) }
    }
  }

  /// A host name is meant by its first label as well.
  private static func isSame(_ name: String?, _ wanted: String) -> Bool {
    guard let name = name?.lowercased() else { return false }
    return name == wanted || name.hasPrefix(wanted + ".")
  }
}

extension Alert {
  /// The alert with the entries that it shows, in their order.
  public func citing(_ entries: [ThreatEntry]) -> Alert {
    var alert = self
    alert.intelligence = entries.filter { $0.isSeen(in: self) }
    return alert
  }

  /// Writes the entries that the alert cites; without any there is no member.
  func writeIntelligence(to json: inout JSONWriter) {
    guard !intelligence.isEmpty else { return }
    json.key("intelligence")
    json.beginArray()
    for entry in intelligence {
      json.beginObject()
      json.member("entry", entry.name)
      json.member("matched", entry.mark.text)
      json.member("actor", entry.actor)
      json.member("intent", entry.intent)
      json.member("source", entry.source)
      json.endObject()
    }
    json.endArray()
  }
}

extension ThreatEntry.Mark {
  /// In words, such as `address 10.0.5.66`.
  public var text: String {
    switch self {
    case .fingerprint(let text): "fingerprint \(text)"
    case .address(let address): "address \(address)"
    case .name(let name): "name \(name)"
    }
  }
}
