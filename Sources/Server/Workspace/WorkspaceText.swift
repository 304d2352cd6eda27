import Evidence
import Workspaces

/// Workspaces for people and for programs.
public enum WorkspaceText {
  public static func lines(
    _ summaries: [WorkspaceAdministration.Summary], usesColour: Bool
  ) -> [String] {
    guard !summaries.isEmpty else {
      return ["No workspaces; 'crosswatch workspace create NAME' makes one."]
    }
    var table = Table([
      Table.Column("WORKSPACE"), Table.Column("PRIMARY"), Table.Column("REGION"),
      Table.Column("INTEGRATIONS"), Table.Column("ALERTS", .right),
      Table.Column("ENTITIES", .right),
    ])
    for summary in summaries {
      let integrations = summary.integrations.map { "\($0.kind.rawValue) \($0.status.name)" }
      table.add([
        Table.Cell(summary.workspace.name, .bold),
        Table.Cell(summary.isPrimary ? "primary" : "", .green),
        Table.Cell(summary.workspace.region),
        Table.Cell(integrations.joined(separator: ", ")),
        Table.Cell(Quantity.count(summary.alertCount)),
        Table.Cell(Quantity.count(summary.entityCount)),
      ])
    }
    return table.lines(usesColour: usesColour)
  }

  public static func lines(
    _ summary: WorkspaceAdministration.Summary, usesColour: Bool
  ) -> [String] {
    let workspace = summary.workspace
    var page = Page(usesColour: usesColour)
    page.title(workspace.name)
    page.fact("primary", summary.isPrimary ? "yes" : "no")
    page.fact("region", workspace.region)
    page.fact(
      "domains",
      workspace.domains.map { domain in
        domain.netbios.map { "\(domain.dns) (\($0))" } ?? domain.dns
      }.joined(separator: ", "))
    page.fact("controllers", workspace.controllers.joined(separator: ", "))
    page.fact("sensitive", workspace.sensitive.joined(separator: ", "))
    page.fact("honeytokens", workspace.honeytokens.joined(separator: ", "))
    page.fact(
      "licences",
      [(workspace.licences.identity, "identity"), (workspace.licences.endpoint, "endpoint")]
        .filter(\.0).map(\.1).joined(separator: ", "))
    page.fact("retention", Quantity.count(workspace.retention.days, "day"))
    page.fact("alerts", Quantity.count(summary.alertCount))
    page.fact("entities", Quantity.count(summary.entityCount))
    // The switch stands on the primary workspace and on no other (rule R13).
    if summary.isPrimary {
      let on = summary.integrations.map { "\($0.kind.rawValue): \($0.status.text)" }
      page.list("Integrations", on.isEmpty ? ["none is on"] : on)
    }
    return page.lines
  }

  /// The data-source entry of the endpoint product, and the switches of the integrations, which stand
  /// on the primary workspace and on no other (rules R11 to R13).
  private static func writeSwitches(
    _ summary: WorkspaceAdministration.Summary, to json: inout JSONWriter
  ) {
    let obstacle = IntegrationRule.obstacle(
      for: summary.workspace, isOnboarded: summary.isOnboarded)
    json.list("dataSources", [IntegrationKind.defenderForEndpoint]) { kind, json in
      json.member("kind", kind.rawValue)
      json.member("title", "Windows Defender ATP")
      json.member("offered", obstacle == nil)
      json.member("reason", obstacle?.reason)
      json.member("manage", "crosswatch workspace show \(summary.workspace.name)")
    }
    guard summary.isPrimary else { return }
    let on = Set(summary.integrations.map(\.kind))
    json.list("switches", IntegrationKind.allCases) { kind, json in
      json.member("kind", kind.rawValue)
      json.member("on", on.contains(kind))
    }
  }

  public static func json(_ summary: WorkspaceAdministration.Summary) -> String {
    let workspace = summary.workspace
    var json = JSONWriter()
    json.beginObject()
    json.member("name", workspace.name)
    json.member("primary", summary.isPrimary)
    json.member("region", workspace.region)
    json.list("domains", workspace.domains) { domain, json in
      json.member("dns", domain.dns)
      json.member("netbios", domain.netbios)
    }
    json.member("controllers", workspace.controllers)
    json.member("sensitive", workspace.sensitive)
    json.member("honeytokens", workspace.honeytokens)
    json.key("licences")
    json.beginObject()
    json.member("identity", workspace.licences.identity)
    json.member("endpoint", workspace.licences.endpoint)
    json.endObject()
    json.list("integrations", summary.integrations) { integration, json in
      json.member("kind", integration.kind.rawValue)
      json.member("state", integration.status.name)
      json.member("message", integration.status.text)
    }
    writeSwitches(summary, to: &json)
    json.member("retentionDays", workspace.retention.days)
    json.member("alerts", summary.alertCount)
    json.member("entities", summary.entityCount)
    json.endObject()
    return json.text
  }
}
