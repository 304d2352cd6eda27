/// Domain name system messages (RFC 1035), as unicast DNS, multicast DNS and LLMNR send them.
///
/// Read are questions, answers and zone transfers (RFC 5936, RFC 1995), dynamic updates (RFC 2136),
/// and whether a message is signed (TSIG, RFC 8945) or extended (EDNS, RFC 6891). Of records, those
/// that name hosts are read, and of signatures how long they become (CVE-2020-1350); the data of any
/// other is a range of octets.
///
/// On the wire: port 53 over UDP (one message a datagram) and TCP (``streamedByteCount(at:)``),
/// port 5353 (mDNS, RFC 6762) and 5355 (LLMNR, RFC 4795), which share the format.
public enum DNS {}

extension DNS {
  /// What one message may hold; beyond it the rest of the message is refused as `overLimit`.
  public enum Limits {
    /// Octets of a name on the wire, length octets included (RFC 1035 section 2.3.4).
    public static let nameBytes = 255
    /// Pointers followed in one name: a name has at most 127 labels, each behind one of its own; without
    /// a limit each of 5957 records could go through thousands.
    public static let pointers = 127
    /// Questions: resolvers send one, multicast DNS some dozens (RFC 6762 section 5.3).
    public static let questions = 256
    /// Records: what 65,535 octets can hold at most, eleven octets a record of the root.
    public static let records = 5957
    /// Key agreements in one message: there is one.
    public static let keys = 4
  }

  /// The first 12 octets of a message.
  ///
  /// ```
  ///  0   1   2   3   4   5   6   7   8   9   A   B   C   D   E   F
  /// |                              ID                               |
  /// |QR |    OPCODE     |AA |TC |RD |RA | Z |AD |CD |     RCODE     |
  /// | QDCOUNT or ZOCOUNT                                            |
  /// | ANCOUNT or PRCOUNT                                            |
  /// | NSCOUNT or UPCOUNT                                            |
  /// | ARCOUNT or ADCOUNT                                            |
  /// ```
  /// RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 4035 section 3.
  public struct Header: Hashable, Sendable {
    public var id: UInt16
    /// The second 16 bits as sent.
    public var flags: UInt16
    public var questionCount: UInt16
    public var answerCount: UInt16
    public var authorityCount: UInt16
    public var additionalCount: UInt16

    public var isResponse: Bool { flags & 0x8000 != 0 }
    public var opcode: Opcode { Opcode(rawValue: UInt8(flags >> 11 & 0xF)) }
    /// AA: the answer comes from who is responsible for the name.
    public var isAuthoritative: Bool { flags & 0x0400 != 0 }
    /// TC: the rest is to be asked for over TCP.
    public var isTruncated: Bool { flags & 0x0200 != 0 }
    /// The four bits of the header; EDNS may extend them (``Message/rcode``).
    public var rcode: UInt16 { flags & 0xF }

    /// Octets of a header.
    public static let byteCount = 12
  }

