/// NetBIOS name service messages (RFC 1002 section 4.2): who has which NetBIOS name.
///
/// Read are the name asked for or registered, and the addresses or the node's names that answer. On
/// the wire: port 137 over UDP, one message a datagram.
public enum NameService {}

extension NameService {
  /// What one message may hold.
  public enum Limits {
    /// Octets of an encoded name with its scope (RFC 1002 section 4.1).
    public static let nameBytes = 255
    /// Questions and records: a message has one of each, refreshes of many names have some more.
    public static let entries = 64
    /// Addresses of one name: a group has one a member, and a datagram of 576 octets ends before.
    public static let addresses = 256
  }

  /// A NetBIOS name: 15 characters, padded by spaces, and what it is used for.
  public struct Name: Hashable, Sendable {
    /// The 16 octets, the first one highest.
    public var octets: UInt128
    /// The scope that the name is valid in, labels joined by dots; nearly always empty.
    public var scope = ""

    public init(octets: UInt128) { self.octets = octets }

    /// The 16th octet: 00 a workstation, 1B the domain's master browser, 1C its controllers, 20 a
    /// file server (MS-NBTE section 1.8).
    public var suffix: UInt8 { UInt8(truncatingIfNeeded: octets) }

    /// Without the padding; an octet that is not printable is `<` two hex digits `>`.
    public var text: String {
      var text = ""
      for index in 0..<15 {
        let octet = UInt8(truncatingIfNeeded: octets >> UInt128(120 - 8 * index))
        if octet >= 0x20, octet <= 0x7E {
          text.unicodeScalars.append(Unicode.Scalar(octet))
        } else {
          text += NameService.bracketed(octet)
        }
      }
      while text.utf8.last == 0x20 { text.removeLast() }
      return text
    }
  }

  /// What kind of request it is (RFC 1002 section 4.2.1.1).
  public struct Opcode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let query = Opcode(rawValue: 0)
    public static let registration = Opcode(rawValue: 5)
    public static let release = Opcode(rawValue: 6)
    public static let waitForAcknowledgment = Opcode(rawValue: 7)
    public static let refresh = Opcode(rawValue: 8)
  }

  /// Type of a question or a record (RFC 1002 section 4.2.1.2).
  public struct RecordType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Name to address.
    public static let nb = RecordType(rawValue: 0x20)
    /// A name that is not there (RFC 1002 section 4.2.14).
    public static let null = RecordType(rawValue: 10)
    /// All names of a node.
    public static let nbstat = RecordType(rawValue: 0x21)
  }

  public struct Question: Hashable, Sendable {
    public var name: Name
    public var type: RecordType
  }

  public struct Record: Hashable, Sendable {
    public var name: Name
    public var type: RecordType
    /// Seconds.
    public var timeToLive: UInt32
    /// IPv4 addresses of an NB record.
    public var addresses: [UInt32] = []
    /// G: the name of a group (RFC 1002 section 4.2.1.3), by the first address.
    public var isGroup = false
    /// Names of an NBSTAT record.
    public var names: [NodeName] = []
  }

  /// A name out of a node's status (RFC 1002 section 4.2.18).
  public struct NodeName: Hashable, Sendable {
    public var name: Name
    /// NAME_FLAGS as sent.
    public var flags: UInt16

    /// G: the name of a group, such as a domain, not of one computer.
    public var isGroup: Bool { flags & 0x8000 != 0 }
  }

  /// One message; a damaged or cut one has what could be read, and ``failure``.
  public struct Message: Sendable {
    public var id: UInt16
    /// The second 16 bits as sent.
    public var flags: UInt16
    public var questions: [Question] = []
    public var answers: [Record] = []
    public var additionals: [Record] = []
    /// Why it ends early, where it does.
    public var failure: ParseFailure?

    public var isResponse: Bool { flags & 0x8000 != 0 }
    public var opcode: Opcode { Opcode(rawValue: UInt8(flags >> 11 & 0xF)) }
    /// B: sent to everybody on the link.
    public var isBroadcast: Bool { flags & 0x0010 != 0 }
    public var rcode: UInt16 { flags & 0xF }
  }
}

extension NameService.Name: CustomStringConvertible {
  /// The name with its suffix, `FS1<20>`, and its scope, where it has one.
  public var description: String {
    text + NameService.bracketed(suffix) + (scope.isEmpty ? "" : ".\(scope)")
  }
}
