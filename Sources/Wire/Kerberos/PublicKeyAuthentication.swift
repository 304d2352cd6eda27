extension Kerberos {
  /// PA-PK-AS-REQ: the client signs its request with the key of a certificate, which is in the clear.
  ///
  /// ```
  /// PA-PK-AS-REQ ::= SEQUENCE {
  ///    signedAuthPack          [0] IMPLICIT OCTET STRING, -- ContentInfo, a SignedData
  ///    trustedCertifiers       [1] SEQUENCE OF ExternalPrincipalIdentifier OPTIONAL,
  ///    kdcPkId                 [2] IMPLICIT OCTET STRING OPTIONAL, ... }
  /// AuthPack ::= SEQUENCE {
  ///    pkAuthenticator         [0] PKAuthenticator,
  ///    clientPublicValue       [1] SubjectPublicKeyInfo OPTIONAL, ... }
  /// PKAuthenticator ::= SEQUENCE {
  ///    cusec [0] INTEGER, ctime [1] KerberosTime, nonce [2] INTEGER,
  ///    paChecksum [3] OCTET STRING OPTIONAL, ... }
  /// ```
  /// RFC 4556 section 3.2.1.
  public struct PublicKeyRequest: Sendable {
    /// The signer's certificate first, where one is the signer's; then those of authorities.
    public var certificates: [X509.Certificate] = []
    /// Whether the reply key is to be agreed on by Diffie-Hellman; otherwise it comes encrypted with
    /// the certificate's RSA key.
    public var usesDiffieHellman = false
    /// GeneralizedTime as sent.
    public var clientTime: String?
    public var nonce: UInt32?
  }

  /// PA-PK-AS-REP: how the reply key comes.
  ///
  /// ```
  /// PA-PK-AS-REP ::= CHOICE {
  ///    dhInfo       [0] DHRepInfo,
  ///    encKeyPack   [1] IMPLICIT OCTET STRING, ... }
  /// DHRepInfo ::= SEQUENCE { dhSignedData [0] IMPLICIT OCTET STRING, ... }
  /// ```
  /// RFC 4556 section 3.2.3.
  public struct PublicKeyReply: Sendable {
    public var usesDiffieHellman = false
    /// Those of the controller; none where the key is encrypted with RSA, whose signature is inside.
    public var certificates: [X509.Certificate] = []
  }
}

// MARK: - Parsing

extension Kerberos.PublicKeyRequest {
  init?(parsing value: inout ByteReader, _ fault: inout Fault) {
    guard var fields = value.next(.sequence, "PA-PK-AS-REQ", &fault) else { return nil }
    while var field = fields.next("PA-PK-AS-REQ", &fault) {
      // Draft 9 tagged the structure itself, explicitly.
      guard field.tag == .contextPrimitive(0) || field.tag == .context(0) else { continue }
      guard var data = CMS.SignedData(parsing: &field.content, &fault) else { continue }
      certificates = data.certificates
      readAuthPack(&data.content, &fault)
    }
  }

  private mutating func readAuthPack(_ input: inout ByteReader, _ fault: inout Fault) {
    guard !input.isAtEnd, var fields = input.next(.sequence, "AuthPack", &fault) else { return }
    while var field = fields.next("AuthPack", &fault) {
      switch field.tag.field {
      case 0:
        guard var parts = field.content.next(.sequence, "PKAuthenticator", &fault) else { continue }
        while var part = parts.next("PKAuthenticator", &fault) {
          switch part.tag.field {
          case 1: clientTime = part.content.text("ctime", &fault)
          case 2: nonce = part.content.uint32("nonce", &fault)
          default: break
          }
        }
      case 1: usesDiffieHellman = true
      default: break
      }
    }
  }
}

extension Kerberos.PublicKeyReply {
  init?(parsing value: inout ByteReader, _ fault: inout Fault) {
    guard var choice = value.next("PA-PK-AS-REP", &fault) else { return nil }
    guard choice.tag == .context(0) else { return }
    usesDiffieHellman = true
    guard var fields = choice.content.next(.sequence, "DHRepInfo", &fault) else { return }
    while var field = fields.next("DHRepInfo", &fault) {
      guard field.tag == .contextPrimitive(0) || field.tag == .context(0) else { continue }
      certificates = CMS.SignedData(parsing: &field.content, &fault)?.certificates ?? []
    }
  }
}

/// Cryptographic Message Syntax (RFC 5652), as far as a signature's certificates need it.
enum CMS {}

extension CMS {
  /// What is signed, and by which certificate.
  ///
  /// ```
  /// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }
  /// SignedData ::= SEQUENCE {
  ///   version CMSVersion, digestAlgorithms SET OF DigestAlgorithmIdentifier,
  ///   encapContentInfo EncapsulatedContentInfo,
  ///   certificates [0] IMPLICIT CertificateSet OPTIONAL,
  ///   crls [1] IMPLICIT RevocationInfoChoices OPTIONAL, signerInfos SET OF SignerInfo }
  /// EncapsulatedContentInfo ::= SEQUENCE {
  ///   eContentType OBJECT IDENTIFIER, eContent [0] EXPLICIT OCTET STRING OPTIONAL }
  /// ```
  /// RFC 5652 sections 3 and 5.1.
  struct SignedData: ~Escapable {
    /// `eContent`, empty where it is not there.
    var content: ByteReader
    /// The signer's certificate first, where it is among them.
    var certificates: [X509.Certificate] = []

    /// Reads a ContentInfo, in an OCTET STRING or not.
    @_lifetime(copy input)
    init?(parsing input: inout ByteReader, _ fault: inout Fault) {
      content = input.emptyTail()
      if input.isNext(.octetString) {
        guard let octets = input.next(.octetString, "ContentInfo", &fault) else { return nil }
        input = octets
      }
      guard var information = input.next(.sequence, "ContentInfo", &fault),
        information.next(.objectIdentifier, "contentType", &fault) != nil,
        var explicit = information.next(.context(0), "content", &fault),
        var fields = explicit.next(.sequence, "SignedData", &fault)
      else { return nil }
      var signer: X509.IssuerAndSerial?
      while var field = fields.next("SignedData", &fault) {
        switch field.tag {
        case .sequence: content = Self.content(in: &field.content, &fault)
        case .context(0): readCertificates(&field.content, &fault)
        // The digest algorithms come first; those of the signers have a name in them.
        case .set: signer = X509.IssuerAndSerial(ofSignerIn: &field.content) ?? signer
        default: break
        }
      }
      guard let signer,
        let index = certificates.firstIndex(where: {
          $0.issuer == signer.issuer && $0.serialNumber == signer.serialNumber
        })
      else { return }
      certificates.swapAt(0, index)
    }

    @_lifetime(copy fields)
    private static func content(
      in fields: inout ByteReader, _ fault: inout Fault
    ) -> ByteReader {
      while var field = fields.next("EncapsulatedContentInfo", &fault) {
        guard field.tag == .context(0) else { continue }
        // PKCS #7, which came before, has the content itself here (RFC 5652 section 5.2.1).
        guard field.content.isNext(.octetString) else { return field.content }
        if let octets = field.content.next(.octetString, "eContent", &fault) { return octets }
      }
      return fields.emptyTail()
    }

    private mutating func readCertificates(
      _ list: inout ByteReader, _ fault: inout Fault
    ) {
      while !list.isAtEnd {
        guard certificates.count < Kerberos.Limits.certificates else {
          fault.note(.overLimit, "certificates", at: list.offset)
          return
        }
        if let certificate = X509.Certificate(parsing: &list) { certificates.append(certificate) }
      }
    }
  }
}
