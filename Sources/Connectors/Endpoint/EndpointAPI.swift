import Evidence
import Workspaces

/// What two APIs have in common: collections read page by page, from a moment on.
public struct EndpointAPI: EndpointSource {
  public let title: String
  private let settings: EndpointSettings
  private let dialect: any EndpointDialect
  private let pace: Pace
  private let patience: Patience

  /// Documents asked for on one page: ten thousand are allowed, and would make pages of 100 MB.
  static let pageSize = 1000
  /// Pages of one collection: beyond it the other side goes in circles.
  private static let maximumPages = 100_000

  init(
    settings: EndpointSettings, dialect: any EndpointDialect, pace: Pace, patience: Patience
  ) {
    self.settings = settings
    self.dialect = dialect
    self.pace = pace
    self.patience = patience
    title = dialect.title
  }

  public func read(
    from cursor: SyncCursor, _ take: (EndpointPage) async throws -> Void
  ) async throws {
    let credentials = try ClientCredentials(file: settings.secretFile)
    let client = try PatientClient(trusted: settings.certificates, pace: pace, patience: patience)
    let reader = CollectionReader(
      client: client,
      tokens: AccessTokens(
        client: client, settings: settings, credentials: credentials, scope: dialect.scope,
        roles: dialect.roles, pace: pace),
      settings: settings)
    do {
      try await read(from: cursor, reader, take)
    } catch {
      await client.close()
      throw error
    }
    await client.close()
  }

  private func read(
    from start: SyncCursor, _ reader: CollectionReader,
    _ take: (EndpointPage) async throws -> Void
  ) async throws {
    var cursor = start
    for _ in 0..<EndpointAPI.maximumPages {
      let page = try await page(&cursor, reader)
      let isLast = cursor.next == nil && !dialect.goesOn(after: cursor.stage)
      var taken = EndpointPage(cursor: cursor)
      for document in page?.documents ?? [] { try dialect.add(document, settings, to: &taken) }
      for alert in taken.alerts { cursor.saw(alert.value.updated ?? alert.value.created) }
      if cursor.next == nil {
        if isLast { cursor.end() } else { cursor.stage = .devices }
      }
      taken.cursor = cursor
      try await take(taken)
      if isLast { return }
    }
    throw EndpointFailure(.malformed, "\(settings.api): more pages than there can be")
  }

  /// The page at the cursor, which then stands at the next one of the same collection.
  private func page(
    _ cursor: inout SyncCursor, _ reader: CollectionReader
  ) async throws -> ODataPage? {
    let first = settings.api + dialect.first(cursor)
    do {
      let asked = cursor.next ?? first
      let page = try await reader.page(asked)
      guard page?.next != asked else {
        throw EndpointFailure(.malformed, "\(settings.api): a page names itself as the next")
      }
      cursor.next = page?.next
      return page
    } catch let lost as CollectionReader.LostPage {
      guard cursor.next != nil else { throw EndpointFailure(.malformed, lost.detail) }
      // The place that was kept has lapsed: the collection begins anew, from the same moment.
      cursor.next = nil
      do {
        let page = try await reader.page(first)
        cursor.next = page?.next
        return page
      } catch let lost as CollectionReader.LostPage {
        throw EndpointFailure(.malformed, lost.detail)
      }
    }
  }
}

/// How one API is asked, and what its documents mean.
protocol EndpointDialect: Sendable {
  var title: String { get }
  var scope: String { get }
  /// Application permissions that are needed.
  var roles: [String] { get }

  /// Path and query of a stage's first page.
  func first(_ cursor: SyncCursor) -> String

  /// Whether another stage comes after one.
  func goesOn(after stage: SyncCursor.Stage) -> Bool

  /// Reads a document into a page; one that cannot be read is damage, and the rest goes on.
  func add(
    _ document: JSONFields, _ settings: EndpointSettings, to page: inout EndpointPage
  ) throws
}

extension EndpointDialect {
  /// The condition on a field: from some minutes before the high-water mark, because order and
  /// clocks of the other side are not promised.
  func filter(_ field: String, _ cursor: SyncCursor) -> String {
    guard let mark = cursor.highWater else { return "" }
    let overlap = Instant.Span(nanoseconds: -Instant.Span.minutes(5).nanoseconds)
    let from = Instant(nanoseconds: mark).advanced(by: overlap)
    return "&$filter=\(field)%20ge%20\(from)"
  }
}
