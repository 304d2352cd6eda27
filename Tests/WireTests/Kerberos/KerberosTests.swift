import Testing

@testable import Wire

@Suite struct `Kerberos messages` {
  @Test func `reads a real AS-REQ`() throws {
    guard case .request(let request) = try parse(SecuritySamples.asRequest) else {
      Issue.record("not a request")
      return
    }
    #expect(request.type == .asRequest)
    #expect(request.client?.text == "xxxxxxxx$")
    #expect(request.realm == "xx.xxx.xxxxx.NET")
    #expect(request.server?.text == "krbtgt/xx.xxx.xxxxx.NET")
    #expect(request.server?.type == .serviceInstance)
    #expect(request.options == [.forwardable])
    #expect(request.till == "20160618221415Z")
    #expect(request.nonce == 741_142_704)
    #expect(request.encryptions.map(\.rawValue) == [18, 17, 16, 23])
    #expect(request.preauthentication.types.map(\.rawValue) == [2, 149])
    #expect(request.preauthentication.timestampEncryption == .aes256CTSHMACSHA1)
    #expect(request.preauthentication.unreadable == nil)
  }

  @Test func `reads a real KRB-ERROR and the methods it asks for`() throws {
    guard case .error(let error) = try parse(SecuritySamples.preauthRequired) else {
      Issue.record("not an error")
      return
    }
    #expect(error.code == .preauthRequired)
    #expect(error.realm == "VLADG.NET")
    #expect(error.client?.text == "requires_preauth_client_principal")
    #expect(error.server?.text == "krbtgt/VLADG.NET")
    #expect(error.serverTime == "20150119225409Z")
    #expect(error.text == "NEEDED_PREAUTH")
    #expect(error.preauthentication.types.map(\.rawValue) == [136, 19, 16, 14, 15, 147, 2, 133])
    #expect(error.preauthentication.etypeInfo2.map(\.rawValue) == [18, 17, 16, 23])
    #expect(error.preauthentication.salt == "VLADG.NETrequires_preauth_client_principal")
  }

  @Test func `reads a real AS-REP`() throws {
    guard case .reply(let reply) = try parse(SecuritySamples.asReply) else {
      Issue.record("not a reply")
      return
    }
    #expect(reply.type == .asReply)
    #expect(reply.clientRealm == "VLADG.NET")
    #expect(reply.client?.text == "valid_client_principal")
    #expect(reply.ticket?.server?.text == "krbtgt/VLADG.NET")
    #expect(reply.ticket?.sealed?.encryption == .aes256CTSHMACSHA1)
    #expect(reply.ticket?.sealed?.keyVersion == 1)
    #expect(reply.sealed?.encryption == .aes256CTSHMACSHA1)
  }

  @Test func `reads delegation out of a TGS-REQ`() throws {
    guard case .request(let request) = try parse(SecuritySamples.tgsRequest()) else {
      Issue.record("not a request")
      return
    }
    let padata = request.preauthentication
    #expect(request.client == nil)
    #expect(padata.tgsRequest?.ticket?.server?.text == "krbtgt/ALPINE.TEST")
    #expect(padata.tgsRequest?.ticket?.sealed?.byteCount == 200)
    #expect(padata.tgsRequest?.authenticator?.encryption == .aes256CTSHMACSHA1)
    #expect(padata.tgsRequest?.options == [.mutualRequired])
    #expect(padata.rare.forUser?.text == "alice@alpine.test")
    #expect(padata.rare.forUser?.type == .enterprise)
    #expect(padata.rare.forUserRealm == "ALPINE.TEST")
    #expect(padata.pacOptions == [.resourceBasedConstrainedDelegation])
    #expect(request.options == [.forwardable, .renewable, .clientNameInAdditionalTicket])
    #expect(request.additionalTickets.map(\.server?.text) == ["svc-web"])
    #expect(request.encryptions.map(\.rawValue) == [18, 23, -135])
    #expect(request.server?.text == "cifs/fs1.alpine.test")
    #expect(request.server?.componentCount == 2)
  }

  @Test func `keeps numbers without a name, and the octets of a nonce without their sign`() throws {
    guard case .request(let request) = try parse(SecuritySamples.tgsRequest()) else { return }
    #expect(request.preauthentication.types.map(\.rawValue) == [1, 129, 167, 0x7FFF])
    #expect(request.nonce == 0xFF)
  }

