import Testing

@testable import Wire

@Suite struct `Preauthentication and error data` {
  private typealias Samples = SecuritySamples

  @Test func `reads the armour of FAST, and the reply under it`() throws {
    let ticket = Samples.ticket("krbtgt/ALPINE.TEST", 18)
    let armor = Samples.field(
      0,
      Samples.list(
        Samples.field(0, Samples.integer(1)),
        Samples.field(1, Samples.octetString(Samples.apRequest(ticket)))))
    let request = Samples.field(
      0, Samples.list(armor, Samples.field(1, [0x30, 0]), Samples.field(2, Samples.sealed(17, 40))))
    let armored = try padata(Samples.padata([0, 0x88], request))
    #expect(armored.armor?.ticket?.server?.text == "krbtgt/ALPINE.TEST")
    #expect(armored.rare.fast?.armorType == 1)
    #expect(armored.rare.fast?.sealed?.encryption == .aes128CTSHMACSHA1)
    let reply = Samples.field(0, Samples.list(Samples.field(0, Samples.sealed(18, 50))))
    let answered = try padata(Samples.padata([0, 0x88], reply))
    #expect(answered.armor == nil && answered.rare.fast?.armorType == nil)
    #expect(answered.rare.fast?.sealed?.byteCount == 50)
  }

  @Test func `reads what a service asks for by S4U2self, by name and by certificate`() throws {
    let user = Samples.field(
      0,
      Samples.list(
        Samples.field(0, Samples.integer(9)), Samples.field(1, Samples.name(10, "bob@alpine.test")),
        Samples.field(2, Samples.string("ALPINE.TEST")),
        Samples.field(3, Samples.octetString([0x30, 0])),
        Samples.field(4, Samples.der(0x03, [0, 0x20, 0, 0, 0]))))
    let found = try padata(Samples.padata([0, 0x82], Samples.list(user)))
    #expect(found.rare.forX509User?.text == "bob@alpine.test")
    #expect(found.rare.forX509UserRealm == "ALPINE.TEST")
    #expect(found.rare.forX509Certificates.isEmpty && found.unreadable == nil)
  }

  @Test func `reads lists, bits and salts`() throws {
    let found = try padata(
      Samples.padata([0, 0xA1], Samples.list(Samples.integer(23), Samples.integer(18))),
      Samples.padata([0, 0xA5], [0x1F, 0, 0, 0]), Samples.padata([3], Array("SALT".utf8)),
      Samples.padata([0, 0x8A], Samples.sealed(18, 44)))
    #expect(found.rare.keyList == [.rc4HMAC, .aes256CTSHMACSHA1])
    #expect(found.rare.supportedEncryptions == 0x1F)
    #expect(found.salt == "SALT" && found.rare.status == nil)
    #expect(found.rare.challengeEncryption == .aes256CTSHMACSHA1)
  }

  @Test func `reads a status in place of a salt`() throws {
    // STATUS_ACCOUNT_DISABLED.
    let status: [UInt8] = [0x72, 0, 0, 0xC0, 0, 0, 0, 0, 1, 0, 0, 0]
    let list = Samples.list(Samples.padata([3], status))
    #expect(try error(Samples.error(18, list)).status == 0xC000_0072)
  }

  @Test func `reads the types of TYPED-DATA`() throws {
    let list = Samples.list(
      Samples.list(
        Samples.field(0, Samples.integer(104)), Samples.field(1, Samples.octetString([1]))),
      Samples.list(Samples.field(0, Samples.integer(105))))
    let found = try error(Samples.error(64, list))
    #expect(found.typedData == [104, 105] && found.preauthentication.types.isEmpty)
    // As an MIT controller sends what it would accept.
    let entry = Samples.list(Samples.field(0, Samples.integer(17)))
    let offers = Samples.list(
      Samples.list(
        Samples.field(0, Samples.integer(19)),
        Samples.field(1, Samples.octetString(Samples.list(entry)))))
    #expect(
      try error(Samples.error(24, offers)).preauthentication.etypeInfo2 == [.aes128CTSHMACSHA1])
  }

  @Test func `reads the ticket of a service that insists on user-to-user`() throws {
    let ticket = Samples.ticket("krbtgt/ALPINE.TEST", 18)
    let reply = Samples.list(
      Samples.field(0, Samples.integer(5)), Samples.field(1, Samples.integer(17)),
      Samples.field(2, ticket))
    for data in [ticket, reply] {
      let found = try error(Samples.error(69, data))
      #expect(found.ticket?.server?.text == "krbtgt/ALPINE.TEST")
    }
  }

  @Test func `reads the result of a password change, and leaves anything else alone`() throws {
    let refused = try error(Samples.error(60, [0, 4] + Array("too short".utf8)))
    #expect(refused.passwordResult == 4)
    let other = try error(Samples.error(60, [0xFF, 0xFF, 0xFF]))
    #expect(other.passwordResult == nil && other.dataByteCount == 3)
  }

  private func padata(_ padata: [UInt8]...) throws -> Kerberos.PreauthenticationData {
    let octets = Samples.asRequest(padata.flatMap { $0 })
    var reader = ByteReader(octets.span)
    var fault = Fault()
    guard case .request(let request) = try Kerberos.Message(parsing: &reader, &fault) else {
      return Kerberos.PreauthenticationData()
    }
    #expect(fault.first == nil)
    return request.preauthentication
  }

  private func error(_ octets: [UInt8]) throws -> Kerberos.KRBError {
    var reader = ByteReader(octets.span)
    var fault = Fault()
    guard case .error(let error) = try Kerberos.Message(parsing: &reader, &fault) else {
      return Kerberos.KRBError()
    }
    return error
  }
}
