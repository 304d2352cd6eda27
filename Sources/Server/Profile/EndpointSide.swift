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
    let state = try store.integration(.defenderForEndpoint)
    let isPrimary = try folder.isPrimary
    let primacy = Primacy(primary: isPrimary ? folder.workspace.name : nil)
    status = IntegrationRule.status(
      of: state, in: folder.workspace, primacy: primacy, isOnboarded: try folder.isOnboarded(store))
    integration =
      status.isComplete
      ? .complete
      : .incomplete(EndpointSide.words(state, status, isPrimary: isPrimary))
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

  /// Why there is no icon: an integration that was removed says when (section H.3 of the reference).
  private static func words(
    _ state: IntegrationState, _ status: IntegrationStatus, isPrimary: Bool
  ) -> String {
    guard isPrimary else { return "the workspace is not primary" }
    if let removed = state.removed, state.switchedOn == nil {
      return "integration removed on \(removed)"
    }
    return "integration \(status.text)"
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
