public import Evidence
public import Workspaces

/// Where endpoint documents are fetched from: an API, or a folder.
///
/// All sources hand over the same documents, in the shape of Defender for Endpoint: what comes in
/// another shape is put into that one, and the original kept within.
public protocol EndpointSource: Sendable {
  /// What it is called, for people.
  var title: String { get }

  /// Reads what changed since a cursor, page by page.
  ///
  /// Each page is handed over with the cursor that is to be kept together with it: where reading
  /// ends early, for whatever reason, it goes on from there. Pages may repeat documents.
  func read(
    from cursor: SyncCursor, _ take: (EndpointPage) async throws -> Void
  ) async throws
}

/// A part of what a source has.
public struct EndpointPage: Sendable {
  public var devices: [DefenderForEndpoint.Document<Device>] = []
  public var alerts: [DefenderForEndpoint.Document<EndpointAlert>] = []
  /// Where to go on when this page is kept.
  public var cursor: SyncCursor
  /// Documents that were passed over, and why.
  public var damage: [String] = []

  public init(cursor: SyncCursor) { self.cursor = cursor }
}

/// Why a source could not be read, in the words of the rules (R17).
public struct EndpointFailure: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case failed(IntegrationFailure.Reason)
    /// The other side says that its switch is off (rule R14): no error.
    case switchedOff
    /// A setting of ours is missing or wrong: nothing was asked.
    case configuration
  }

  public var kind: Kind
  /// What was asked, of whom, and what came; never a secret.
  public var detail: String

  public init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    // One line, whatever a library or a server says.
    let line = detail.split(whereSeparator: \.isNewline).joined(separator: " ")
    self.detail = String(line.prefix(EndpointFailure.maximumLength))
  }

  init(_ reason: IntegrationFailure.Reason, _ detail: String) {
    self.init(.failed(reason), detail)
  }

  /// Characters of a detail: it is stored and shown in one line.
  private static let maximumLength = 300
}

extension EndpointFailure: CustomStringConvertible {
  public var description: String {
    switch kind {
    case .failed(let reason): "\(reason.text) (\(detail))"
    case .switchedOff: "the endpoint side's switch is off: \(detail)"
    case .configuration: detail
    }
  }
}
