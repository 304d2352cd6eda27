import Testing

@testable import Wire

@Suite struct `Public key authentication` {
  @Test func `reads the certificate of a real PA-PK-AS-REQ`() throws {
    let request = try #require(publicKeyRequest(in: SecuritySamples.publicKeyRequest))
    #expect(!request.usesDiffieHellman)
    #expect(request.clientTime == "20261121065444Z")
    #expect(request.certificates.count == 1)
    let certificate = try #require(request.certificates.first)
    #expect(certificate.serialNumber == "23fd05a73d2ce88fc02df1292d66e3d8d64342e0")
    #expect(certificate.issuer == "CN=alpine-CA,DC=alpine,DC=test")
    #expect(certificate.subject == "CN=alice,CN=Users,DC=alpine,DC=test")
    #expect(certificate.notBefore == "20261121065317Z")
    #expect(certificate.notAfter == "20361118065317Z")
    #expect(certificate.userPrincipalNames == ["alice@alpine.test"])
    #expect(certificate.emailAddresses == ["alice@alpine.test"])
    #expect(certificate.uris == ["tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1105"])
    #expect(certificate.sid == "S-1-5-21-1-2-3-1105")
    #expect(
      certificate.purposes == [
        "1.3.6.1.5.5.7.3.2", "1.3.6.1.4.1.311.20.2.2", "1.3.6.1.5.2.3.4",
      ])
    #expect(certificate.applicationPolicies == ["1.3.6.1.5.5.7.3.2"])
    #expect(certificate.template == "User")
    #expect(certificate.keyAlgorithm == "1.2.840.113549.1.1.1" && certificate.keyBitCount == 1024)
    #expect(!certificate.isSelfIssued)
  }

  @Test func `survives any cut and any changed octet`() {
    let octets = SecuritySamples.publicKeyRequest
    for count in octets.indices { _ = publicKeyRequest(in: Array(octets[..<count])) }
    for index in octets.indices {
      for value in [0, 0x30, 0x80, 0xFF] as [UInt8] {
        var changed = octets
        changed[index] = value
        _ = publicKeyRequest(in: changed)
      }
    }
  }

  @Test func `keeps as many certificates as it may, the signer's first`() throws {
    let first = certificate("first", 1)
    let signer = certificate("signer", 2)
    let name = SecuritySamples.octetString([1])
    let others = Array(repeating: first, count: 9).flatMap { $0 }
    let info = SecuritySamples.list(
      SecuritySamples.integer(1),
      SecuritySamples.list(self.name("alpine-CA"), SecuritySamples.integer(2)), name)
    for (certificates, count) in [(first + signer, 2), (others, 8)] {
      let data = signedData(certificates, info)
      let request = try #require(
        publicKeyRequest(
          in: SecuritySamples.asRequest(
            SecuritySamples.padata([16], SecuritySamples.list(SecuritySamples.der(0x80, data))))))
      #expect(request.certificates.count == count)
      #expect(request.certificates.first?.subject == (count == 2 ? "CN=signer" : "CN=first"))
      #expect(request.certificates.first?.keyBitCount == nil)
    }
  }

  @Test func `tells how the reply key comes, and reads the controller's certificate`() throws {
    let data = signedData(certificate("dc1", 3), [])
    let agreed = SecuritySamples.field(
      0, SecuritySamples.list(SecuritySamples.der(0x80, data)))
    for (value, names) in [(agreed, ["CN=dc1"]), (SecuritySamples.der(0x81, data), [])] {
      let padata = try padata(
        in: SecuritySamples.asRequest(SecuritySamples.padata([17], value)))
      #expect(padata.rare.publicKeyReply?.certificates.map(\.subject) == names)
      #expect(padata.rare.publicKeyReply?.usesDiffieHellman == !names.isEmpty)
    }
  }

  @Test func `escapes what could pass for another attribute`() {
    let octets = self.name("alice,DC=test")
    var reader = ByteReader(octets.span)
    var fault = Fault()
    guard var content = reader.next(.sequence, "Name", &fault) else { return }
    let text = content.distinguishedName(&fault)
    #expect(text == "CN=alice\\,DC\\=test")
  }

  // MARK: - Octets

  private func name(_ text: String) -> [UInt8] {
    SecuritySamples.list(
      SecuritySamples.der(
        0x31,
        SecuritySamples.list(
          SecuritySamples.der(0x06, [0x55, 4, 3]), SecuritySamples.der(0x0C, Array(text.utf8)))))
  }

  private func certificate(_ subject: String, _ number: UInt8) -> [UInt8] {
    let time = SecuritySamples.der(0x17, Array("260101000000Z".utf8))
    let algorithm = SecuritySamples.list(SecuritySamples.der(0x06, [0x2B, 0x65, 0x70]))
    let unknown = SecuritySamples.list(
      SecuritySamples.der(0x06, [0x2A, 3]), SecuritySamples.der(0x01, [0xFF]),
      SecuritySamples.octetString([0xFF, 0xFF]))
    return SecuritySamples.list(
      SecuritySamples.list(
        SecuritySamples.field(0, SecuritySamples.integer(2)), SecuritySamples.integer(number),
        algorithm, name("alpine-CA"), SecuritySamples.list(time, time), name(subject),
        SecuritySamples.list(algorithm, SecuritySamples.der(0x03, [0, 1, 2])),
        SecuritySamples.field(3, SecuritySamples.list(unknown))),
      algorithm, SecuritySamples.der(0x03, [0, 9]))
  }

  private func signedData(_ certificates: [UInt8], _ signer: [UInt8]) -> [UInt8] {
    let type = SecuritySamples.der(0x06, [0x2A, 3])
    return SecuritySamples.list(
      type,
      SecuritySamples.field(
        0,
        SecuritySamples.list(
          SecuritySamples.integer(3), SecuritySamples.der(0x31, []), SecuritySamples.list(type),
          SecuritySamples.field(0, certificates), SecuritySamples.der(0x31, signer))))
  }

  private func publicKeyRequest(in octets: [UInt8]) -> Kerberos.PublicKeyRequest? {
    try? padata(in: octets).rare.publicKeyRequest
  }

  private func padata(in octets: [UInt8]) throws -> Kerberos.PreauthenticationData {
    var reader = ByteReader(octets.span)
    var fault = Fault()
    guard case .request(let request) = try Kerberos.Message(parsing: &reader, &fault) else {
      return Kerberos.PreauthenticationData()
    }
    return request.preauthentication
  }
}