  @Test func `keeps a message whose padata value cannot be read, and says which`() throws {
    let list = SecuritySamples.der(0x30, SecuritySamples.padata([0x00, 0x80], [0xFF, 0xFF]))
    var reader = ByteReader(list.span)
    var fault = Fault()
    var padata = Kerberos.PreauthenticationData()
    padata.read(&reader, &fault)
    #expect(padata.types == [.pacRequest] && fault.first == nil)
    #expect(padata.unreadable == .pacRequest)
  }

  @Test func `reads the status in an error of Windows`() throws {
    let data = SecuritySamples.der(
      0x30, SecuritySamples.der(0xA1, SecuritySamples.integer(3)),
      SecuritySamples.der(
        0xA2, SecuritySamples.octetString([0x34, 0x02, 0, 0xC0, 0, 0, 0, 0, 1, 0, 0, 0])))
    let octets = SecuritySamples.der(
      0x7E,
      SecuritySamples.der(
        0x30, SecuritySamples.der(0xA6, SecuritySamples.integer(18)),
        SecuritySamples.der(0xAC, SecuritySamples.octetString(data))))
    guard case .error(let error) = try parse(octets) else { return }
    #expect(error.code == .clientRevoked)
    // STATUS_ACCOUNT_LOCKED_OUT
    #expect(error.status == 0xC000_0234)
    #expect(error.dataByteCount == 23)
  }

  @Test(arguments: [
    SecuritySamples.asRequest, SecuritySamples.asReply, SecuritySamples.preauthRequired,
    SecuritySamples.tgsRequest(),
  ])
  func `is truncated at any cut, and survives any changed octet`(_ octets: [UInt8]) {
    for count in octets.indices {
      #expect { try parse(Array(octets[..<count])) } throws: {
        ($0 as? ParseFailure)?.reason == .truncated
      }
    }
    for index in octets.indices {
      for value in [0, 0x7F, 0x80, 0xFF] as [UInt8] {
        var changed = octets
        changed[index] = value
        _ = try? parse(changed)
      }
    }
  }

  @Test func `refuses what no message begins with`() {
    #expect(throws: ParseFailure.self) { try parse([0x04, 0x00]) }
    #expect(throws: ParseFailure.self) { try parse(SecuritySamples.der(0x7D, [])) }
  }

  @Test func `leaves out names and lists above their limits, and says so`() {
    let long = SecuritySamples.string(String(repeating: "a", count: Kerberos.Limits.textBytes + 1))
    let many = Array(
      repeating: SecuritySamples.string("a"), count: Kerberos.Limits.nameComponents + 1)
    for components in [long, many.flatMap { $0 }] {
      let name = SecuritySamples.der(
        0x30, SecuritySamples.der(0xA1, SecuritySamples.der(0x30, components)))
      var reader = ByteReader(name.span)
      var fault = Fault()
      let found = Kerberos.PrincipalName(parsing: &reader, &fault)
      #expect(fault.first?.reason == .overLimit)
      #expect((found?.componentCount ?? 0) <= Kerberos.Limits.nameComponents)
    }
    let types = SecuritySamples.der(
      0x30,
      (0...Kerberos.Limits.listElements).flatMap { _ in SecuritySamples.padata([2], []) })
    var reader = ByteReader(types.span)
    var fault = Fault()
    var padata = Kerberos.PreauthenticationData()
    padata.read(&reader, &fault)
    #expect(fault.first?.reason == .overLimit)
    #expect(padata.types.count == Kerberos.Limits.listElements)
  }

  @Test func `keeps what came before a cut, and no number that was cut`() throws {
    let octets = SecuritySamples.asRequest
    for count in octets.indices.dropFirst(4) {
      var reader = ByteReader(octets.span.extracting(first: count))
      var fault = Fault()
      guard case .request(let request) = try Kerberos.Message(parsing: &reader, &fault) else {
        Issue.record("not a request")
        return
      }
      #expect(fault.first?.reason == .truncated)
      #expect([nil, 741_142_704].contains(request.nonce))
      #expect("xx.xxx.xxxxx.NET".hasPrefix(request.realm))
    }
  }

  @Test func `reads elements of indefinite length, a few inside each other`() throws {
    let body = SecuritySamples.der(0xA2, SecuritySamples.string("ALPINE.TEST"))
    let request: [UInt8] = [0x6A, 0x80, 0x30, 0x80, 0xA4, 0x80, 0x30, 0x80] + body
    let end: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
    guard case .request(let message) = try parse(request + end) else { return }
    #expect(message.realm == "ALPINE.TEST")
    #expect(throws: ParseFailure.self) { try parse(request + end.dropLast()) }
    let deep = Array(repeating: [0x30, 0x80] as [UInt8], count: 40).flatMap { $0 }
    #expect(throws: ParseFailure.self) {
      try parse([0x6A, 0x80] + deep + Array(repeating: 0, count: 82))
    }
  }

  private func parse(_ octets: [UInt8]) throws(ParseFailure) -> Kerberos.Message {
    var reader = ByteReader(octets.span)
    var fault = Fault()
    let message = try Kerberos.Message(parsing: &reader, &fault)
    if let failure = fault.first { throw failure }
    return message
  }
}

