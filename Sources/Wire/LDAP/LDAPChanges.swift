extension LDAP {
  /// ModifyRequest (RFC 4511 section 4.6).
  ///
  /// ```
  /// ModifyRequest ::= [APPLICATION 6] SEQUENCE {
  ///      object          LDAPDN,
  ///      changes         SEQUENCE OF change SEQUENCE {
  ///           operation       ENUMERATED { add (0), delete (1), replace (2), ...  },
  ///           modification    PartialAttribute } }
  /// ```
  public struct ModifyRequest: Hashable, Sendable {
    public var object: String
    public var changes: [Change]

    public struct Change: Hashable, Sendable {
      /// 0 adds values, 1 deletes them, 2 replaces them, 3 increments (RFC 4525).
      public var operation: UInt32
      public var attribute: Attribute
    }
  }

  /// ModifyDNRequest (RFC 4511 section 4.9): a rename or a move.
  ///
  /// ```
  /// ModifyDNRequest ::= [APPLICATION 12] SEQUENCE {
  ///      entry           LDAPDN,
  ///      newrdn          RelativeLDAPDN,
  ///      deleteoldrdn    BOOLEAN,
  ///      newSuperior     [0] LDAPDN OPTIONAL }
  /// ```
  public struct ModifyDNRequest: Hashable, Sendable {
    public var object: String
    public var newName: String
    public var newSuperior: String?
  }

  /// CompareRequest (RFC 4511 section 4.10): whether an attribute has a value, which is not kept.
  ///
  /// ```
  /// CompareRequest ::= [APPLICATION 14] SEQUENCE {
  ///      entry           LDAPDN,
  ///      ava             AttributeValueAssertion }
  /// ```
  public struct CompareRequest: Hashable, Sendable {
    public var object: String
    public var attribute: String
  }
}

extension LDAP.ModifyRequest {
  /// Reads an operation's content.
  public init(parsing content: inout ByteReader) throws(ParseFailure) {
    object = try content.ldapText("object")
    var list = try content.element(.sequence, "changes")
    changes = []
    while !list.isAtEnd {
      guard changes.count < LDAP.Limits.attributes else {
        throw ParseFailure(.overLimit, "changes", at: list.offset)
      }
      var change = try list.element(.sequence, "change")
      let operation = try change.ldapEnumerated("operation")
      changes.append(
        Change(operation: operation, attribute: try LDAP.Attribute(parsing: &change)))
    }
  }
}

extension LDAP.ModifyDNRequest {
  /// Reads an operation's content.
  public init(parsing content: inout ByteReader) throws(ParseFailure) {
    object = try content.ldapText("entry")
    newName = try content.ldapText("newrdn")
    _ = try content.element(.boolean, "deleteoldrdn").remaining
    guard content.isNext(.contextPrimitive(0)) else { return }
    let superior = try content.element(.contextPrimitive(0), "newSuperior")
    newSuperior = try superior.ldapContent("newSuperior")
  }
}

extension LDAP.CompareRequest {
  /// Reads an operation's content.
  public init(parsing content: inout ByteReader) throws(ParseFailure) {
    object = try content.ldapText("entry")
    var assertion = try content.element(.sequence, "ava")
    attribute = try assertion.ldapText("attributeDesc")
  }
}
