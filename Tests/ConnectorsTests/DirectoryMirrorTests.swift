import Evidence
import Testing

@testable import Connectors

@Suite struct `Directory mirror` {
  @Test func `carries a unit's rename to what is below it and to its groups`() throws {
    var mirror = office
    mirror.take(
      changes([
        record(
          "OU=Staff,DC=alpine,DC=test", guid: 1, "objectclass: organizationalUnit", "ou: Staff")
      ]))
    let alice = try #require(mirror.directory.entry(named: "alice"))
    #expect(alice.distinguishedName == "CN=alice,OU=Staff,DC=alpine,DC=test")
    #expect(mirror.directory.groups(of: alice).map(\.samAccountName) == ["Admins"])
    #expect(mirror.directory.units(of: alice).map(\.name) == ["Staff"])
    #expect(mirror.changed.count == 3)
  }

  @Test func `takes a deleted member out of its groups, so that no other account inherits them`()
    throws
  {
    var mirror = office
    var deletion = changes([])
    deletion.deletions = [
      DirectoryDelivery.Deletion(key: key(2), time: "20261120231004.0Z")
    ]
    mirror.take(deletion)
    #expect(
      mirror.deletionTimes == ["S-1-5-21-1-2-3-1201": Instant(iso8601: "2026-11-20T23:10:04Z")])
    mirror.take(changes([user("alice", guid: 9, rid: 1999)]))
    let alice = try #require(mirror.directory.entry(named: "alice"))
    #expect(alice.sid == "S-1-5-21-1-2-3-1999")
    #expect(mirror.directory.groups(of: alice).isEmpty)
  }

  @Test func `knows who is gone where every entry was counted`() {
    var mirror = office
    var delivery = changes([])
    delivery.present = [
      key(1): "OU=People,DC=alpine,DC=test", key(3): "CN=Admins,DC=alpine,DC=test",
    ]
    mirror.take(delivery)
    #expect(mirror.removed == [key(2)])
    #expect(mirror.directory.entry(named: "alice") == nil)
  }

  @Test func `is the same after it was written as LDIF and read back`() throws {
    let text = office.records.keys.sorted().compactMap { office.records[$0]?.ldif }.joined()
    let read = try DirectoryMirror(ldif: text)
    #expect(read.directory.entries == office.directory.entries)
  }

  private var office: DirectoryMirror {
    var mirror = DirectoryMirror()
    var delivery = changes([
      record(
        "OU=People,DC=alpine,DC=test", guid: 1, "objectclass: organizationalUnit", "ou: People"),
      user("alice", guid: 2, rid: 1201),
      record(
        "CN=Admins,DC=alpine,DC=test", guid: 3, "objectclass: group",
        "objectsid: S-1-5-21-1-2-3-1400", "samaccountname: Admins",
        "member: CN=alice,OU=People,DC=alpine,DC=test"),
    ])
    delivery.extent = .complete
    mirror.take(delivery)
    mirror.settle()
    return mirror
  }

  private func user(_ name: String, guid: UInt8, rid: Int) -> DirectoryRecord {
    record(
      "CN=\(name),OU=People,DC=alpine,DC=test", guid: guid, "objectclass: user",
      "objectsid: S-1-5-21-1-2-3-\(rid)", "samaccountname: \(name)")
  }

  private func key(_ guid: UInt8) -> String {
    "000000\(guid < 10 ? "0" : "")\(guid)-0000-0000-0000-000000000000"
  }

  private func record(_ name: String, guid: UInt8, _ lines: String...) -> DirectoryRecord {
    var octets = [UInt8](repeating: 0, count: 16)
    octets[0] = guid
    var attributes = [DirectoryAttribute(name: "objectguid", value: octets[...])]
    for line in lines {
      let parts = line.split(separator: ": ", maxSplits: 1)
      attributes.append(
        DirectoryAttribute(name: String(parts[0]), value: Array(parts[1].utf8)[...]))
    }
    return DirectoryRecord(distinguishedName: name, attributes: attributes)
  }

  private func changes(_ records: [DirectoryRecord]) -> DirectoryDelivery {
    DirectoryDelivery(
      controller: "ldaps://dc1", extent: .changes, method: "uSNChanged", records: records,
      cursor: DirectoryCursor(base: "DC=alpine,DC=test"))
  }
}

