import Evidence
import Testing

@testable import Correlation

@Suite struct `Directory changes` {
  private let before = Instant(seconds: 1_000_000)
  private let now = Instant(seconds: 2_000_000)

  @Test func `of a group carry the member, and the group's time`() throws {
    var group = entry(.group, "Domain Admins", rid: 512)
    group.changed = Instant(seconds: 1_500_000)
    var alice = entry(.user, "alice", rid: 1201)
    let old = Directory(entries: [group, alice])
    alice.memberOf = [group.distinguishedName]
    let change = try #require(changes(old, [group, alice]).first)
    #expect(change.kind == .memberAdded)
    #expect(change.name == "Domain Admins" && change.otherName == "alice")
    #expect(change.time == group.changed)
    #expect(change.notBefore == nil)
    let back = try #require(changes(Directory(entries: [group, alice]), old.entries).first)
    #expect(back.kind == .memberRemoved && back.otherSID == alice.sid)
  }

  @Test func `have the time of noticing where the directory's own is older`() throws {
    var alice = entry(.user, "alice", rid: 1201)
    alice.changed = Instant(seconds: 500_000)
    let old = Directory(entries: [alice])
    alice.userAccountControl = 0x40_0200
    let found = changes(old, [alice])
    #expect(found.map(\.attribute) == ["DONT_REQUIRE_PREAUTH", "NORMAL_ACCOUNT"])
    #expect(found.allSatisfy { $0.time == now && $0.notBefore == before })
  }

  @Test func `tell an account made again under its old name as two (P22)`() {
    let first = entry(.user, "alice", rid: 1201)
    let second = entry(.user, "alice", rid: 1399)
    let found = changes(Directory(entries: [first]), [second])
    #expect(Set(found.map(\.kind)) == [.created, .deleted])
    #expect(Set(found.map(\.sid)) == [first.sid, second.sid])
  }

  @Test func `tell a rename as one entity's (P1, P2)`() {
    var computer = entry(.computer, "WS03$", rid: 1103)
    computer.dnsHostName = "ws03.alpine.test"
    let old = Directory(entries: [computer])
    computer.samAccountName = "WS99$"
    computer.dnsHostName = "ws99.alpine.test"
    let found = changes(old, [computer])
    #expect(found.map(\.kind) == [.renamed, .renamed])
    #expect(found.map(\.new) == ["ws99.alpine.test", "WS99$"])
  }

  @Test func `name services, SID history and delegation`() {
    var service = entry(.user, "svc", rid: 1300)
    service.servicePrincipalNames = ["http/a"]
    let old = Directory(entries: [service])
    service.servicePrincipalNames = ["http/b"]
    service.sidHistory = ["S-1-5-21-1-2-3-512"]
    service.delegates = ["S-1-5-21-1-2-3-1201"]
    let kinds = changes(old, [service]).map(\.kind)
    #expect(
      Set(kinds) == [
        .servicePrincipalNameAdded, .servicePrincipalNameRemoved, .sidHistoryAdded, .attribute,
      ])
  }

  @Test func `are none between equal directories, and the same in whichever order`() {
    let entries = [entry(.user, "alice", rid: 1201), entry(.user, "bob", rid: 1202)]
    #expect(changes(Directory(entries: entries), entries.reversed()).isEmpty)
    let one = changes(Directory(entries: []), entries)
    #expect(one == changes(Directory(entries: []), entries.reversed()))
    #expect(one.map(\.name) == ["alice", "bob"])
  }

  @Test func `of a deletion have its tombstone's time`() throws {
    let alice = entry(.user, "alice", rid: 1201)
    let time = Instant(seconds: 1_700_000)
    let found = DirectoryComparison(
      from: Directory(entries: [alice]), at: before, to: Directory(), at: now, source: "x",
      deletionTimes: [alice.sid: time]
    ).changes()
    #expect(found.map(\.time) == [time])
  }

  private func changes(_ old: Directory, _ new: [DirectoryEntry]) -> [DirectoryChange] {
    DirectoryComparison(
      from: old, at: before, to: Directory(entries: new), at: now, source: "ldaps://dc1"
    ).changes()
  }

  private func entry(_ kind: DirectoryEntry.Kind, _ name: String, rid: UInt32) -> DirectoryEntry {
    DirectoryEntry(
      kind: kind, sid: "S-1-5-21-1-2-3-\(rid)",
      distinguishedName: "CN=\(name),OU=People,DC=alpine,DC=test", samAccountName: name)
  }
}
