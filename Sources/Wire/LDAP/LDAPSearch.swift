extension LDAP {
  /// SearchRequest (RFC 4511 section 4.5.1).
  ///
  /// ```
  /// SearchRequest ::= [APPLICATION 3] SEQUENCE {
  ///      baseObject      LDAPDN,
  ///      scope           ENUMERATED { baseObject (0), singleLevel (1), wholeSubtree (2), ...  },
  ///      derefAliases    ENUMERATED,
  ///      sizeLimit       INTEGER (0 ..  maxInt),
  ///      timeLimit       INTEGER (0 ..  maxInt),
  ///      typesOnly       BOOLEAN,
  ///      filter          Filter,
  ///      attributes      AttributeSelection }
  /// ```
  public struct SearchRequest: Hashable, Sendable {
    public var base: String
    public var scope: Scope
    public var dereferencing: UInt32
    /// Entries; zero for no limit.
    public var sizeLimit: Int64
    /// Seconds; zero for no limit.
    public var timeLimitSeconds: Int64
    public var typesOnly: Bool
    /// RFC 4515 text.
    public var filter: String
    public var attributes: [String]
  }

  public struct Scope: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let baseObject = Scope(rawValue: 0)
    public static let singleLevel = Scope(rawValue: 1)
    public static let wholeSubtree = Scope(rawValue: 2)
  }

  /// An attribute with its values, which are not copied.
  public struct Attribute: Hashable, Sendable {
    /// AttributeDescription: the type with its options.
    public var name: String
    /// Where the elements of the SET of values lie.
    public var values: ByteRange
  }

  /// SearchResultEntry (RFC 4511 section 4.5.2), and AddRequest (section 4.7), which has its form.
  ///
  /// ```
  /// SearchResultEntry ::= [APPLICATION 4] SEQUENCE {
  ///      objectName      LDAPDN,
  ///      attributes      PartialAttributeList }
  /// ```
  public struct Entry: Hashable, Sendable {
    public var object: String
    public var attributes: [Attribute]
  }
}

extension LDAP.SearchRequest {
  /// Reads an operation's content.
  public init(parsing content: inout ByteReader) throws(ParseFailure) {
    base = try content.ldapText("baseObject")
    scope = LDAP.Scope(rawValue: try content.ldapEnumerated("scope"))
    dereferencing = try content.ldapEnumerated("derefAliases")
    sizeLimit = try content.limitElement("sizeLimit")
    timeLimitSeconds = try content.limitElement("timeLimit")
    var flag = try content.element(.boolean, "typesOnly")
    typesOnly = try flag.u8("typesOnly") != 0
    filter = try LDAP.filterText(&content)
    var list = try content.element(.sequence, "attributes")
    attributes = []
    while !list.isAtEnd {
      guard attributes.count < LDAP.Limits.attributes else {
        throw ParseFailure(.overLimit, "attributes", at: list.offset)
      }
      attributes.append(try list.ldapText("selector"))
    }
  }
}

extension LDAP.Entry {
  /// The name alone, of an operation's content.
  public static func object(in content: inout ByteReader) throws(ParseFailure) -> String {
    try content.ldapText("objectName")
  }

  /// Reads an operation's content.
  public init(parsing content: inout ByteReader) throws(ParseFailure) {
    object = try content.ldapText("objectName")
    var list = try content.element(.sequence, "attributes")
    attributes = []
    while !list.isAtEnd {
      guard attributes.count < LDAP.Limits.attributes else {
        throw ParseFailure(.overLimit, "attributes", at: list.offset)
      }
      attributes.append(try LDAP.Attribute(parsing: &list))
    }
  }
}

extension LDAP.Attribute {
  /// Reads a PartialAttribute (RFC 4511 section 4.1.7) or an Attribute.
  init(parsing list: inout ByteReader) throws(ParseFailure) {
    var attribute = try list.element(.sequence, "PartialAttribute")
    name = try attribute.ldapText("type")
    let set = try attribute.element(.set, "vals")
    values = ByteRange(offset: set.offset, count: set.remaining)
  }
}

extension ByteReader {
  /// An INTEGER up to maxInt; some clients send 4294967295 as four octets, which BER reads as -1.
  fileprivate mutating func limitElement(_ field: StaticString) throws(ParseFailure) -> Int64 {
    var content = try element(.integer, field)
    let isFourOctets = content.remaining == 4
    let value = try content.integer(field)
    return value < 0 && isFourOctets ? value & 0xFFFF_FFFF : value
  }
}
