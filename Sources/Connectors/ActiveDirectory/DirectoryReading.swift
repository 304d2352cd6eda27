import Foundation
import Workspaces

/// One reading over one connection.
struct DirectoryReading {
  /// Entries of one directory; above it something is wrong, or Crosswatch is too small for it.
  private static let maximumRecordCount = 4_000_000
  /// Octets of all values of one reading.
  private static let maximumByteCount = 4 << 30

  private let session: LDAPSession
  private let settings: DirectorySettings
  private var references: [String] = []
  private var byteCount = 0

  init(_ session: LDAPSession, _ settings: DirectorySettings) {
    self.session = session
    self.settings = settings
  }

  /// What the server says about itself (RFC 4512 section 5.1; MS-ADTS section 3.1.1.3.2).
  private struct Root {
    var base: String
    var domain: String?
    /// What this server holds besides: schema, configuration, DNS.
    var contexts: [String]
    var dsServiceName: String?
    var usn: Int64?
    var isActiveDirectory: Bool
    var controls: [String]
  }

  mutating func read(
    since cursor: DirectoryCursor?
  ) throws(DirectoryFailure) -> DirectoryDelivery {
    let root = try readRoot()
    var next = DirectoryCursor(base: root.base)
    next.dsServiceName = root.dsServiceName
    let delivery: DirectoryDelivery
    if root.isActiveDirectory {
      next.usn = root.usn
      next.invocationID = try invocationID(root)
      let known = cursor?.base == root.base ? cursor : nil
      delivery = try readActiveDirectory(root, since: known, next)
    } else {
      next.contextCSN = try contextCSN(root)
      delivery = try readOther(root, since: cursor, next)
    }
    var whole = delivery
    // References to what the server holds itself lead nowhere new.
    let own = Set(root.contexts.map { $0.lowercased() })
    whole.references += references.filter { text in
      !own.contains(Reference(text)?.base?.lowercased() ?? "")
    }
    return whole
  }

  // MARK: - The server

  private mutating func readRoot() throws(DirectoryFailure) -> Root {
    let answer = try session.search(
      SearchRequest(
        base: "", scope: .base,
        attributes: [
          "defaultNamingContext", "namingContexts", "dsServiceName", "highestCommittedUSN",
          "supportedControl", "supportedCapabilities",
        ]))
    guard let root = answer.records.first else {
      throw DirectoryFailure(
        .malformed, controller: session.url, "does not say what it is (no rootDSE)")
    }
    let domain = root.text("defaultnamingcontext")
    let contexts = root.values("namingcontexts").map(\.text).filter { !$0.isEmpty }
    guard let base = settings.base ?? domain ?? (contexts.count == 1 ? contexts.first : nil) else {
      throw DirectoryFailure(
        .misconfigured, controller: session.url,
        "names no domain of its own; set 'base' to one of: \(contexts.joined(separator: " · "))")
    }
    return Root(
      base: base, domain: domain, contexts: contexts, dsServiceName: root.text("dsservicename"),
      usn: root.text("highestcommittedusn").flatMap { Int64($0) },
      isActiveDirectory: root.values("supportedcapabilities").contains {
        $0.text == ActiveDirectory.OID.activeDirectory
      },
      controls: root.values("supportedcontrol").map(\.text))
  }

  /// Nil where the account may not read it: then the controller's name alone stands for it.
  private mutating func invocationID(_ root: Root) throws(DirectoryFailure) -> String? {
    guard let name = root.dsServiceName else { return nil }
    do {
      let answer = try session.search(
        SearchRequest(base: name, scope: .base, attributes: ["invocationId"]))
      return answer.records.first?.values("invocationid").first.flatMap { GUIDText.read($0.value) }
    } catch {
      guard error.code == .notFound || error.code == .refused else { throw error }
      return nil
    }
  }

