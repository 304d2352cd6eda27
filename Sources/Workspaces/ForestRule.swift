/// Whether a workspace may watch domains of several forests (rule R10).
public enum ForestRule {
  /// How many forests one workspace covers.
  public enum Coverage: String, CaseIterable, Sendable {
    /// As in 2018: a second forest needs a second workspace.
    case one
    case several
  }

  /// The second forest's name, where only one is covered; nil where all is well.
  ///
  /// A domain's forest is what the file says; otherwise a domain below another listed one is of
  /// that one's, and any other is the root of its own.
  public static func surplus(in workspace: Workspace) -> String? {
    guard workspace.forests == .one else { return nil }
    let forests = workspace.domains.map { forest(of: $0, among: workspace.domains) }
    return forests.first { $0 != forests.first }
  }

  static func forest(
    of domain: Workspace.Domain, among domains: [Workspace.Domain]
  ) -> String {
    if let named = domain.forest { return named.lowercased() }
    let name = domain.dns.lowercased()
    let above = domains.filter { name.hasSuffix("." + $0.dns.lowercased()) }
    // The shortest one above is the root of the tree.
    guard let root = above.min(by: { $0.dns.utf8.count < $1.dns.utf8.count }) else { return name }
    return root.forest?.lowercased() ?? root.dns.lowercased()
  }
}
