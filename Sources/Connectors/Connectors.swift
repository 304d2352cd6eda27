public import Workspaces

/// Another system whose documents are taken in.
public protocol Connector: Sendable {
  /// What it is called in the list.
  static var title: String { get }
  /// The integration that it serves; nil for what needs none.
  static var kind: IntegrationKind? { get }
}

/// All connectors.
public enum Connectors {
  public static let all: [any Connector.Type] = [
    ActiveDirectory.self,
    DirectorySnapshot.self,
    DefenderForEndpoint.self,
    GraphSecurity.self,
    WatchedFolder.self,
    FieldMapping.self,
  ]
}
