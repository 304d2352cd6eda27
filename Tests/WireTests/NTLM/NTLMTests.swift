import Testing

@testable import Wire

@Suite struct `NTLM messages` {
  @Test func `reads a NEGOTIATE without names`() throws {
    guard case .negotiate(let message) = try parse(SecuritySamples.ntlmNegotiate) else {
      Issue.record("not a NEGOTIATE")
      return
    }
    #expect(message.flags?.rawValue == 0xA088_0205)
    #expect(message.domain.isEmpty && message.workstation.isEmpty)
  }

  @Test func `reads a CHALLENGE of Windows`() throws {
    guard case .challenge(let message) = try parse(SecuritySamples.ntlmChallenge) else {
      Issue.record("not a CHALLENGE")
      return
    }
    #expect(message.flags?.rawValue == 0xA289_0205)
    #expect(message.serverChallenge == 0x801D_050B_EDF3_8530)
    #expect(message.targetName == "ADHACKING")
    #expect(message.target.computer == "WIN-VGO56I95EAK")
    #expect(message.target.domain == "ADHACKING")
    #expect(message.target.dnsComputer == "WIN-VGO56I95EAK.ADHACKING.local")
    #expect(message.target.dnsDomain == "ADHACKING.local")
    #expect(message.target.dnsTree == "ADHACKING.local")
    #expect(message.target.identifiers == [2, 1, 4, 3, 5, 7])
    #expect(message.version?.major == 10)
    #expect(message.version?.build == 20348)
  }

  @Test func `reads an AUTHENTICATE of impacket`() throws {
    guard case .authenticate(let message) = try parse(SecuritySamples.ntlmAuthenticate) else {
      Issue.record("not an AUTHENTICATE")
      return
    }
    #expect(message.user == "User1")
    #expect(message.domain == "ADHACKING.LOCAL")
    #expect(message.workstation.isEmpty)
    #expect(message.ntByteCount == 298)
    #expect(message.lmByteCount == 24)
    #expect(message.response == .v2)
    #expect(!message.hasMIC && !message.promisesMIC)
    let signed = message.clientChallenge
    #expect(signed?.challenge == 0x744F_634A_6356_7A6A)
    #expect(signed?.attributes.targetName == "cifs/WIN-VGO56I95EAK")
    #expect(signed?.attributes.identifiers == [2, 1, 4, 3, 5, 7, 9])
    #expect(signed?.attributes.machine == nil)
    #expect(message.payloadOrder == [.domain, .user, .lmResponse, .ntResponse])
  }

  @Test func `keeps what comes before a field that lies outside`() throws {
    let octets = SecuritySamples.ntlmAuthenticate
    var reader = ByteReader(octets.span.extracting(first: 0x68))
    var fault = Fault()
    guard case .authenticate(let message) = try NTLM.Message(parsing: &reader, &fault) else {
      Issue.record("not an AUTHENTICATE")
      return
    }
    #expect(fault.first?.reason == .truncated)
    #expect(message.user == "User1" && message.domain == "ADHACKING.LOCAL")
    #expect(message.clientChallenge == nil && message.ntByteCount == 298)
  }

  @Test func `keeps an unknown attribute and longer structures`() throws {
    var octets: [UInt8] = [0x77, 0, 2, 0, 1, 2]
    // MsvAvSingleHost with 32 octets behind the MachineID, as Windows sends since October 2025.
    octets += [8, 0, 80, 0] + Array(repeating: 7, count: 80)
    octets += [6, 0, 4, 0, 2, 0, 0, 0, 10, 0, 16, 0] + Array(repeating: 0, count: 16)
    octets += [0, 0, 0, 0, 1, 0]
    var reader = ByteReader(octets.span)
    var attributes = NTLM.Attributes()
    try attributes.read(&reader)
    #expect(attributes.identifiers == [0x77, 8, 6, 10])
    #expect(attributes.machine?.low == 0x0707_0707_0707_0707_0707_0707_0707_0707)
    #expect(attributes.singleHost?.permanentMachine == attributes.machine)
    #expect(attributes.singleHost?.integrityLevel == 0x0707_0707)
    #expect(attributes.flags == NTLM.Attributes.providesMIC)
    #expect(!attributes.hasChannelBindings)
  }

  @Test(arguments: [
    (0, 1, NTLM.ResponseVersion.none), (0, 24, .lm), (24, 24, .v1), (200, 24, .v2),
    (8, 1, .unknown),
  ])
  func `tells the version by the lengths`(_ nt: Int, _ lm: Int, _ version: NTLM.ResponseVersion) {
    guard case .authenticate(var message) = try? parse(SecuritySamples.ntlmAuthenticate) else {
      return
    }
    message.ntByteCount = nt
    message.lmByteCount = lm
    message.flags?.remove(.extendedSessionSecurity)
    #expect(message.response == version)
  }

  @Test(arguments: [SecuritySamples.ntlmChallenge, SecuritySamples.ntlmAuthenticate])
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

  @Test func `refuses another signature, an unknown message, and too long names`() {
    var octets = SecuritySamples.ntlmChallenge
    octets[8] = 9
    #expect { try parse(octets) } throws: { ($0 as? ParseFailure)?.reason == .unsupported }
    octets[0] = 0
    #expect { try parse(octets) } throws: { ($0 as? ParseFailure)?.reason == .malformed }
    var long = SecuritySamples.ntlmChallenge + Array(repeating: 0x41, count: 2048)
    long[12] = 0x01
    long[13] = 0x05
    #expect { try parse(long) } throws: { ($0 as? ParseFailure)?.reason == .overLimit }
    let pairs = (0...NTLM.Limits.attributes).flatMap { _ in [0x77, 0, 0, 0] as [UInt8] }
    #expect {
      var reader = ByteReader(pairs.span)
      var attributes = NTLM.Attributes()
      try attributes.read(&reader)
    } throws: { ($0 as? ParseFailure)?.reason == .overLimit }
  }

  private func parse(_ octets: [UInt8]) throws(ParseFailure) -> NTLM.Message {
    var reader = ByteReader(octets.span)
    var fault = Fault()
    let message = try NTLM.Message(parsing: &reader, &fault)
    if let failure = fault.first { throw failure }
    return message
  }
}
