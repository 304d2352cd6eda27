/// Kerberos version 5 messages (RFC 4120), with Microsoft's extensions (MS-KILE, MS-SFU).
///
/// Read is what travels in the clear: who asks for which ticket, with which options, encryption
/// types, pre-authentication and certificate, and how the controller answers. Encrypted parts are
/// measured (encryption type, key version, octets) and recognised again by a fingerprint, never
/// opened.
///
/// A message is read as far as it can be: a field that is cut or malformed is left out and noted,
/// what stands behind it is read all the same, unknown fields are passed over.
///
/// On the wire: port 88 over UDP (one message a datagram) and TCP (`streamedByteCount`), port 464
/// for password changes (`PasswordMessage`), and inside GSS tokens of other protocols (`SPNEGO`).
public enum Kerberos {}

extension Kerberos {
  /// What one message may hold; what is beyond is left out and noted as `overLimit`.
  public enum Limits {
    /// Octets of a message in a TCP stream: tickets grow with group memberships up to the 65,535
    /// octets of MaxTokenSize (MS-KILE section 3.1.1.5), and a request can carry several.
    public static let streamedBytes = 256 * 1024
    /// Octets of one name component, realm or error text: Windows accepts names of 1,024.
    public static let textBytes = 1024
    /// Components of one principal name: Windows uses at most three, `service/host/domain`.
    public static let nameComponents = 16
    /// Elements of a list (padata, encryption types, addresses): traffic shows at most 20.
    public static let listElements = 128
    /// Tickets of one message: S4U2proxy and user-to-user add one, KRB-CRED forwards a cache.
    public static let tickets = 32
    /// Certificates of one message: a client sends its own and those of two or three authorities.
    public static let certificates = 8
  }

  /// How many octets the next message of a TCP stream takes, its length of four octets included.
  ///
  /// Nil while those four are not there. RFC 4120 section 7.2.2; its high bit is reserved for
  /// extensions (RFC 5021) and does not count.
  public static func streamedByteCount(
    at input: borrowing ByteReader
  ) throws(ParseFailure) -> Int? {
    var probe = ByteReader(input.bytes, base: input.base)
    probe.position = input.position
    guard probe.remaining >= 4 else { return nil }
    let count = try probe.u32("length") & 0x7FFF_FFFF
    guard count > 0 else { throw ParseFailure(.malformed, "length", at: input.offset) }
    guard count <= UInt32(Limits.streamedBytes) else {
      throw ParseFailure(.overLimit, "length", at: input.offset)
    }
    return 4 + Int(count)
  }
}
