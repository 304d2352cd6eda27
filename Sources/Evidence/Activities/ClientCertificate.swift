/// The certificate by which a client proved itself (RFC 5280, RFC 4556 section 3.2.1), unverified.
public struct ClientCertificate: Hashable, Sendable {
  /// Hex digits.
  public var serialNumber: String
  /// RFC 4514 text, the most specific attribute first.
  public var issuer: String
  public var subject: String
  /// Nil where the certificate's text is no time, or one beyond the year 2262.
  public var notBefore: Instant?
  public var notAfter: Instant?
  public var userPrincipalNames: [String] = []
  public var dnsNames: [String] = []
  /// URIs of the alternative name; one may name the account's SID.
  public var uris: [String] = []
  /// The account's SID that the authority wrote in (extension 1.3.6.1.4.1.311.25.2).
  public var sid: String?
  /// Object identifiers of the extended key usage.
  public var purposes: [String] = []
  /// Object identifiers of Microsoft's application policies (1.3.6.1.4.1.311.21.10).
  public var applicationPolicies: [String] = []
  /// The template's name or object identifier.
  public var template: String?
  public var keyBitCount: Int?

  public init(serialNumber: String, issuer: String, subject: String) {
    self.serialNumber = serialNumber
    self.issuer = issuer
    self.subject = subject
  }

  /// Whether its owner made it: issuer and subject are the same.
  public var isSelfIssued: Bool { issuer == subject }
}

extension ClientCertificate {
  /// Writes the certificate as one JSON object.
  func write(as name: String, to json: inout JSONWriter) {
    json.key(name)
    json.beginObject()
    json.member("subject", subject)
    json.member("issuer", issuer)
    json.member("serialNumber", serialNumber)
    json.member("notBefore", notBefore)
    json.member("notAfter", notAfter)
    json.member("userPrincipalNames", userPrincipalNames)
    json.member("dnsNames", dnsNames)
    json.member("uris", uris)
    json.member("sid", sid)
    json.member("purposes", purposes)
    json.member("applicationPolicies", applicationPolicies)
    json.member("template", template)
    json.member("keyBits", keyBitCount)
    json.endObject()
  }
}
