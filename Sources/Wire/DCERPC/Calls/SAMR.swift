/// Arguments of the Security Account Manager's calls (MS-SAMR section 3.1.5).
public enum SAMR {
  /// SamrConnect, SamrConnect2, SamrConnect4, SamrConnect5: the server asked for.
  public struct ConnectRequest: Equatable, Sendable {
    public var server: String?
  }

  /// SamrLookupDomainInSamServer, opnum 5: a domain's name.
  public struct LookupDomainRequest: Equatable, Sendable {
    public var name: String
  }

  /// The answer of opnum 5.
  public struct LookupDomainResponse: Equatable, Sendable {
    public var sid: SID?
    public var status: UInt32
  }

  /// SamrOpenDomain, opnum 7.
  public struct OpenDomainRequest: Equatable, Sendable {
    public var desiredAccess: UInt32
    public var sid: SID
  }

  /// SamrOpenGroup, SamrOpenAlias, SamrOpenUser: opnums 19, 27 and 34.
  public struct OpenObjectRequest: Equatable, Sendable {
    public var domain: GUID
    public var desiredAccess: UInt32
    public var relativeID: UInt32
  }

  /// An answer that is a handle: opnums 0, 7, 19, 27, 34, 57, 62; 64 has a revision before it.
  public struct HandleResponse: Equatable, Sendable {
    public var handle: GUID
    public var status: UInt32
  }

  /// SamrEnumerate…: opnums 6, 11, 13 and 15.
  public struct EnumerateRequest: Equatable, Sendable {
    public var handle: GUID
    public var enumerationContext: UInt32
  }

  /// What an enumeration answered (MS-SAMR section 2.2.3.10).
  public struct EnumerateResponse: Equatable, Sendable {
    public var entries: [Entry]
    /// 0x105: there is more.
    public var status: UInt32

    public struct Entry: Equatable, Sendable {
      public var relativeID: UInt32
      public var name: String
    }
  }

  /// SamrGetAliasMembership, opnum 16: whose memberships are asked for.
  public struct AliasMembershipRequest: Equatable, Sendable {
    public var sids: [SID]
  }

  /// SamrLookupNamesInDomain, opnum 17.
  public struct LookupNamesRequest: Equatable, Sendable {
    public var names: [String]
  }

  /// The answer of opnum 17.
  public struct LookupNamesResponse: Equatable, Sendable {
    public var relativeIDs: [UInt32]
    public var status: UInt32
  }

  /// SamrLookupIdsInDomain, opnum 18.
  public struct LookupIDsRequest: Equatable, Sendable {
    public var relativeIDs: [UInt32]
  }

  /// The answer of opnum 18.
  public struct LookupIDsResponse: Equatable, Sendable {
    public var names: [String]
    public var status: UInt32
  }

  /// A question about an open object: opnums 8, 20, 28, 36, 46, 47 have a class, 25, 33, 39 none.
  public struct QueryRequest: Equatable, Sendable {
    public var handle: GUID
    public var informationClass: UInt16?
  }

  /// SamrQueryDisplayInformation and its successors: opnums 40, 48 and 51.
  public struct DisplayRequest: Equatable, Sendable {
    /// 1 users, 2 machines, 3 groups, 4 and 5 names of users and groups only.
    public var informationClass: UInt16
    public var index: UInt32
    public var entryCount: UInt32
  }

  /// SamrGetMembersInGroup's answer, opnum 25: how many members.
  public struct MembersResponse: Equatable, Sendable {
    public var memberCount: UInt32
    public var status: UInt32
  }

  /// SAMR's own bound on the names and identifiers of one lookup (MS-SAMR section 3.1.5.11.1).
  public static let maximumLookups = 1_000
}

// MARK: - Requests

extension SAMR.ConnectRequest {
  /// Reads the stub of opnum 57, 62 or 64; opnum 0 points to one character only, and says nothing.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    server = try input.uniqueString("ServerName")
  }
}

extension SAMR.LookupDomainRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.handle("ServerHandle")
    let isPresent = try input.unicodeString("Name")
    name = try input.characters(of: isPresent, "Name")
  }
}

extension SAMR.OpenDomainRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.handle("ServerHandle")
    desiredAccess = try input.u32("DesiredAccess")
    sid = try input.sid("DomainId")
  }
}

extension SAMR.OpenObjectRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    domain = try input.handle("DomainHandle")
    desiredAccess = try input.u32("DesiredAccess")
    relativeID = try input.u32("UserId")
  }
}

extension SAMR.EnumerateRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    handle = try input.handle("DomainHandle")
    enumerationContext = try input.u32("EnumerationContext")
  }
}

