import Evidence
import Testing

@testable import Connectors

@Suite struct `LDIF snapshot` {
  @Test func `becomes users, computers and groups`() throws {
    let directory = try read(office)
    let names = directory.entries.map(\.samAccountName)
    #expect(names == ["alice", "DC1$", "Domain Admins", "Tier 0"])
    #expect(directory.entries.map(\.kind) == [.user, .computer, .group, .group])
    #expect(directory.dnsDomain == "alpine.test")
  }

  @Test func `has SIDs as text from their octets`() throws {
    // S-1-5-21-1-2-3-1107
    #expect(try read(office).entry(named: "alice")?.sid == "S-1-5-21-1-2-3-1107")
  }

  @Test func `keeps all values of an attribute, and folded ones whole`() throws {
    let alice = try #require(read(office).entry(named: "alice"))
    #expect(alice.servicePrincipalNames == ["http/intranet", "http/intranet.alpine.test"])
    #expect(alice.displayName == "Alice Anderson of the long folded name")
    #expect(alice.userAccountControl == 66048)
    #expect(alice.created == Instant(iso8601: "2026-11-20T23:10:04Z"))
  }

  @Test func `resolves nested groups, from members where memberOf is missing`() throws {
    let directory = try read(office)
    let alice = try #require(directory.entry(named: "alice"))
    #expect(directory.groups(of: alice).map(\.samAccountName) == ["Domain Admins", "Tier 0"])
    #expect(directory.sensitivityReason(sid: alice.sid) == "member of Domain Admins")
  }

  @Test func `reads a distinguished name in base 64`() throws {
    let text = """
      dn:: Q049SsO8cmdlbixEQz1hbHBpbmUsREM9dGVzdA==
      objectClass: user
      objectSid: S-1-5-21-1-2-3-1200
      sAMAccountName: juergen
      """
    #expect(try read(text).entries.first?.distinguishedName == "CN=Jürgen,DC=alpine,DC=test")
  }

  @Test func `may end its lines with CR LF and the file as ldapsearch does`() throws {
    let text =
      office.replacing("\n", with: "\r\n")
      + "\r\n# search reference\r\nref: ldap://x/CN=Configuration\r\n\r\n"
      + "# search result\r\nsearch: 2\r\nresult: 0 Success\r\n"
    #expect(try read(text).entries.count == 4)
  }

  @Test(arguments: [
    ("dn: CN=x\nchangetype: modify\n", "x.ldif: line 2: a change record"),
    ("dn: CN=x\nobjectClass: user\njunk\n", "line 3: neither"),
    ("cn: x\n", "line 1: a record begins with 'dn:'"),
    ("version: 2\n\ndn: CN=x\ncn: x\n", "line 1: LDIF version 2"),
    ("dn: CN=x\ncn:: ***\n", "line 2: a value after '::' is not base 64"),
    ("dn: CN=x\njpegPhoto:< file:///etc/passwd\n", "line 2: 'jpegphoto' is given by URL"),
    ("", "no LDIF record"),
    ("# nothing\n", "no LDIF record"),
  ])
  func `says where it is wrong`(_ text: String, _ words: String) {
    let failure = #expect(throws: ConnectorFailure.self) { try read(text) }
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
  }

  @Test func `refuses a line above its limit`() {
    let line = "dn: CN=" + String(repeating: "x", count: 1 << 20)
    let text = line + String(repeating: "\n " + line, count: 17)
    #expect(throws: ConnectorFailure.self) { try read(text) }
  }

  @Test func `never traps, wherever it is cut`() {
    let bytes = Array(office.utf8)
    for count in 0..<bytes.count {
      _ = try? DirectorySnapshot.read(Array(bytes[..<count]), file: "x.ldif")
    }
  }

  @Test(arguments: [
    [], [1, 16], [2, 0, 0, 0, 0, 0, 0, 5], [1, 1, 0, 0, 0, 0, 0, 5, 1, 0, 0],
    [1, 0, 0, 0, 0, 0, 0, 5, 0],
  ])
  func `takes no SID from octets that are none`(_ octets: [UInt8]) {
    #expect(SecurityIdentifier.text(octets[...]) == nil)
  }

  private func read(_ text: String) throws -> Directory {
    try DirectorySnapshot.read(Array(text.utf8), file: "x.ldif")
  }

  private let office = """
    version: 1

    # alice, Users, alpine.test
    dn: CN=alice,CN=Users,DC=alpine,DC=test
    objectClass: top
    objectClass: person
    objectClass: user
    sAMAccountName: alice
    displayName: Alice Anderson of the lo
     ng folded name
    objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUwQAAA==
    userAccountControl: 66048
    servicePrincipalName: http/intranet
    servicePrincipalName: http/intranet.alpine.test
    whenCreated: 20261120231004.0Z

    dn: CN=DC1,OU=Domain Controllers,DC=alpine,DC=test
    objectClass: user
    objectClass: computer
    sAMAccountName: DC1$
    objectSid: S-1-5-21-1-2-3-1000
    userAccountControl: 532480
    dNSHostName: dc1.alpine.test

    dn: OU=Empty,DC=alpine,DC=test
    objectClass: organizationalUnit

    dn: CN=Domain Admins,CN=Users,DC=alpine,DC=test
    objectClass: group
    sAMAccountName: Domain Admins
    objectSid: S-1-5-21-1-2-3-512

    dn: CN=Tier 0,CN=Users,DC=alpine,DC=test
    objectClass: group
    sAMAccountName: Tier 0
    objectSid: S-1-5-21-1-2-3-1300
    memberOf: CN=Domain Admins,CN=Users,DC=alpine,DC=test
    member;range=0-*: CN=alice,CN=Users,DC=alpine,DC=test
    """ + "\n"
}
