import Evidence
import Testing

@Suite struct `Records of entities` {
  private func at(_ seconds: Int64) -> Instant { Instant(seconds: 1_795_000_000 + seconds) }

  private func record(_ from: Int64, _ to: Int64) -> EntityRecord {
    var record = EntityRecord(
      id: EntityRecord.id(kind: .computer, domain: "alpine.test", name: "ws03"),
      kind: .computer, domain: "alpine.test", name: "ws03.alpine.test", firstSeen: at(from),
      lastSeen: at(to))
    record.names = [
      EntityRecord.NameInterval(name: "WS03", kind: .netbios, from: at(from), to: at(to))
    ]
    record.addresses = [
      EntityRecord.AddressInterval(
        address: Address(ipv4: 1), method: .machineLogon, certainty: .high, from: at(from),
        to: at(to))
    ]
    record.peers = [EntityRecord.Link(id: "en_1", name: "alice", from: at(from), to: at(to))]
    record.hours = [EntityRecord.HourCount(hour: 1, logons: 3, failures: 1)]
    return record
  }

  @Test func `unite intervals that touch, and keep those apart that do not`() {
    var near = record(0, 100)
    near.merge(record(200, 300))
    #expect(near.addresses.count == 1)
    #expect(near.addresses.first?.to == at(300))
    var apart = record(0, 100)
    apart.merge(record(10_000, 10_100))
    #expect(apart.addresses.count == 2)
    #expect(apart.firstSeen == at(0))
    #expect(apart.lastSeen == at(10_100))
  }

  @Test func `merged again change nothing, in either order`() {
    var left = record(0, 100)
    left.merge(record(200, 300))
    var again = left
    again.merge(record(200, 300))
    again.merge(record(0, 100))
    #expect(again == left)
    var right = record(200, 300)
    right.merge(record(0, 100))
    #expect(right == left)
  }

  @Test func `count an hour once, with the larger count`() {
    var merged = record(0, 100)
    var other = record(0, 100)
    other.hours = [
      EntityRecord.HourCount(hour: 1, logons: 2, failures: 5),
      EntityRecord.HourCount(hour: 2, logons: 1),
    ]
    merged.merge(other)
    #expect(merged.logonCount == 4)
    #expect(merged.failureCount == 5)
  }

  @Test func `keep the newest within their limits`() {
    var merged = record(0, 100)
    for index in 0..<400 as Range<Int64> {
      var other = record(index, index)
      other.names[0].name = "N\(index)"
      other.peers = [
        EntityRecord.Link(id: "en_\(index)", name: "u\(index)", from: at(index), to: at(index))
      ]
      other.hours = [EntityRecord.HourCount(hour: Int32(index), logons: 1)]
      merged.merge(other)
    }
    #expect(merged.names.count == EntityRecord.namesLimit)
    #expect(merged.names.contains { $0.name == "N399" })
    #expect(merged.peers.count == EntityRecord.linksLimit)
    #expect(merged.hours.count == EntityRecord.hoursLimit)
    #expect(merged.hours.last?.hour == 399)
  }

  @Test func `take the identity of a SID, and remember the former one`() {
    var unresolved = record(0, 100)
    let former = unresolved.id
    var resolved = record(200, 300)
    resolved.id = EntityRecord.id(sid: "S-1-5-21-1-2-3-1103")
    resolved.sid = "S-1-5-21-1-2-3-1103"
    unresolved.merge(resolved)
    #expect(unresolved.id == resolved.id)
    #expect(unresolved.formerIDs == [former])
  }

  @Test func `have one identity whatever the case of names`() {
    #expect(
      EntityRecord.id(kind: .user, domain: "ALPINE.TEST", name: "Alice")
        == EntityRecord.id(kind: .user, domain: "alpine.test", name: "alice"))
    #expect(
      EntityRecord.id(kind: .user, domain: "alpine.test", name: "alice")
        != EntityRecord.id(kind: .user, domain: "other.test", name: "alice"))
  }
}
