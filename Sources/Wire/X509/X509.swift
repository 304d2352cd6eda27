/// Public key certificates (RFC 5280), as far as they say who somebody is: names, numbers, times,
/// purposes, and what Windows adds (MS-WCCE section 2.2.2.7.7).
///
/// Read out of hostile traffic: nothing is verified, and what cannot be read is left out.
public enum X509 {}

extension X509 {
  /// What one certificate may hold; what is beyond is left out.
  public enum Limits {
    /// Octets of one name or other text: the upper bounds of RFC 5280 appendix A are below.
    public static let textBytes = 1024
    /// Attributes of one distinguished name: directories nest some ten levels deep.
    public static let nameAttributes = 64
    /// Elements of one list (names, purposes, extensions): a web server's certificate may have a
    /// hundred names.
    public static let listElements = 128
  }

  /// A certificate.
  public struct Certificate: Hashable, Sendable {
    /// Hex digits of the serial number's octets, as sent.
    public var serialNumber = ""
    /// RFC 4514 text, the most specific attribute first: `CN=Users,DC=alpine,DC=test`.
    public var issuer = ""
    public var subject = ""
    /// GeneralizedTime, whichever form was sent: `20261121000000Z`.
    public var notBefore = ""
    public var notAfter = ""
    /// Names of otherName 1.3.6.1.4.1.311.20.2.3: `alice@alpine.test`.
    public var userPrincipalNames: [String] = []
    public var dnsNames: [String] = []
    public var emailAddresses: [String] = []
    /// URIs; one may map the certificate to an account (`tag:microsoft.com,2022-09-14:sid:S-1-5-…`).
    public var uris: [String] = []
    /// The account's SID out of extension 1.3.6.1.4.1.311.25.2 (MS-WCCE section 2.2.2.7.7.4).
    public var sid: String?
    /// Object identifiers of the extended key usage: client authentication is 1.3.6.1.5.5.7.3.2,
    /// smart card logon 1.3.6.1.4.1.311.20.2.2, PKINIT client 1.3.6.1.5.2.3.4, any 2.5.29.37.0.
    public var purposes: [String] = []
    /// Object identifiers of Microsoft's application policies, extension 1.3.6.1.4.1.311.21.10.
    public var applicationPolicies: [String] = []
    /// The template: its name (1.3.6.1.4.1.311.20.2) or its object identifier (….21.7).
    public var template: String?
    /// Algorithm of the subject's key: 1.2.840.113549.1.1.1 is RSA, 1.2.840.10045.2.1 elliptic.
    public var keyAlgorithm = ""
    /// Size of the subject's key, where its form is known.
    public var keyBitCount: Int?

    public init() {}

    /// Whether subject and issuer are the same: made by its owner, not by an authority.
    public var isSelfIssued: Bool { issuer == subject }
  }

  /// How a signature names its certificate (RFC 5652 section 10.2.4).
  struct IssuerAndSerial {
    var issuer: String
    var serialNumber: String
  }
}

// MARK: - Parsing

extension X509.Certificate {
  /// Reads a Certificate; nil where none is there, whose octets are passed over.
  ///
  /// ```
  /// Certificate  ::=  SEQUENCE  {
  ///      tbsCertificate       TBSCertificate,
  ///      signatureAlgorithm   AlgorithmIdentifier,
  ///      signatureValue       BIT STRING  }
  /// TBSCertificate  ::=  SEQUENCE  {
  ///      version         [0]  EXPLICIT Version DEFAULT v1,
  ///      serialNumber         CertificateSerialNumber,
  ///      signature            AlgorithmIdentifier,
  ///      issuer               Name,
  ///      validity             Validity,
  ///      subject              Name,
  ///      subjectPublicKeyInfo SubjectPublicKeyInfo,
  ///      issuerUniqueID  [1]  IMPLICIT UniqueIdentifier OPTIONAL,
  ///      subjectUniqueID [2]  IMPLICIT UniqueIdentifier OPTIONAL,
  ///      extensions      [3]  EXPLICIT Extensions OPTIONAL }
  /// ```
  /// RFC 5280 section 4.1.
  public init?(parsing input: inout ByteReader) {
    var fault = Fault()
    guard let outer = input.next("Certificate", &fault), outer.tag == .sequence else { return nil }
    var certificate = outer.content
    guard var fields = certificate.next(.sequence, "TBSCertificate", &fault) else { return nil }
    // Behind version and serial number come five SEQUENCEs in a fixed order.
    var sequences = 0
    while var field = fields.next("TBSCertificate", &fault) {
      switch field.tag {
      case .integer where serialNumber.isEmpty: serialNumber = field.content.hexDigits()
      case .sequence:
        sequences += 1
        read(sequences, &field.content, &fault)
      case .context(3): readExtensions(&field.content, &fault)
      default: break
      }
    }
    guard sequences >= 4 else { return nil }
  }

  private mutating func read(
    _ place: Int, _ field: inout ByteReader, _ fault: inout Fault
  ) {
    switch place {
    case 2: issuer = field.distinguishedName(&fault)
    case 3:
      notBefore = field.certificateTime(&fault) ?? ""
      notAfter = field.certificateTime(&fault) ?? ""
    case 4: subject = field.distinguishedName(&fault)
    case 5: readKey(&field, &fault)
    default: break
    }
  }

