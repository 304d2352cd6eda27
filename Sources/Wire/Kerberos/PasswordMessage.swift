extension Kerberos {
  /// A request or reply of the password change protocol on port 464.
  ///
  /// ```
  ///  0                   1                   2                   3
  /// |         message length        |    protocol version number    |
  /// |          AP length            |   AP-REQ or AP-REP data       /
  /// /                        KRB-PRIV or KRB-ERROR                  /
  /// ```
  /// RFC 3244 section 2. Over TCP the four octets of `streamedByteCount` come first.
  public struct PasswordMessage: ~Escapable {
    /// 1 is the original protocol (and every reply), 0xFF80 Microsoft's, which also sets.
    public var version: UInt16
    /// The AP-REQ or AP-REP, empty where a KRB-ERROR answers.
    public var application: ByteReader
    /// The KRB-PRIV or KRB-ERROR.
    public var rest: ByteReader

    public static let set: UInt16 = 0xFF80

    /// Reads the whole message; octets beyond its length stay.
    @_lifetime(copy input)
    public init(parsing input: inout ByteReader) throws(ParseFailure) {
      let start = input.offset
      let byteCount = Int(try input.u16("message length"))
      guard byteCount >= 6 else { throw ParseFailure(.malformed, "message length", at: start) }
      var message = try input.take(byteCount - 2, "message length")
      version = try message.u16("protocol version number")
      guard version == 1 || version == Self.set else {
        throw ParseFailure(.unsupported, "protocol version number", at: start)
      }
      let applicationByteCount = Int(try message.u16("AP-REQ length"))
      application = try message.take(applicationByteCount, "AP-REQ data")
      rest = message.rest()
    }
  }
}