  private mutating func contextCSN(_ root: Root) throws(DirectoryFailure) -> [String]? {
    let answer = try session.search(
      SearchRequest(base: root.base, scope: .base, attributes: ["contextCSN"]))
    let values = answer.records.first?.values("contextcsn").map(\.text) ?? []
    return values.isEmpty ? nil : values.sorted()
  }

  // MARK: - Active Directory

  private mutating func readActiveDirectory(
    _ root: Root, since cursor: DirectoryCursor?, _ next: DirectoryCursor
  ) throws(DirectoryFailure) -> DirectoryDelivery {
    if settings.changes == .dirSync {
      guard root.domain?.lowercased() == root.base.lowercased() else {
        throw DirectoryFailure(
          .misconfigured, controller: session.url,
          "'changes: dirSync' reads a whole domain: leave 'base' out")
      }
      return try readDirSync(root, since: cursor, next)
    }
    let known = cursor.flatMap { cursor -> Int64? in
      guard cursor.dsServiceName == next.dsServiceName, cursor.invocationID == next.invocationID,
        let last = cursor.usn, let now = next.usn, last <= now
      else { return nil }
      return last
    }
    guard let known else { return try readAll(root, next, method: "full") }
    var delivery = DirectoryDelivery(
      controller: session.url, extent: .changes, method: "uSNChanged", cursor: next)
    let since = "(uSNChanged>=\(known + 1))"
    delivery.records = try entries(
      SearchRequest(
        base: root.base, filter: "(&\(since)\(ActiveDirectory.filter))",
        attributes: ActiveDirectory.attributes))
    if let deletions = try tombstones(root, since) {
      delivery.deletions = deletions
    } else {
      delivery.present = try count(root)
      delivery.notes.append(
        "the account may not see deleted objects: every entry was counted over instead")
    }
    return delivery
  }

  private mutating func readAll(
    _ root: Root, _ next: DirectoryCursor, method: String
  ) throws(DirectoryFailure) -> DirectoryDelivery {
    let attributes =
      ActiveDirectory.attributes
      + (root.isActiveDirectory ? [] : ActiveDirectory.operationalAttributes)
    let records = try entries(
      SearchRequest(
        base: root.base, filter: ActiveDirectory.filter, attributes: attributes))
    return DirectoryDelivery(
      controller: session.url, extent: .complete, method: method, records: records, cursor: next)
  }

  /// What was deleted since; nil where the account may not list the container of deleted objects.
  private mutating func tombstones(
    _ root: Root, _ since: String
  ) throws(DirectoryFailure) -> [DirectoryDelivery.Deletion]? {
    guard let domain = root.domain, root.controls.contains(ActiveDirectory.OID.showDeleted) else {
      return nil
    }
    let control = SearchRequest.Control(oid: ActiveDirectory.OID.showDeleted)
    let container = "CN=Deleted Objects,\(domain)"
    do {
      let seen = try session.search(
        SearchRequest(
          base: container, scope: .base, attributes: ["objectGUID"], controls: [control]))
      guard !seen.records.isEmpty else { return nil }
      var request = SearchRequest(
        base: container, filter: "(&(isDeleted=TRUE)\(since))",
        attributes: ["objectGUID", "whenChanged", "isDeleted"])
      request.controls = [control]
      return try entries(request).map { record in
        DirectoryDelivery.Deletion(key: record.key, time: record.text("whenchanged"))
      }
    } catch {
      guard error.code == .notFound || error.code == .refused else { throw error }
      return nil
    }
  }

  /// Keys and names of everything there is.
  private mutating func count(_ root: Root) throws(DirectoryFailure) -> [String: String] {
    let records = try entries(
      SearchRequest(
        base: root.base, filter: ActiveDirectory.filter,
        attributes: root.isActiveDirectory
          ? ["objectGUID"] : ["entryUUID", "objectGUID", "objectSid"]))
    return Dictionary(
      records.map { ($0.key, $0.distinguishedName) }, uniquingKeysWith: { first, _ in first })
  }

  // MARK: - DirSync

