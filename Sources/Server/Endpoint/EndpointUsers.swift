import Connectors
import Correlation
import Evidence
import Store

/// `crosswatch endpoint users`: users that the endpoint side's alerts name, and which of them are
/// users of the directory.
///
/// A user of the cloud alone is kept as what the endpoint side says, and no identity profile is
/// invented (rule R21).
public struct EndpointUsers {
  private let rows: [Row]

  private struct Row {
    var user: EndpointUser
    var alertCount: Int
    /// The directory's distinguished name; nil for a user of the endpoint side only.
    var entry: String?
  }

  /// Alerts that are looked through.
  private static let limit = 1_000_000

  public init(_ folder: WorkspaceFolder) throws {
    let store = try folder.questions()
    let knowledge = try folder.knowledge()
    var counts: [EndpointUser: Int] = [:]
    for document in try store.endpointAlerts(limit: EndpointUsers.limit) {
      let alert = try DefenderForEndpoint.alert(json: document.json)
      for user in Set((alert?.users ?? []).map(EndpointUsers.named)) {
        counts[user, default: 0] += 1
      }
    }
    rows = counts.map { user, count in
      Row(user: user, alertCount: count, entry: EndpointUsers.entry(of: user, knowledge))
    }.sorted { EndpointUsers.name($0.user) < EndpointUsers.name($1.user) }
  }

  /// A user under one spelling, whichever part of a document names it.
  private static func named(_ user: EndpointUser) -> EndpointUser {
    EndpointUser(
      name: (user.name ?? user.principalName)?.lowercased(), domain: user.domain?.lowercased(),
      sid: user.sid)
  }

  private static func name(_ user: EndpointUser) -> String {
    "\(user.name ?? "") \(user.domain ?? "") \(user.sid ?? "")"
  }

  /// The directory's entry: by SID; without one by name, in a domain that the directory covers.
  private static func entry(of user: EndpointUser, _ knowledge: Knowledge) -> String? {
    if let sid = user.sid { return knowledge.directory.entry(sid: sid)?.distinguishedName }
    guard let name = user.name, let domain = user.domain else { return nil }
    let account = AccountName(name: name, domain: domain)
    return knowledge.entry(for: account)?.distinguishedName
  }

  /// JSON Lines.
  public var jsonLines: [UInt8] {
    var json = JSONWriter()
    for row in rows {
      json.beginObject()
      json.member("name", row.user.name)
      json.member("domain", row.user.domain)
      json.member("sid", row.user.sid)
      json.member("alerts", row.alertCount)
      json.member("kind", row.entry == nil ? "endpoint-only" : "directory")
      json.member("distinguishedName", row.entry)
      json.endObject()
      json.endLine()
    }
    return json.bytes
  }

  public func lines(usesColour: Bool) -> [String] {
    guard !rows.isEmpty else { return ["The endpoint side's alerts name no users."] }
    var table = Table([
      Table.Column("USER"), Table.Column("DOMAIN"), Table.Column("ALERTS", .right),
      Table.Column("DIRECTORY"),
    ])
    for row in rows {
      table.add([
        Table.Cell(row.user.name ?? row.user.sid ?? "", .bold), Table.Cell(row.user.domain ?? ""),
        Table.Cell(Quantity.count(row.alertCount)),
        Table.Cell(row.entry ?? "endpoint only", row.entry == nil ? .dim : .plain),
      ])
    }
    return table.lines(usesColour: usesColour)
  }
}