  /// What kind of request it is (registry "DNS OpCodes").
  public struct Opcode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let query = Opcode(rawValue: 0)
    public static let notify = Opcode(rawValue: 4)
    public static let update = Opcode(rawValue: 5)
  }

  /// Type of a record or of a question (registry "Resource Record (RR) TYPEs").
  public struct RecordType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let a = RecordType(rawValue: 1)
    public static let ns = RecordType(rawValue: 2)
    public static let cname = RecordType(rawValue: 5)
    public static let soa = RecordType(rawValue: 6)
    public static let ptr = RecordType(rawValue: 12)
    public static let mx = RecordType(rawValue: 15)
    public static let txt = RecordType(rawValue: 16)
    public static let aaaa = RecordType(rawValue: 28)
    /// Anything at all; tunnels like it (RFC 1035 section 3.3.10).
    public static let null = RecordType(rawValue: 10)
    /// Signatures and keys of the first DNSSEC (RFC 2535).
    public static let sig = RecordType(rawValue: 24)
    public static let key = RecordType(rawValue: 25)
    public static let srv = RecordType(rawValue: 33)
    public static let naptr = RecordType(rawValue: 35)
    public static let dname = RecordType(rawValue: 39)
    public static let rrsig = RecordType(rawValue: 46)
    public static let dnskey = RecordType(rawValue: 48)
    public static let svcb = RecordType(rawValue: 64)
    public static let https = RecordType(rawValue: 65)
    public static let caa = RecordType(rawValue: 257)
    /// A WINS server to ask (MS-DNSP section 2.2.2.1.1).
    public static let wins = RecordType(rawValue: 65281)
    public static let winsr = RecordType(rawValue: 65282)
    /// EDNS (RFC 6891 section 6.1): its class is a size, its time to live holds more of RCODE.
    public static let opt = RecordType(rawValue: 41)
    /// Key agreement, which carries GSS tokens in a directory (RFC 2930, RFC 3645).
    public static let tkey = RecordType(rawValue: 249)
    /// A message's signature (RFC 8945).
    public static let tsig = RecordType(rawValue: 250)
    public static let ixfr = RecordType(rawValue: 251)
    public static let axfr = RecordType(rawValue: 252)
    public static let any = RecordType(rawValue: 255)
  }

  /// A question (RFC 1035 section 4.1.2), or the zone of an update (RFC 2136 section 2.3).
  public struct Question: Hashable, Sendable {
    /// Labels joined by dots, without the last one; the root is `.`.
    public var name: String
    public var type: RecordType
    /// QCLASS as sent; mDNS asks for a unicast answer by its highest bit.
    public var recordClass: UInt16
  }

  /// A resource record (RFC 1035 section 4.1.3).
  public struct Record: Hashable, Sendable {
    /// Labels joined by dots, without the last one; the root is `.`.
    public var name: String
    public var type: RecordType
    /// CLASS as sent; mDNS marks records of its own by the highest bit, updates delete by ANY and
    /// NONE (RFC 2136 section 2.5).
    public var recordClass: UInt16
    /// Seconds.
    public var timeToLive: UInt32
    public var data: RecordData
    /// Where RDATA lies in the message.
    public var place: ByteRange
  }

  /// What a record says, as far as it names hosts.
  public enum RecordData: Hashable, Sendable {
    /// A (RFC 1035 section 3.4.1).
    case address(UInt32)
    /// AAAA (RFC 3596 section 2.2), the first and the last 64 bits.
    case longAddress(high: UInt64, low: UInt64)
    /// NS, CNAME, PTR, DNAME.
    case name(String)
    /// SOA (RFC 1035 section 3.3.13).
    case authority(primary: String, mailbox: String, serial: UInt32)
    /// MX (RFC 1035 section 3.3.9).
    case exchange(preference: UInt16, name: String)
    /// SRV (RFC 2782).
    case service(priority: UInt16, weight: UInt16, port: UInt16, target: String)
    /// SVCB and HTTPS (RFC 9460 section 2.2).
    case binding(priority: UInt16, target: String)
    /// SIG and RRSIG (RFC 2535 section 4.1, RFC 4034 section 3.1): the type that is covered, and how
    /// many octets RDATA takes once the signer's name is written out; CVE-2020-1350 makes that more
    /// than 65,535.
    case signature(covered: UInt16, expandedByteCount: Int)
    /// TKEY (RFC 2930 section 2): mode 3 carries GSS tokens; the place of the key counts from the
    /// start of the message.
    case transactionKey(mode: UInt16, error: UInt16, key: ByteRange)
    /// RDATA is empty, as in the deletions of an update.
    case empty
    /// Not read: see ``Record/place``.
    case other
  }

  /// One message, as far as anybody asks: names of other sections are passed over, not built.
  ///
  /// A damaged or cut message has what could be read, and ``failure``.
  public struct Message: Sendable {
    public var header: Header
    /// The question, or the zone of an update.
    public var question: Question?
    /// Those after it, which only multicast DNS sends.
    public var furtherQuestions: [Question] = []
    /// Answers; in an update, what it requires.
    public var answers: [Record] = []
    /// What an update changes; the authorities of other messages are not kept.
    public var updates: [Record] = []
    /// Key agreements among the additional records, the only ones that are kept.
    public var keys: [Record] = []
    /// RCODE with the eight bits that EDNS puts before it (RFC 6891 section 6.1.3).
    public var rcode: UInt16
    /// Whether a TSIG ends it: in a directory, updates are signed so (RFC 3645).
    public var isSigned = false
    /// Why the records end early, where they do: a damaged message still asks its question.
    public var failure: ParseFailure?
  }
}