  /// Objects as the account may see them, parents first (MS-ADTS section 3.1.1.3.4.1.3):
  /// LDAP_DIRSYNC_OBJECT_SECURITY asks for no right but to read.
  private static let dirSyncFlags: Int32 = 0x1 | 0x800
  /// Octets of one answer that the controller may fill.
  private static let dirSyncByteCount: Int32 = 10 << 20
  private static let maximumDirSyncRounds = 100_000

  private mutating func readDirSync(
    _ root: Root, since cursor: DirectoryCursor?, _ next: DirectoryCursor
  ) throws(DirectoryFailure) -> DirectoryDelivery {
    var delivery = DirectoryDelivery(
      controller: session.url, extent: .changes, method: "DirSync", cursor: next)
    guard let last = cursor?.dirSync.flatMap({ Data(base64Encoded: $0) }) else {
      // The cookie first: what changes while everything is read comes once more.
      var cookie: [UInt8] = []
      _ = try dirSync(root, &cookie, attributes: ["objectGUID"])
      delivery = try readAll(root, next, method: "full")
      delivery.cursor.dirSync = Data(cookie).base64EncodedString()
      return delivery
    }
    var cookie = Array(last)
    for record in try dirSync(root, &cookie, attributes: ActiveDirectory.attributes) {
      guard record.text("isdeleted")?.uppercased() != "TRUE" else {
        delivery.deletions.append(
          DirectoryDelivery.Deletion(key: record.key, time: record.text("whenchanged")))
        continue
      }
      // An answer has what changed alone: the entry is read as it stands.
      if let whole = try entry(record) { delivery.records.append(whole) }
    }
    delivery.cursor.dirSync = Data(cookie).base64EncodedString()
    return delivery
  }

  private mutating func dirSync(
    _ root: Root, _ cookie: inout [UInt8], attributes: [String]
  ) throws(DirectoryFailure) -> [DirectoryRecord] {
    var records: [DirectoryRecord] = []
    for _ in 0..<DirectoryReading.maximumDirSyncRounds {
      var request = SearchRequest(base: root.base, attributes: attributes)
      let value = ControlValue(
        integers: [DirectoryReading.dirSyncFlags, DirectoryReading.dirSyncByteCount],
        cookie: cookie)
      request.controls = [
        SearchRequest.Control(oid: ActiveDirectory.OID.dirSync, value: value.octets)
      ]
      let answer = try session.search(request)
      try add(answer.records, to: &records)
      guard
        let said = answer.controls.first(where: { $0.oid == ActiveDirectory.OID.dirSync }),
        let value = ControlValue(said.value), let more = value.integers.first
      else {
        throw DirectoryFailure(
          .malformed, controller: session.url, "answers DirSync without its control")
      }
      cookie = value.cookie
      if more == 0 { return records }
    }
    throw DirectoryFailure(.overLimit, controller: session.url, "DirSync does not end")
  }

  /// An entry as it stands, by what stays of it; nil where it has no part in the directory's picture.
  private mutating func entry(
    _ changed: DirectoryRecord
  ) throws(DirectoryFailure) -> DirectoryRecord? {
    guard let guid = changed.values("objectguid").first else { return nil }
    let escaped = guid.value.map { octet in
      "\\" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }.joined()
    do {
      return try entries(
        SearchRequest(
          base: changed.distinguishedName, scope: .base,
          filter: "(&(objectGUID=\(escaped))\(ActiveDirectory.filter))",
          attributes: ActiveDirectory.attributes)
      ).first
    } catch {
      // Gone or renamed since the answer: the next reading has it.
      guard error.code == .notFound else { throw error }
      return nil
    }
  }

  // MARK: - Other servers

  private mutating func readOther(
    _ root: Root, since cursor: DirectoryCursor?, _ next: DirectoryCursor
  ) throws(DirectoryFailure) -> DirectoryDelivery {
    if let known = cursor?.contextCSN, known == next.contextCSN, cursor?.base == next.base {
      return DirectoryDelivery(
        controller: session.url, extent: .nothing, method: "contextCSN", cursor: next)
    }
    return try readAll(root, next, method: "full")
  }

