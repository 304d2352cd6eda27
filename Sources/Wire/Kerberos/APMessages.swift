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
    public var options: APOptions?
    public var ticket: Ticket?
    /// Its fingerprint is another in every AP-REQ of an honest client: the same on two connections
    /// is a replay or a relay.
    public var authenticator: EncryptedData?
  }

  /// A service proves itself to the client (RFC 4120 section 5.5.2); in DCE style the client
  /// answers with a second one (RFC 4757 section 7.1).
  public struct APReply: Hashable, Sendable {
    public var sealed: EncryptedData?
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
  /// Reads an `[APPLICATION 14]`; nil where there is none.
  init?(parsing input: inout ByteReader, _ fault: inout Fault) {
    guard var application = input.next(.application(14), "AP-REQ", &fault) else { return nil }
    self.init(content: &application, &fault)
  }

  /// Reads the SEQUENCE inside the application tag.
  init(content input: inout ByteReader, _ fault: inout Fault) {
    guard var fields = input.next(.sequence, "AP-REQ", &fault) else { return }
    while var field = fields.next("AP-REQ", &fault) {
      switch field.tag.field {
      case 2:
        options = field.content.flags("ap-options", &fault).map {
          Kerberos.APOptions(rawValue: $0)
        }
      case 3: ticket = Kerberos.Ticket(parsing: &field.content, &fault)
      case 4: authenticator = Kerberos.EncryptedData(parsing: &field.content, &fault)
      default: break
      }
    }
  }
}

extension Kerberos.APReply {
  /// Reads the SEQUENCE inside the application tag: `enc-part [2] EncryptedData`.
  init(content input: inout ByteReader, _ fault: inout Fault) {
    guard var fields = input.next(.sequence, "AP-REP", &fault) else { return }
    while var field = fields.next("AP-REP", &fault) {
      guard field.tag.field == 2 else { continue }
      sealed = Kerberos.EncryptedData(parsing: &field.content, &fault)
    }
  }
}

extension Kerberos.ProtectedMessage {
  /// Reads the SEQUENCE inside the application tag `type`.
  init(
    _ type: Kerberos.MessageType, content input: inout ByteReader, _ fault: inout Fault
  ) {
    self.type = type
    guard var fields = input.next(.sequence, "KRB-SAFE, KRB-PRIV or KRB-CRED", &fault) else {
      return
    }
    while var field = fields.next("KRB-SAFE, KRB-PRIV or KRB-CRED", &fault) {
      switch (field.tag.field, type) {
      case (2, .cred):
        tickets = Kerberos.Ticket.list(parsing: &field.content, "tickets", &fault)
      case (3, .cred), (3, .priv):
        sealed = Kerberos.EncryptedData(parsing: &field.content, &fault)
      default: break
      }
    }
  }
}

extension Kerberos.TGTExchange {
  /// Reads a SEQUENCE whose `msg-type` is 16 or 17; nil where it is not.
  ///
  /// ```
  /// KERB-TGT-REQUEST ::= SEQUENCE {
  ///     pvno[0] INTEGER, msg-type[1] INTEGER,
  ///     server-name[2] PrincipalName OPTIONAL, realm[3] Realm OPTIONAL }
  /// KERB-TGT-REPLY ::= SEQUENCE { pvno[0] INTEGER, msg-type[1] INTEGER, ticket[2] Ticket }
  /// ```
  init?(parsing input: inout ByteReader, _ fault: inout Fault) {
    guard var fields = input.next(.sequence, "KERB-TGT-REQUEST", &fault) else { return nil }
    type = Kerberos.MessageType(rawValue: 0)
    while var field = fields.next("KERB-TGT-REQUEST", &fault) {
      switch (field.tag.field, type) {
      case (1, _):
        type = Kerberos.MessageType(rawValue: field.content.uint32("msg-type", &fault) ?? 0)
      case (2, .tgtRequest):
        server = Kerberos.PrincipalName(parsing: &field.content, &fault)
      case (2, .tgtReply): ticket = Kerberos.Ticket(parsing: &field.content, &fault)
      case (3, .tgtRequest): realm = field.content.text("realm", &fault)
      default: break
      }
    }
    guard type == .tgtRequest || type == .tgtReply else { return nil }
  }
}