@Suite struct `Kerberos framing and fingerprints` {
  @Test func `says how many octets a message of a stream takes`() throws {
    let octets: [UInt8] = [0, 0, 1, 0, 0x6A]
    #expect(try Kerberos.streamedByteCount(at: ByteReader(octets.span)) == 260)
    let short: [UInt8] = [0, 0, 1]
    #expect(try Kerberos.streamedByteCount(at: ByteReader(short.span)) == nil)
  }

  @Test func `passes over the reserved bit of the length`() throws {
    let octets: [UInt8] = [0x80, 0, 0, 1]
    #expect(try Kerberos.streamedByteCount(at: ByteReader(octets.span)) == 5)
  }

  @Test(arguments: [[0, 0, 0, 0], [0x7F, 0xFF, 0xFF, 0xFF]] as [[UInt8]])
  func `refuses an empty and an endless message`(_ octets: [UInt8]) {
    #expect(throws: ParseFailure.self) {
      try Kerberos.streamedByteCount(at: ByteReader(octets.span))
    }
  }

  @Test func `knows a ticket again, and tells it from one that differs anywhere in its ends`() {
    let octets = (0..<200).map { UInt8($0) }
    let first = fingerprint(octets, .aes256CTSHMACSHA1)
    #expect(fingerprint(octets, .aes256CTSHMACSHA1) == first)
    #expect(fingerprint(octets, .rc4HMAC) != first)
    #expect(fingerprint(Array(octets.dropLast()), .aes256CTSHMACSHA1) != first)
    for index in [0, 7, 8, 31, 168, 199] {
      var changed = octets
      changed[index] ^= 1
      #expect(fingerprint(changed, .aes256CTSHMACSHA1) != first)
    }
  }

  @Test func `has the same value in every process`() {
    let value = fingerprint(Array(repeating: 0x5A, count: 70), .rc4HMAC)
    #expect(value.value == 8_742_115_988_077_815_720_156_874_509_820_286_733)
  }

  @Test(arguments: 0..<70)
  func `reads a ciphertext of any length`(_ count: Int) {
    let octets = (0..<count).map { UInt8($0) }
    let whole = fingerprint(octets, .rc4HMAC)
    #expect(fingerprint(octets + [0], .rc4HMAC) != whole)
  }

  @Test func `splits a password change into its two messages`() throws {
    let octets: [UInt8] = [0, 11, 0xFF, 0x80, 0, 3, 1, 2, 3, 4, 5, 6]
    var reader = ByteReader(octets.span)
    var message = try Kerberos.PasswordMessage(parsing: &reader)
    let version = message.version
    #expect(version == Kerberos.PasswordMessage.set)
    #expect(message.application.array() == [1, 2, 3])
    #expect(message.rest.array() == [4, 5])
    let left = reader.remaining
    #expect(left == 1)
    for count in 0..<11 {
      #expect(throws: ParseFailure.self) {
        var reader = ByteReader(octets.span.extracting(first: count))
        _ = try Kerberos.PasswordMessage(parsing: &reader).version
      }
    }
  }

  private func fingerprint(
    _ octets: [UInt8], _ encryption: Kerberos.EncryptionType
  ) -> Kerberos.CipherFingerprint {
    Kerberos.CipherFingerprint(of: ByteReader(octets.span), encryption: encryption)
  }
}
