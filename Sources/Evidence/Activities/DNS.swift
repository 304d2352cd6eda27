/// A question and its answer (RFC 1035 section 4).
public struct DNSLookup: Sendable {
  public var name: String
  /// QTYPE, such as 1 for A and 33 for SRV.
  public var type: UInt16
  /// All records of the answer section that correlation can use.
  public var answers: [DNSRecord]
  public var isAuthoritative: Bool
  /// Octets of RDATA in the answer section, of all types: what a tunnel carries down.
  public var answerByteCount = 0
  /// Octets of the longest SIG or RRSIG in the answer, its names written out; nil where there is none.
  ///
  /// More than 65,535 overflow a server (CVE-2020-1350).
  public var signatureByteCount: Int?

  public init(name: String, type: UInt16, answers: [DNSRecord], isAuthoritative: Bool) {
    self.name = name
    self.type = type
    self.answers = answers
    self.isAuthoritative = isAuthoritative
  }
}

/// A resource record as far as it names hosts.
public struct DNSRecord: Hashable, Sendable {
  public var name: String
  public var type: UInt16
  /// Seconds.
  public var timeToLive: UInt32
  /// The address of A and AAAA.
  public var address: Address?
  /// The name that PTR, CNAME, NS and SRV point to.
  public var target: String?
  /// Whether an update takes the record away (RFC 2136 section 2.5).
  public var isDeletion = false

  public init(
    name: String, type: UInt16, timeToLive: UInt32, address: Address?, target: String?
  ) {
    self.name = name
    self.type = type
    self.timeToLive = timeToLive
    self.address = address
    self.target = target
  }
}

/// A zone transfer, whole or incremental, asked for (RFC 5936, RFC 1995).
public struct DNSTransfer: Sendable {
  public var zone: String
  public var isIncremental: Bool
  /// Records in the answer: a refusal has none, or a lone SOA.
  public var recordCount: Int
  public var rcode: UInt16

  public init(zone: String, isIncremental: Bool, recordCount: Int, rcode: UInt16) {
    self.zone = zone
    self.isIncremental = isIncremental
    self.recordCount = recordCount
    self.rcode = rcode
  }
}

/// A dynamic update (RFC 2136).
public struct DNSUpdate: Sendable {
  public var zone: String
  public var records: [DNSRecord]
  /// Whether it carries TSIG (GSS-TSIG in a directory, RFC 3645).
  public var isSigned: Bool

  public init(zone: String, records: [DNSRecord], isSigned: Bool) {
    self.zone = zone
    self.records = records
    self.isSigned = isSigned
  }
}
