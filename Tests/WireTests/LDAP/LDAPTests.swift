import Testing

@testable import Wire

@Suite struct `Directory access messages` {
  @Test func `reads a search with a matching rule`() throws {
    let sample = LDAPSamples.search
    var input = ByteReader(sample.span)
    var envelope = try LDAP.Envelope(parsing: &input)
    let code = envelope.operation
    #expect(code == .searchRequest)
    let search = try LDAP.SearchRequest(parsing: &envelope.content)
    #expect(search.base == "dc=dom,dc=test,dc=lo,dc=com")
    #expect(search.scope == .wholeSubtree)
    #expect(search.sizeLimit == 999)
    #expect(
      search.filter == "(&(servicePrincipalName=*)"
        + "(UserAccountControl:1.2.840.113556.1.4.803:=512)"
        + "(!(UserAccountControl:1.2.840.113556.1.4.803:=2))(!(objectCategory=computer))"
        + "(sAMAccountName:=SI_DOM_Niagara))")
    #expect(search.attributes.count == 6)
  }

  @Test func `reads entry, reference and end from one segment`() throws {
    let searchAnswers = LDAPSamples.searchAnswers
    var input = ByteReader(searchAnswers.span)
    var envelope = try LDAP.Envelope(parsing: &input)
    let entry = try LDAP.Entry(parsing: &envelope.content)
    #expect(entry.object.hasPrefix("CN=SI_DOM_Niagara,OU=Service Accounts"))
    #expect(
      entry.attributes.map(\.name) == [
        "userAccountControl", "pwdLastSet", "sAMAccountName", "servicePrincipalName",
      ])
    let first = try #require(entry.attributes.first)
    var values = try ByteReader(searchAnswers.span).slice(first.values, "vals")
    #expect(try values.ldapText("value") == "590336")
    var reference = try LDAP.Envelope(parsing: &input)
    #expect(try LDAP.references(in: &reference.content).first?.hasPrefix("ldap://") == true)
    var done = try LDAP.Envelope(parsing: &input)
    #expect(try LDAP.Result(parsing: &done.content).code == .success)
    let isAtEnd = input.isAtEnd
    #expect(isAtEnd)
  }

  @Test func `reads sicily and SASL tokens as ranges`() throws {
    let sicilyBind = LDAPSamples.sicilyBind
    let bindAnswer = LDAPSamples.bindAnswer
    var input = ByteReader(sicilyBind.span)
    var envelope = try LDAP.Envelope(parsing: &input)
    let bind = try LDAP.BindRequest(parsing: &envelope.content)
    #expect(bind.name == "user01")
    guard case .sicilyNegotiate(let place) = bind.authentication else {
      Issue.record("not a sicily negotiation")
      return
    }
    var token = try ByteReader(sicilyBind.span).slice(place, "token")
    #expect(try token.u64("Signature") == 0x4E54_4C4D_5353_5000)

    input = ByteReader(bindAnswer.span)
    envelope = try LDAP.Envelope(parsing: &input)
    let result = try LDAP.Result(parsing: &envelope.content)
    #expect(result.code == .success)
    #expect(result.credentials?.count == 184)
  }

  @Test func `keeps no password, only its length`() throws {
    let octets = octets("30 0f 020101 60 0a 020103 0400 8003 707764")
    var input = ByteReader(octets.span)
    var envelope = try LDAP.Envelope(parsing: &input)
    let bind = try LDAP.BindRequest(parsing: &envelope.content)
    #expect(bind.authentication == .simple(passwordByteCount: 3))
  }

  @Test func `reads a signed buffer's message`() throws {
    let signedModify = LDAPSamples.signedModify
    var input = ByteReader(signedModify.span)
    let buffer = try LDAP.SecuredBuffer(parsing: &input)
    #expect(buffer.byteCount == 0xCD)
    let place = try #require(buffer.content)
    var content = try ByteReader(signedModify.span).slice(place, "content")
    var envelope = try LDAP.Envelope(parsing: &content)
    let modify = try LDAP.ModifyRequest(parsing: &envelope.content)
    #expect(modify.object == "CN=DESKTOP-6AJTBQM,CN=Computers,DC=ad2024,DC=weberlab,DC=de")
    #expect(modify.changes.map(\.attribute.name) == ["msDS-SupportedEncryptionTypes"])
    #expect(modify.changes.map(\.operation) == [2])
    #expect(try envelope.controls() == ["1.2.840.113556.1.4.1413"])
  }

  @Test func `leaves a sealed buffer alone`() throws {
    var sealed = LDAPSamples.signedModify
    sealed[6] |= 0x02
    var input = ByteReader(sealed.span)
    #expect(try LDAP.SecuredBuffer(parsing: &input).content == nil)
    // NTLM: version 1, checksum, sequence number, then ciphertext.
    let ntlm = octets("00000014 01000000 1122334455667788 00000000 9f3ac001")
    input = ByteReader(ntlm.span)
    #expect(try LDAP.SecuredBuffer(parsing: &input).content == nil)
    let signed = octets("00000017 01000000 1122334455667788 00000000 3005 020105 4200")
    input = ByteReader(signed.span)
    #expect(try LDAP.SecuredBuffer(parsing: &input).content == ByteRange(offset: 20, count: 7))
  }

  @Test func `reads a netlogon search and its answer`() throws {
    let netlogonSearch = LDAPSamples.netlogonSearch
    let netlogonAnswer = LDAPSamples.netlogonAnswer
    var input = ByteReader(netlogonSearch.span)
    var envelope = try LDAP.Envelope(parsing: &input)
    let search = try LDAP.SearchRequest(parsing: &envelope.content)
    #expect(
      search.filter
        == #"(&(DnsDomain=s4.howto.abartlet.net)(Host=WINDOWS7-3)(NtVer=\16\00\00\00))"#)
    input = ByteReader(netlogonAnswer.span)
    envelope = try LDAP.Envelope(parsing: &input)
    let entry = try LDAP.Entry(parsing: &envelope.content)
    let values = try #require(entry.attributes.first?.values)
    var set = try ByteReader(netlogonAnswer.span).slice(values, "vals")
    var value = try set.element(.octetString, "value")
    let response = try LDAP.NetlogonResponse(parsing: &value)
    #expect(response.operation == 23)
    #expect(response.dnsDomain == "s4.howto.abartlet.net")
    #expect(response.dnsHost == "obed.s4.howto.abartlet.net")
    #expect(response.netbiosDomain == "S4-HOWTO")
    #expect(response.netbiosHost == "OBED")
    #expect(response.user.isEmpty)
    #expect(response.clientSite == "Default-First-Site-Name")
  }

  @Test func `reads the other requests`() throws {
    let rename = octets("0403 636e61 0403 636e62 0101ff 8002 6f75")
    var input = ByteReader(rename.span)
    let renamed = try LDAP.ModifyDNRequest(parsing: &input)
    #expect(renamed.object == "cna" && renamed.newName == "cnb" && renamed.newSuperior == "ou")
    let compare = octets("0401 61 3006 0402 636e 0400")
    input = ByteReader(compare.span)
    #expect(try LDAP.CompareRequest(parsing: &input).attribute == "cn")
    let extended = octets("8003 312e32")
    input = ByteReader(extended.span)
    #expect(try LDAP.ExtendedRequest(parsing: &input).name == "1.2")
  }

  @Test func `keeps an unknown operation, scope and way to bind`() throws {
    let unknown = octets("3005 020101 7e00")
    var input = ByteReader(unknown.span)
    let code = try LDAP.Envelope(parsing: &input).operation
    #expect(code.rawValue == 30)
    let bind = octets("020103 0400 8c00")
    input = ByteReader(bind.span)
    #expect(try LDAP.BindRequest(parsing: &input).authentication == .other(12))
    let subordinates = octets("0400 0a0103 0a0100 020100 0204ffffffff 010100 870163 3000")
    input = ByteReader(subordinates.span)
    let search = try LDAP.SearchRequest(parsing: &input)
    #expect(search.scope.rawValue == 3)
    #expect(search.timeLimitSeconds == 4_294_967_295)
  }

  @Test func `is truncated, never trapped, at any cut`() {
    for sample in LDAPTestMessages.all {
      for count in 0..<sample.count {
        do {
          try LDAPTestMessages.read(Array(sample.prefix(count)))
          Issue.record("\(count) octets were read")
        } catch {
          #expect(error.reason == .truncated)
        }
      }
    }
  }

  @Test func `survives any octet changed`() {
    for sample in LDAPTestMessages.all {
      for index in sample.indices {
        for value: UInt8 in [0x00, 0x30, 0x7F, 0x84, 0xFF] {
          var changed = sample
          changed[index] = value
          do { try LDAPTestMessages.read(changed) } catch { #expect(error.offset >= 0) }
        }
      }
    }
  }
}