  /// `SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING
  /// }`; an RSA key is `SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 3279 section
  /// 2.3.1), an elliptic one a point whose curve the algorithm's parameters name (RFC 5480).
  private mutating func readKey(_ fields: inout ByteReader, _ fault: inout Fault) {
    guard var algorithm = fields.next(.sequence, "algorithm", &fault),
      let name = algorithm.identifier(&fault)
    else { return }
    keyAlgorithm = name
    if name == "1.2.840.10045.2.1" {
      let bits = [
        "1.2.840.10045.3.1.7": 256, "1.3.132.0.34": 384, "1.3.132.0.35": 521,
      ]
      if algorithm.isNext(.objectIdentifier) {
        keyBitCount = algorithm.identifier(&fault).flatMap { bits[$0] }
      }
      return
    }
    guard name == "1.2.840.113549.1.1.1",
      var key = fields.next(.bitString, "subjectPublicKey", &fault), key.peek() == 0
    else { return }
    key.position &+= 1
    guard var numbers = key.next(.sequence, "RSAPublicKey", &fault),
      var modulus = numbers.next(.integer, "modulus", &fault)
    else { return }
    if modulus.peek() == 0 { modulus.position &+= 1 }
    keyBitCount = modulus.remaining * 8 - (modulus.peek()?.leadingZeroBitCount ?? 0)
  }
}

// MARK: - Extensions

extension X509.Certificate {
  /// `Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue
  /// OCTET STRING }`.
  private mutating func readExtensions(
    _ input: inout ByteReader, _ fault: inout Fault
  ) {
    guard var list = input.next(.sequence, "Extensions", &fault) else { return }
    var count = 0
    while var fields = list.next("Extension", &fault)?.content, count < X509.Limits.listElements {
      count += 1
      guard let name = fields.identifier(&fault) else { continue }
      if fields.isNext(.boolean) { _ = fields.next("critical", &fault)?.tag }
      guard var value = fields.next(.octetString, "extnValue", &fault) else { continue }
      readExtension(name, &value, &fault)
    }
  }

  private mutating func readExtension(
    _ name: String, _ value: inout ByteReader, _ fault: inout Fault
  ) {
    switch name {
    case "2.5.29.17", "1.3.6.1.4.1.311.25.2":
      guard var names = value.next(.sequence, "GeneralNames", &fault) else { return }
      readNames(&names, &fault)
    case "2.5.29.37":
      guard var list = value.next(.sequence, "ExtKeyUsageSyntax", &fault) else { return }
      while purposes.count < X509.Limits.listElements, let purpose = list.identifier(&fault) {
        purposes.append(purpose)
      }
    case "1.3.6.1.4.1.311.21.10":
      guard var list = value.next(.sequence, "CertificatePolicies", &fault) else { return }
      while applicationPolicies.count < X509.Limits.listElements,
        var policy = list.next("PolicyInformation", &fault)?.content
      {
        if let policy = policy.identifier(&fault) { applicationPolicies.append(policy) }
      }
    case "1.3.6.1.4.1.311.21.7":
      guard var fields = value.next(.sequence, "CertificateTemplateOID", &fault) else { return }
      template = template ?? fields.identifier(&fault)
    case "1.3.6.1.4.1.311.20.2": template = value.certificateText(&fault) ?? template
    default: break
    }
  }

  /// ```
  /// GeneralName ::= CHOICE {
  ///      otherName [0] OtherName, rfc822Name [1] IA5String, dNSName [2] IA5String,
  ///      directoryName [4] Name, uniformResourceIdentifier [6] IA5String, … }
  /// OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }
  /// ```
  /// RFC 5280 section 4.2.1.6.
  private mutating func readNames(_ list: inout ByteReader, _ fault: inout Fault) {
    var count = 0
    while var name = list.next("GeneralName", &fault), count < X509.Limits.listElements {
      count += 1
      guard name.content.remaining <= X509.Limits.textBytes else { continue }
      switch name.tag {
      case .contextPrimitive(1): emailAddresses.append(name.content.utf8())
      case .contextPrimitive(2): dnsNames.append(name.content.utf8())
      case .contextPrimitive(6): uris.append(name.content.utf8())
      case .context(0):
        guard let type = name.content.identifier(&fault),
          var value = name.content.next(.context(0), "value", &fault)
        else { continue }
        switch type {
        case "1.3.6.1.4.1.311.20.2.3":
          if let text = value.certificateText(&fault) { userPrincipalNames.append(text) }
        case "1.3.6.1.4.1.311.25.2.1": sid = value.certificateText(&fault) ?? sid
        default: break
        }
      default: break
      }
    }
  }
}

extension X509.IssuerAndSerial {
  /// Reads the first SignerInfo of a SET: `SEQUENCE { version INTEGER, sid CHOICE { SEQUENCE {
  /// issuer Name, serialNumber INTEGER }, [0] … }, … }`; nil for a SET of anything else.
  init?(ofSignerIn input: inout ByteReader) {
    var fault = Fault()
    guard var signer = input.next(.sequence, "SignerInfo", &fault), signer.isNext(.integer),
      signer.next("version", &fault) != nil,
      var fields = signer.next(.sequence, "issuerAndSerialNumber", &fault),
      var name = fields.next(.sequence, "issuer", &fault),
      var number = fields.next(.integer, "serialNumber", &fault)
    else { return nil }
    issuer = name.distinguishedName(&fault)
    serialNumber = number.hexDigits()
  }
}
