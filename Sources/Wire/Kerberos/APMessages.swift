extension Kerberos {
  /// A client presents a ticket to a service.
  ///
  /// ```
  /// AP-REQ          ::= [APPLICATION 14] SEQUENCE {
  ///         pvno            [0] INTEGER (5),
  ///         msg-type        [1] INTEGER (14),
  ///         ap-options      [2] APOptions,
  ///         ticket          [3] Ticket,
  ///         authenticator   [4] EncryptedData -- Authenticator
  /// }
  /// ```
  /// RFC 4120 section 5.5.1.
  public struct APRequest: Hashable, Sendable {
    public var options: APOptions
    public var ticket: Ticket
    /// Its fingerprint is another in every AP-REQ of an honest client.
    public var authenticator: EncryptedData
  }

  /// A service proves itself to the client (RFC 4120 section 5.5.2); in DCE style the client
  /// answers with a second one (RFC 4757 section 7.1).
  public struct APReply: Hashable, Sendable {
    public var sealed: EncryptedData
  }

  /// KRB-SAFE, KRB-PRIV or KRB-CRED: data or credentials under a session key.
  ///
  /// RFC 4120 sections 5.6.1, 5.7.1 and 5.8.1.
  public struct ProtectedMessage: Sendable {
    public var type: MessageType
    /// Those that a KRB-CRED forwards.
    public var tickets: [Ticket] = []
    /// Absent from a KRB-SAFE, which is only signed.
    public var sealed: EncryptedData?
  }

  /// KERB-TGT-REQUEST or KERB-TGT-REPLY: a client asks a service without a key of its own for its
  /// ticket-granting ticket.
  ///
  /// draft-swift-win2k-krb-user2user-03 section 2; no application tag.
  public struct TGTExchange: Sendable {
    public var type: MessageType
    public var server: PrincipalName?
    public var realm: String?
    /// The reply's ticket.
    public var ticket: Ticket?
  }
}

// MARK: - Parsing

extension Kerberos.APRequest {
  /// Reads an `[APPLICATION 14]`.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    var application = try input.element(.application(14), "AP-REQ")
    try self.init(content: &application)
  }

  /// Reads the SEQUENCE inside the application tag.
  init(content input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    var fields = try input.element(.sequence, "AP-REQ")
    options = Kerberos.APOptions()
    var ticket: Kerberos.Ticket?
    var authenticator: Kerberos.EncryptedData?
    while !fields.isAtEnd {
      var field = try fields.element("AP-REQ")
      switch field.tag.field {
      case 2: options = Kerberos.APOptions(rawValue: try field.content.kerberosFlags("ap-options"))
      case 3: ticket = try Kerberos.Ticket(parsing: &field.content)
      case 4: authenticator = try Kerberos.EncryptedData(parsing: &field.content)
      default: break
      }
    }
    guard let ticket else { throw ParseFailure(.malformed, "ticket", at: start) }
    guard let authenticator else { throw ParseFailure(.malformed, "authenticator", at: start) }
    self.ticket = ticket
    self.authenticator = authenticator
  }
}

extension Kerberos.APReply {
  /// Reads the SEQUENCE inside the application tag: `enc-part [2] EncryptedData`.
  init(content input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    var fields = try input.element(.sequence, "AP-REP")
    var sealed: Kerberos.EncryptedData?
    while !fields.isAtEnd {
      var field = try fields.element("AP-REP")
      guard field.tag.field == 2 else { continue }
      sealed = try Kerberos.EncryptedData(parsing: &field.content)
    }
    guard let sealed else { throw ParseFailure(.malformed, "enc-part", at: start) }
    self.sealed = sealed
  }
}

extension Kerberos.ProtectedMessage {
  /// Reads the SEQUENCE inside the application tag `type`.
  init(
    _ type: Kerberos.MessageType, content input: inout ByteReader
  ) throws(ParseFailure) {
    self.type = type
    var fields = try input.element(.sequence, "KRB-SAFE, KRB-PRIV or KRB-CRED")
    while !fields.isAtEnd {
      var field = try fields.element("KRB-SAFE, KRB-PRIV or KRB-CRED")
      switch (field.tag.field, type) {
      case (2, .cred): tickets = try Kerberos.Ticket.list(parsing: &field.content, "tickets")
      case (3, .cred), (3, .priv): sealed = try Kerberos.EncryptedData(parsing: &field.content)
      default: break
      }
    }
  }
}

extension Kerberos.TGTExchange {
  /// Reads a SEQUENCE whose `msg-type` is 16 or 17.
  ///
  /// ```
  /// KERB-TGT-REQUEST ::= SEQUENCE {
  ///     pvno[0] INTEGER, msg-type[1] INTEGER,
  ///     server-name[2] PrincipalName OPTIONAL, realm[3] Realm OPTIONAL }
  /// KERB-TGT-REPLY ::= SEQUENCE { pvno[0] INTEGER, msg-type[1] INTEGER, ticket[2] Ticket }
  /// ```
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    let start = input.offset
    var fields = try input.element(.sequence, "KERB-TGT-REQUEST")
    type = Kerberos.MessageType(rawValue: 0)
    while !fields.isAtEnd {
      var field = try fields.element("KERB-TGT-REQUEST")
      switch (field.tag.field, type) {
      case (1, _):
        type = Kerberos.MessageType(rawValue: try field.content.kerberosUInt32("msg-type"))
      case (2, .tgtRequest): server = try Kerberos.PrincipalName(parsing: &field.content)
      case (2, .tgtReply): ticket = try Kerberos.Ticket(parsing: &field.content)
      case (3, .tgtRequest): realm = try field.content.kerberosString("realm")
      default: break
      }
    }
    guard type == .tgtRequest || type == .tgtReply else {
      throw ParseFailure(.malformed, "msg-type", at: start)
    }
  }
}