@Suite struct `Values of LDAP controls` {
  @Test func `are written as RFC 2696 has them`() {
    let value = ControlValue(integers: [1000], cookie: [0xAB])
    #expect(value.octets == [0x30, 0x07, 0x02, 0x02, 0x03, 0xE8, 0x04, 0x01, 0xAB])
  }

  @Test(arguments: [0, 1, 127, 128, -1, -129, Int32.max, Int32.min])
  func `are read as they were written`(_ number: Int32) {
    let cookie = [UInt8](repeating: 7, count: 300)
    let value = ControlValue(integers: [number, 5], cookie: cookie)
    #expect(ControlValue(value.octets) == value)
  }

  @Test func `are none at any cut`() {
    let octets = ControlValue(integers: [1, 2], cookie: [1, 2, 3]).octets
    for count in 0..<octets.count { #expect(ControlValue(Array(octets[..<count])) == nil) }
    #expect(ControlValue([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
  }
}

@Suite struct `Words of a directory` {
  @Test(arguments: [
    ("member;range=0-1499", "member", 1499), ("member;range=1500-*", "member", nil),
    ("member", "member", nil), ("member;range=0-99999999999999999999", "member", nil),
  ])
  func `ranges of values`(_ text: String, _ name: String, _ last: Int?) {
    let range = AttributeRange(text)
    #expect(range.name == name)
    #expect(range.last == last)
  }

  @Test(arguments: [
    (
      "80090308: LdapErr: DSID-0C090569, comment: AcceptSecurityContext error, data 52e, v4563",
      "the name or the password is wrong"
    ),
    ("80090308: LdapErr: DSID-0C090569, data 775, v4563", "the account is locked out"),
    ("", "the name or the password is wrong"),
  ])
  func `failed binds, with Active Directory's reasons`(_ diagnosis: String, _ words: String) {
    let failure = LDAPResult(
      code: 49, name: "Invalid credentials", diagnosis: diagnosis, doing: "the bind as 'x'"
    ).failure(at: "ldaps://dc1", timeoutSeconds: 30)
    #expect(failure.code == .wrongCredentials)
    #expect(failure.description.contains(words))
    #expect(!failure.isOfOneController)
  }

  @Test func `GUIDs and security descriptors`() {
    let guid: [UInt8] = [
      0x78, 0x56, 0x34, 0x12, 0x34, 0x12, 0x78, 0x56, 1, 2, 3, 4, 5, 6, 7, 8,
    ]
    #expect(GUIDText.read(guid[...]) == "12345678-1234-5678-0102-030405060708")
    let sid: [UInt8] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]
    let entry: [UInt8] = [0, 0, 20, 0, 0xFF, 1, 15, 0] + sid
    let header: [UInt8] = [1, 0, 4, 0x80] + Array(repeating: 0, count: 12) + [20, 0, 0, 0]
    let descriptor = header + [2, 0, 28, 0, 1, 0, 0, 0] + entry
    #expect(SecurityDescriptor.allowed(descriptor[...]) == ["S-1-5-18"])
    for count in 0..<descriptor.count {
      #expect(SecurityDescriptor.allowed(descriptor[..<count]).isEmpty)
    }
  }

  @Test func `references`() {
    let reference = Reference("ldap://dc2.alpine.test:3268/DC=sub,DC=alpine,DC=test??sub")
    #expect(reference?.server == "ldap://dc2.alpine.test:3268")
    #expect(reference?.base == "DC=sub,DC=alpine,DC=test")
    #expect(Reference("http://x/") == nil)
  }
}