  // MARK: - Pages and ranges

  /// All entries of a search, page by page (RFC 2696), with all values of each.
  private mutating func entries(
    _ request: SearchRequest
  ) throws(DirectoryFailure) -> [DirectoryRecord] {
    var records: [DirectoryRecord] = []
    var cookie: [UInt8] = []
    repeat {
      var page = request
      if request.scope != .base {
        let value = ControlValue(integers: [Int32(clamping: settings.pageSize)], cookie: cookie)
        page.controls.append(
          SearchRequest.Control(oid: ActiveDirectory.OID.pagedResults, value: value.octets))
      }
      let answer = try session.search(page)
      references += answer.references
      try add(answer.records, to: &records)
      let said = answer.controls.first { $0.oid == ActiveDirectory.OID.pagedResults }
      let next = said.flatMap { ControlValue($0.value) }?.cookie ?? []
      // A server that answers with the same cookie and nothing in it would never end.
      guard next.isEmpty || next != cookie || !answer.records.isEmpty else {
        throw DirectoryFailure(.malformed, controller: session.url, "pages without end")
      }
      cookie = next
    } while !cookie.isEmpty
    return records
  }

  private mutating func add(
    _ more: [DirectoryRecord], to records: inout [DirectoryRecord]
  ) throws(DirectoryFailure) {
    for record in more {
      let whole = try completed(record)
      byteCount += whole.attributes.reduce(whole.distinguishedName.utf8.count) {
        $0 + $1.value.count
      }
      records.append(whole)
    }
    guard records.count <= DirectoryReading.maximumRecordCount,
      byteCount <= DirectoryReading.maximumByteCount
    else {
      throw DirectoryFailure(
        .overLimit, controller: session.url,
        "more than \(DirectoryReading.maximumRecordCount) entries, or "
          + "\(DirectoryReading.maximumByteCount) octets; set 'base' to a part of it")
    }
  }

  /// An entry with the values that the server cut off (`member;range=0-1499`, MS-ADTS section
  /// 3.1.1.3.1.3.3), its attributes without options.
  private mutating func completed(
    _ record: DirectoryRecord
  ) throws(DirectoryFailure) -> DirectoryRecord {
    var whole = record
    var cut: (name: String, next: Int)?
    for index in whole.attributes.indices {
      let range = AttributeRange(whole.attributes[index].name)
      whole.attributes[index].name = range.name
      if let last = range.last { cut = (range.name, last + 1) }
    }
    while let (name, next) = cut {
      cut = nil
      let answer = try session.search(
        SearchRequest(
          base: record.distinguishedName, scope: .base, attributes: ["\(name);range=\(next)-*"]))
      for attribute in answer.records.first?.attributes ?? [] {
        let range = AttributeRange(attribute.name)
        guard range.name == name else { continue }
        whole.attributes.append(DirectoryAttribute(name: name, value: attribute.value))
        if let last = range.last, last >= next { cut = (name, last + 1) }
      }
      guard whole.attributes.count <= LDIFReader.maximumValueCount else {
        throw DirectoryFailure(
          .overLimit, controller: session.url,
          "'\(record.distinguishedName)' has more than \(LDIFReader.maximumValueCount) values")
      }
    }
    return whole
  }
}

/// The description of an attribute: name, and how far a range of its values goes.
struct AttributeRange: Equatable {
  var name: String
  /// Place of the last value that was given; nil where there are no more.
  var last: Int?

  /// Reads `member;range=0-1499`, in lower case.
  init(_ description: String) {
    let parts = description.split(separator: ";", omittingEmptySubsequences: false)
    name = parts.first.map(String.init) ?? description
    for part in parts.dropFirst() where part.hasPrefix("range=") {
      let end = part.drop { $0 != "-" }.dropFirst()
      if let place = Int(end), (0..<Int(Int32.max)).contains(place) { last = place }
    }
  }
}