extension SAMR.AliasMembershipRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.handle("DomainHandle")
    sids = []
    input.alignToPointer()
    _ = try input.u32("Count")
    guard try input.pointer("Sids") else { return }
    let count = try input.elementCount(ofOctets: 4, "Sids")
    var present = 0
    for _ in 0..<count where try input.pointer("SidPointer") { present += 1 }
    for _ in 0..<present { sids.append(try input.sid("SidPointer")) }
  }
}

extension SAMR.LookupNamesRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.handle("DomainHandle")
    _ = try input.u32("Count")
    let count = try input.varyingCount(ofOctets: 8, "Names")
    guard count <= SAMR.maximumLookups else {
      throw ParseFailure(.overLimit, "Names", at: input.input.offset)
    }
    names = try input.unicodeStrings(count, "Names")
  }
}

extension SAMR.LookupIDsRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.handle("DomainHandle")
    _ = try input.u32("Count")
    let count = try input.varyingCount(ofOctets: 4, "RelativeIds")
    guard count <= SAMR.maximumLookups else {
      throw ParseFailure(.overLimit, "RelativeIds", at: input.input.offset)
    }
    relativeIDs = []
    for _ in 0..<count { relativeIDs.append(try input.u32("RelativeIds")) }
  }
}

extension SAMR.QueryRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    handle = try input.handle("Handle")
    informationClass = input.input.remaining >= 2 ? try input.enumeration("InformationClass") : nil
  }
}

extension SAMR.DisplayRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    _ = try input.handle("DomainHandle")
    informationClass = try input.enumeration("DisplayInformationClass")
    index = try input.u32("Index")
    entryCount = try input.u32("EntryCount")
  }
}

// MARK: - Answers

extension SAMR.HandleResponse {
  /// Reads the stub: the handle and the status are its last 24 octets, whatever comes before.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    try input.input.skip(max(0, input.input.remaining - 24), "OutRevisionInfo")
    handle = try input.handle("Handle")
    status = try input.u32("Status")
  }
}

extension SAMR.LookupDomainResponse {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    sid = try input.pointer("DomainId") ? try input.sid("DomainId") : nil
    status = try input.u32("Status")
  }
}

extension SAMR.EnumerateResponse {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    entries = []
    _ = try input.u32("EnumerationContext")
    if try input.pointer("Buffer") {
      _ = try input.u32("EntriesRead")
      if try input.pointer("Buffer") { try Self.read(&entries, from: &input) }
    }
    _ = try input.u32("CountReturned")
    status = try input.u32("Status")
  }

  private static func read(
    _ entries: inout [Entry], from input: inout NDRReader
  ) throws(ParseFailure) {
    let count = try input.elementCount(ofOctets: 12, "Buffer")
    var heads: [(relativeID: UInt32, isNamed: Bool)] = []
    heads.reserveCapacity(count)
    for _ in 0..<count {
      heads.append((try input.u32("RelativeId"), try input.unicodeString("Name")))
    }
    entries.reserveCapacity(count)
    for head in heads {
      let name = try input.characters(of: head.isNamed, "Name")
      entries.append(Entry(relativeID: head.relativeID, name: name))
    }
  }
}

extension SAMR.LookupNamesResponse {
  /// Reads the stub; what kind of account each is stays unread.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    relativeIDs = try Self.numbers(&input)
    _ = try Self.numbers(&input)
    status = try input.u32("Status")
  }

  /// A `SAMPR_ULONG_ARRAY` (MS-SAMR section 2.2.7.4).
  private static func numbers(_ input: inout NDRReader) throws(ParseFailure) -> [UInt32] {
    input.alignToPointer()
    _ = try input.u32("Count")
    guard try input.pointer("Element") else { return [] }
    let count = try input.elementCount(ofOctets: 4, "Element")
    var numbers: [UInt32] = []
    for _ in 0..<count { numbers.append(try input.u32("Element")) }
    return numbers
  }
}

extension SAMR.LookupIDsResponse {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    names = []
    _ = try input.u32("Count")
    if try input.pointer("Element") {
      let count = try input.elementCount(ofOctets: 8, "Element")
      names = try input.unicodeStrings(count, "Element")
    }
    status = try input.callStatus()
  }
}

extension SAMR.MembersResponse {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    memberCount = try input.pointer("Members") ? try input.u32("MemberCount") : 0
    status = try input.callStatus()
  }
}

extension NDRReader {
  /// The last four octets: the value that almost every operation returns last.
  public mutating func callStatus() throws(ParseFailure) -> UInt32 {
    try input.skip(max(0, input.remaining - 4), "Status")
    return try input.u32("Status", isLittleEndian)
  }
}
