import Foundation
public import Workspaces

/// Reads a directory over LDAP: all of it, or what changed since a cursor.
///
/// Active Directory is asked by uSNChanged on the controller that gave the cursor (the numbers are
/// its own), or by DirSync; tombstones say what is gone, and where the account may not see them every
/// entry is counted over. Another server is read whole, unless its contextCSN stands still.
public struct DirectoryReader: Sendable {
  private let settings: DirectorySettings
  private let password: [UInt8]?

  /// A reader with the password of a simple bind; nil for the others.
  public init(_ settings: DirectorySettings, password: [UInt8]?) {
    self.settings = settings
    self.password = password
  }

  /// Reads from the first controller that answers, on a thread of its own.
  ///
  /// `cursor` says where the last reading ended; nil reads everything. `report` is told of each
  /// controller that fails before another is tried.
  public func read(
    since cursor: DirectoryCursor?, report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> DirectoryDelivery {
    try await ReaderThread.run { () throws(DirectoryFailure) in
      try readNow(since: cursor, report: report)
    }
  }

  private func readNow(
    since cursor: DirectoryCursor?, report: (String) -> Void
  ) throws(DirectoryFailure) -> DirectoryDelivery {
    // What other servers changed is not told by this one: together they are read whole.
    let cursor = settings.referrals == .follow ? nil : cursor
    var failures: [DirectoryFailure] = []
    for url in settings.controllers {
      do {
        let session = try LDAPSession(url: url, settings: settings, password: password)
        var reading = DirectoryReading(session, settings)
        var delivery = try reading.read(since: cursor)
        try follow(&delivery)
        return delivery
      } catch {
        guard error.isOfOneController else { throw error }
        failures.append(error)
        if url != settings.controllers.last { report("\(error.description); trying the next") }
      }
    }
    guard let last = failures.last else {
      throw DirectoryFailure(.misconfigured, "no controller is named under 'controllers'")
    }
    guard failures.count > 1 else { throw last }
    throw DirectoryFailure(
      last.code, "no controller answers: \(failures.map(\.description).joined(separator: "; "))")
  }

  /// Servers that one reading follows references to.
  private static let maximumReferenceCount = 16

  /// Asks the servers that answers pointed to, with the same credentials and protection; each once,
  /// and what they point to is listed.
  private func follow(_ delivery: inout DirectoryDelivery) throws(DirectoryFailure) {
    let references = Array(Set(delivery.references)).sorted()
    delivery.references = references
    guard settings.referrals == .follow, !references.isEmpty else { return }
    delivery.references = Array(references.dropFirst(DirectoryReader.maximumReferenceCount))
    for text in references.prefix(DirectoryReader.maximumReferenceCount) {
      guard let reference = Reference(text) else {
        delivery.notes.append("reference '\(text)' is no URL of a directory")
        continue
      }
      do {
        let session = try LDAPSession(
          url: reference.server, settings: settings, password: password)
        var elsewhere = settings
        elsewhere.base = reference.base ?? delivery.cursor.base
        var reading = DirectoryReading(session, elsewhere)
        let more = try reading.read(since: nil)
        delivery.records += more.records
        delivery.references += more.references
      } catch {
        // A directory without its part would look as if that part had been deleted.
        throw DirectoryFailure(
          error.code, controller: error.controller,
          "\(error.reason) (followed from \(delivery.controller); 'referrals: report' leaves it out)"
        )
      }
    }
  }
}

/// A URL that an answer points to (RFC 4516): server and base.
struct Reference: Equatable {
  var server: String
  var base: String?

  init?(_ text: String) {
    guard let scheme = ["ldap://", "ldaps://"].first(where: text.lowercased().hasPrefix) else {
      return nil
    }
    let rest = text.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    guard !host.isEmpty else { return nil }
    server = scheme + host
    let path = rest.dropFirst(host.count).drop { $0 == "/" }.prefix { $0 != "?" }
    base = path.isEmpty ? nil : String(path).removingPercentEncoding
  }
}

/// A thread for calls that block: the threads that tasks share must not wait.
enum ReaderThread {
  static func run<Answer: Sendable>(
    _ body: @escaping @Sendable () throws(DirectoryFailure) -> Answer
  ) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread {
        do throws(DirectoryFailure) {
          continuation.resume(returning: try body())
        } catch {
          continuation.resume(throwing: error)
        }
      }
      thread.name = "directory"
      thread.start()
    }
  }
}
