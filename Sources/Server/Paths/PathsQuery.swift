public import Correlation
import Evidence
import Store
import Workspaces

/// `crosswatch paths`: lateral movement paths, out of the workspace's database.
public struct PathsQuery {
  private let folder: WorkspaceFolder
  private let paths: LateralPaths?

  /// Entities that are looked through: ten times a large company's.
  private static let entityLimit = 1_000_000
  /// Uses of an administrator's rights within two days.
  private static let useLimit = 100_000

  /// Paths to one entity.
  public struct Answer {
    public var target: LateralPaths.Node
    public var paths: [[LateralPaths.Step]]
    /// The graph that they are of; nil where nothing was ever seen.
    public var graph: LateralPaths
  }

  public init(_ folder: WorkspaceFolder) throws {
    self.folder = folder
    let store = try folder.questions()
    guard let moment = try store.latestActivity() else {
      paths = nil
      return
    }
    let back = Instant.Span(nanoseconds: -LateralPaths.validity.nanoseconds)
    let uses = try store.administration(
      since: moment.advanced(by: back), limit: PathsQuery.useLimit
    ).compactMap { activity in
      activity.account.map { name in
        LateralPaths.Use(
          account: AccountName(name: name, domain: activity.domain ?? ""),
          computer: activity.target.address, time: activity.time,
          evidence: "did what administrators may: \(activity.summary)")
      }
    }
    paths = LateralPaths(
      records: try store.entities(limit: PathsQuery.entityLimit), uses: uses,
      knowledge: try folder.knowledge(), at: moment)
  }

  /// The paths to the entity of a name, from all others or from one.
  public func answer(to name: String, from source: String?) throws -> Answer {
    guard let paths else {
      throw Failure(
        "workspace '\(folder.workspace.name)': nothing was seen yet; 'crosswatch replay' reads "
          + "captures")
    }
    let target = try node(name, paths)
    let start = try source.map { try node($0, paths) }
    return Answer(target: target, paths: paths.paths(to: target, from: start), graph: paths)
  }

  private func node(_ name: String, _ paths: LateralPaths) throws -> LateralPaths.Node {
    let found = paths.nodes(named: name)
    guard let only = found.first else {
      throw Failure(
        "'\(name)': no account, computer or group of that name in workspace "
          + "'\(folder.workspace.name)'; groups need a directory ('crosswatch directory import')")
    }
    guard found.count == 1 else {
      let list = found.prefix(8).map { "\($0.kind.rawValue) \($0.name) (\($0.id))" }
      throw Failure(
        "'\(name)' stands for \(found.count) entities: \(list.joined(separator: ", ")); "
          + "ask by identity")
    }
    return only
  }
}

/// Paths for people, and for programs.
public enum PathsPage {
  public static func jsonLines(_ answer: PathsQuery.Answer) -> [UInt8] {
    var json = JSONWriter()
    for path in answer.paths {
      answer.graph.write(path, to: &json)
      json.endLine()
    }
    return json.bytes
  }

  public static func lines(_ answer: PathsQuery.Answer, usesColour: Bool) -> [String] {
    var page = Page(usesColour: usesColour)
    let count = Quantity.count(answer.paths.count, "path")
    page.title("\(count) to \(answer.target.kind.rawValue) \(answer.target.name)")
    page.fact("as of", "\(Quantity.time(answer.graph.moment)), evidence of the 48 hours before")
    if answer.graph.unresolved > 0 {
      page.fact(
        "left out",
        "\(Quantity.count(answer.graph.unresolved)) uses of administrators' rights: unresolved, "
          + "because account or computer is not certain")
    }
    for path in answer.paths {
      guard let first = path.first else { continue }
      page.heading(name(first.from))
      var table = Table([Table.Column(""), Table.Column(""), Table.Column(""), Table.Column("")])
      for step in path {
        let seen = step.time.map { "\(Quantity.time($0)), \(age(answer.graph.moment.since($0)))" }
        table.add([
          Table.Cell(words(step.relation), .dim), Table.Cell(name(step.to), .bold),
          Table.Cell(step.evidence), Table.Cell(seen ?? "", .dim),
        ])
      }
      for line in table.lines(indent: "  ", usesColour: usesColour) { page.line(line) }
    }
    return page.lines
  }

  private static func name(_ node: LateralPaths.Node) -> String {
    "\(node.name) (\(node.kind.rawValue)\(node.isSensitive ? ", sensitive" : ""))"
  }

  private static func words(_ relation: LateralPaths.Relation) -> String {
    switch relation {
    case .administrator: "administers"
    case .session: "has a session of"
    case .membership: "is a member of"
    }
  }

  private static func age(_ span: Instant.Span) -> String {
    span.seconds < 3600 ? "\(span.seconds / 60) min old" : "\(span.seconds / 3600) h old"
  }
}
