import Connectors
import Correlation
import Evidence
import Store
import Workspaces

/// What the endpoint side knows, and whether it may be shown.
struct EndpointSide {
  let matching: Matching
  let integration: EndpointBadge.Integration
  let links: EndpointBadge.Links
  let status: IntegrationStatus

  /// Devices, and alerts, that are read: ten times a large company's.
  private static let limit = 1_000_000

  /// Without a database nothing is integrated.
  static let none = EndpointSide(
    matching: Matching(devices: [], alerts: []),
    integration: .incomplete("no database, so no integration"), links: EndpointBadge.Links(),
    status: .off)

  init(_ folder: WorkspaceFolder, _ store: SQLiteStore, _ knowledge: Knowledge) throws {
    let states = try store.integrations()
    let state =
      states.first { $0.kind == .defenderForEndpoint }
      ?? IntegrationState(kind: .defenderForEndpoint)
    let isPrimary = try folder.isPrimary
    let primacy = Primacy(primary: isPrimary ? folder.workspace.name : nil)
    status = IntegrationRule.status(
      of: state, in: folder.workspace, primacy: primacy, isOnboarded: true)
    integration =
      status.isComplete
      ? .complete
      : .incomplete(isPrimary ? "integration \(status.text)" : "the workspace is not primary")
    var links = EndpointBadge.Links()
    let written = folder.workspace.integrations.first { $0.kind == .defenderForEndpoint }
    if let link = written?.link { links.device = link }
    self.links = links
    guard status.isComplete else {
      matching = Matching(devices: [], alerts: [], domains: knowledge.domains)
      return
    }
    matching = Matching(
      devices: try store.devices(limit: EndpointSide.limit)
        .compactMap { try DefenderForEndpoint.device(json: $0.json) },
      alerts: try store.endpointAlerts(limit: EndpointSide.limit)
        .compactMap { try DefenderForEndpoint.alert(json: $0.json) },
      domains: knowledge.domains, homonyms: EndpointSide.homonyms(knowledge.directory))
  }

  private init(
    matching: Matching, integration: EndpointBadge.Integration, links: EndpointBadge.Links,
    status: IntegrationStatus
  ) {
    self.matching = matching
    self.integration = integration
    self.links = links
    self.status = status
  }

  /// Short names that several computers of the directory share: NetBIOS cuts them at 15 octets.
  private static func homonyms(_ directory: Directory) -> Set<String> {
    var counts: [String: Int] = [:]
    for entry in directory.entries where entry.kind == .computer {
      guard let name = ComputerName(entry.dnsHostName ?? entry.samAccountName) else { continue }
      counts[name.short, default: 0] += 1
    }
    return Set(counts.filter { $0.value > 1 }.keys)
  }
}