@Suite struct `Directory filters` {
  @Test(arguments: [
    ("a30a 0402 636e 0404 612a2862", #"(cn=a\2a\28b)"#),
    ("a307 0402 636e 0401 01", #"(cn=\01)"#),
    ("a308 0402 636e 0402 c3a9", "(cn=\u{E9})"),
    ("a40f 0402 636e 3009 800161 810162 810163", "(cn=a*b*c*)"),
    ("a40b 0402 636e 3005 8103 612062", "(cn=*a b*)"),
    ("a40a 0402 636e 3004 8202 7a7a", "(cn=*zz)"),
    ("a507 0402 636e 0401 31", "(cn>=1)"),
    ("a607 0402 636e 0401 31", "(cn<=1)"),
    ("a807 0402 636e 0401 31", "(cn~=1)"),
    ("a90d 8101 31 8202 636e 8301 62 8401ff", "(cn:dn:1:=b)"),
    ("a1068701618701 62", "(|(a=*)(b=*))"),
    ("8f00", "(?)"),
  ])
  func `are written as RFC 4515 has them`(_ hex: String, _ text: String) throws {
    let octets = octets(hex)
    var input = ByteReader(octets.span)
    #expect(try LDAP.filterText(&input) == text)
  }

  @Test func `are refused beyond the limit of depth`() {
    #expect(throws: ParseFailure.self) { try nested(64) }
    #expect(throws: Never.self) { try nested(63) }
  }

  private func nested(_ depth: Int) throws {
    var filter = octets("870161")
    for _ in 0..<depth {
      let count = filter.count
      filter = [0xA2, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)] + filter
    }
    var input = ByteReader(filter.span)
    _ = try LDAP.filterText(&input)
  }
}

/// Reads messages whole, as an exchange would.
private enum LDAPTestMessages {
  static let all = [
    LDAPSamples.netlogonSearch, LDAPSamples.sicilyBind, LDAPSamples.search, LDAPSamples.bindAnswer,
    LDAPSamples.signedModify,
  ]

  static func read(_ octets: [UInt8]) throws(ParseFailure) {
    var input = ByteReader(octets.span)
    if input.peek() == 0 {
      let buffer = try LDAP.SecuredBuffer(parsing: &input)
      guard let place = buffer.content else { return }
      input = try ByteReader(octets.span).slice(place, "content")
    }
    var envelope = try LDAP.Envelope(parsing: &input)
    switch envelope.operation {
    case .bindRequest: _ = try LDAP.BindRequest(parsing: &envelope.content)
    case .searchRequest: _ = try LDAP.SearchRequest(parsing: &envelope.content)
    case .searchResultEntry: _ = try LDAP.Entry(parsing: &envelope.content)
    case .modifyRequest: _ = try LDAP.ModifyRequest(parsing: &envelope.content)
    default: _ = try LDAP.Result(parsing: &envelope.content)
    }
    _ = try envelope.controls()
  }
}
