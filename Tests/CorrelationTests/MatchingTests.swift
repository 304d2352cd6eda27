import Evidence
import Testing

@testable import Correlation

@Suite struct `Computers and devices` {
  private let seen = Samples.at(0)

  private func device(_ id: String, _ name: String?, address: String? = nil) -> Device {
    var device = Device(id: id, dnsName: name)
    device.lastSeen = seen
    device.addresses = [Device.usableAddress(address)].compactMap { $0 }
    return device
  }

  private func computer(
    _ name: String, domain: String? = "alpine.test", address: Address? = Samples.workstation
  ) -> EntityRecord {
    var record = EntityRecord(
      id: "en_\(name)", kind: .computer, domain: domain, name: name, firstSeen: seen,
      lastSeen: seen)
    if let address {
      record.addresses = [
        EntityRecord.AddressInterval(
          address: address, method: .machineLogon, certainty: .high, from: seen, to: seen)
      ]
    }
    return record
  }

  private func match(_ computer: EntityRecord, _ devices: [Device]) -> DeviceMatch {
    Matching(devices: devices, alerts: []).device(for: computer)
  }

  @Test func `match by full host name, whatever the case and the dot at its end`() {
    let found = match(computer("ws03.alpine.test"), [device("a", "WS03.Alpine.Test.")])
    #expect(found.state == .matched)
    #expect(found.confidence == 0.95)
    #expect(found.agreed == [.hostName])
  }

  @Test func `match by device identifier above all`() {
    var known = device("a", "ws03.alpine.test")
    known.entraID = "11111111-2222"
    let found = Matching(devices: [known, device("b", "ws03.alpine.test")], alerts: []).device(
      for: computer("ws03.alpine.test"), entraID: "11111111-2222")
    #expect(found.confidence == 1)
    #expect(found.devices.map(\.id) == ["a"])
  }

  @Test func `P5: a bare host name agrees by short name only, better with the address`() {
    let alone = match(computer("C-LAB-08", address: nil), [device("a", "c-lab-08")])
    #expect(alone.state == .matched)
    #expect(alone.confidence == 0.6)
    #expect(alone.agreed == [.shortName])
    let both = match(computer("C-LAB-08"), [device("a", "C-Lab-08", address: "10.0.5.33")])
    #expect(both.confidence == 0.9)
    #expect(both.agreed == [.shortName, .address])
  }

  @Test func `an address alone is possible and not merged`() {
    let found = match(computer("WS03"), [device("a", "other", address: "10.0.5.33")])
    #expect(found.state == .possible)
    #expect(found.confidence == 0.4)
  }

  @Test func `an address at another time says nothing`() {
    var late = device("a", "other", address: "10.0.5.33")
    late.lastSeen = Samples.at(901)
    #expect(match(computer("WS03"), [late]).state == .none)
    late.lastSeen = Samples.at(900)
    #expect(match(computer("WS03"), [late]).state == .possible)
  }

  @Test func `P21: evidence of an alert is a time as good as the daily report`() {
    var old = device("a", "ws03", address: "10.0.5.33")
    old.lastSeen = Samples.at(-80_000)
    var alert = EndpointAlert(id: "x", title: "t", severity: "High", status: "New")
    alert.deviceID = "A"
    alert.lastEvent = Samples.at(60)
    let found = Matching(devices: [old], alerts: [alert]).device(for: computer("WS03"))
    #expect(found.confidence == 0.9)
  }

  @Test func `equal host names in two domains are two computers`() {
    let found = match(computer("ws03.alpine.test"), [device("a", "ws03.other.test")])
    #expect(found.state != .matched)
    let short = match(computer("WS03"), [device("a", "ws03.other.test")])
    #expect(short.state == .possible)
    #expect(short.disagreed.contains(.domain))
  }

  @Test func `P7: names cut at 15 characters are ambiguous, and none is taken`() {
    let found = match(
      computer("FINANCE-SERVER-", address: nil),
      [device("a", "finance-server-01"), device("b", "finance-server-02")])
    #expect(found.state == .ambiguous)
    let full = match(
      computer("finance-server-01.alpine.test"),
      [device("a", "finance-server-01.alpine.test"), device("b", "finance-server-02.alpine.test")])
    #expect(full.devices.map(\.id) == ["a"])
  }

  @Test func `a short name that several computers have is not enough`() {
    let matching = Matching(
      devices: [device("a", "ws03")], alerts: [], homonyms: ["WS03"])
    #expect(matching.device(for: computer("WS03", address: nil)).state == .possible)
  }

  @Test func `P3: a computer set up anew has its newest device, and the old one as predecessor`() {
    var old = device("a", "ws03.alpine.test")
    old.lastSeen = Samples.at(-100_000)
    let found = match(computer("ws03.alpine.test"), [old, device("b", "ws03.alpine.test")])
    #expect(found.devices.map(\.id) == ["b"])
    #expect(found.predecessors.map(\.id) == ["a"])
  }

  @Test func `P4: a merged device is the one it points to, and its alerts count once`() {
    var duplicate = device("a", "ws03.alpine.test")
    duplicate.mergedInto = "B"
    var alert = EndpointAlert(id: "x", title: "t", severity: "High", status: "New")
    alert.deviceID = "a"
    let matching = Matching(
      devices: [duplicate, device("b", "ws03.alpine.test")], alerts: [alert, alert])
    let found = matching.device(for: computer("ws03.alpine.test"))
    #expect(found.devices.map(\.id) == ["b"])
    #expect(found.predecessors.isEmpty)
    let badge = EndpointBadge.computer(found, matching, integration: .complete)
    #expect(badge.count == 1)
  }

  @Test func `pointers of merged devices that go in a circle end`() {
    var first = device("a", "ws03.alpine.test")
    first.mergedInto = "b"
    var second = device("b", "ws03.alpine.test")
    second.mergedInto = "a"
    let matching = Matching(devices: [first, second], alerts: [])
    #expect(matching.current("a") == "a")
    #expect(matching.current("b") == "a")
    #expect(matching.device(for: computer("ws03.alpine.test")).state == .matched)
  }

  @Test func `a machine account's name is compared without its dollar sign`() {
    var record = computer("ws03.alpine.test", address: nil)
    record.name = "WS03$"
    #expect(match(record, [device("a", "ws03")]).state == .matched)
  }

  @Test(arguments: ["", "127.0.0.1", "::1", "169.254.3.4", "fe80::1", "0.0.0.0", "x", "224.0.0.1"])
  func `P6: addresses that name no host are passed over`(_ text: String) {
    #expect(Device.usableAddress(text) == nil)
  }

  @Test func `hardware addresses are compared without separators and case`() {
    #expect(Device.hardwareAddress("00-1A-2B-3C-4D-5E") == "001a2b3c4d5e")
    #expect(Device.hardwareAddress("001A2B3C4D5E") == "001a2b3c4d5e")
    #expect(Device.hardwareAddress(nil) == nil)
    #expect(Device.hardwareAddress("000000000000") == nil)
    #expect(Device.hardwareAddress("001A2B3C4D") == nil)
    var known = device("a", nil)
    known.hardwareAddresses = ["001a2b3c4d5e"]
    let found = Matching(devices: [known], alerts: []).device(
      for: computer("WS03", address: nil), hardwareAddresses: ["001a2b3c4d5e"])
    #expect(found.confidence == 0.8)
  }

  @Test func `P19: an IPv4-mapped address and one with a zone are the address`() {
    #expect(Device.usableAddress("::ffff:10.0.5.33") == Samples.workstation)
    #expect(Device.usableAddress("fd00::1%eth0") == Address("fd00::1"))
  }
}

@Suite struct `Users on both sides` {
  private func record(_ name: String, domain: String? = "alpine.test", sid: String? = nil)
    -> EntityRecord
  {
    var record = EntityRecord(
      id: "en_\(name)", kind: .user, domain: domain, name: name, firstSeen: Samples.start,
      lastSeen: Samples.start)
    record.sid = sid
    return record
  }

  private func match(
    _ user: EntityRecord, _ named: EndpointUser, entry: DirectoryEntry? = nil,
    device: String? = nil
  ) -> UserMatch {
    var alert = EndpointAlert(id: "x", title: "t", severity: "High", status: "New")
    alert.users = [named]
    alert.deviceName = device
    var domains = DomainNames()
    domains.add(dns: "alpine.test", netbios: "ALPINE")
    return Matching(devices: [], alerts: [alert], domains: domains).user(for: user, entry: entry)
  }

  private let sid = "S-1-5-21-1-2-3-1201"

  @Test func `match by SID whatever the name`() {
    let found = match(record("alice", sid: sid), EndpointUser(name: "old-alice", sid: sid))
    #expect(found.confidence == 1)
    #expect(found.agreed == [.sid])
    #expect(found.alerts.count == 1)
  }

  @Test func `P13: match by principal name, which need not begin with the account's name`() {
    var entry = Samples.entry(.user, "alice", rid: 1201)
    entry.userPrincipalName = "Alice.Baker@mail.example"
    let named = EndpointUser(name: "x", principalName: "alice.baker@MAIL.example")
    #expect(match(record("alice"), named, entry: entry).confidence == 0.9)
    #expect(!match(record("alice.baker"), named).isMatched)
  }

  @Test func `match by name within the same domain, by either of its names`() {
    for domain in ["ALPINE", "alpine", "Alpine.Test"] {
      let found = match(record("alice"), EndpointUser(name: "Alice", domain: domain))
      #expect(found.confidence == 0.85)
    }
  }

  @Test func `never by name alone, nor in another domain`() {
    #expect(!match(record("alice"), EndpointUser(name: "alice")).isMatched)
    #expect(!match(record("alice"), EndpointUser(name: "alice", domain: "OTHER")).isMatched)
  }

  @Test func `another SID is another account, whatever its name`() {
    let found = match(
      record("alice", sid: sid),
      EndpointUser(name: "alice", domain: "ALPINE", sid: "S-1-5-21-1-2-3-9999"))
    #expect(!found.isMatched)
    #expect(found.disagreed == [.sid])
    let badge = EndpointBadge.user(found, integration: .complete)
    #expect(badge.reason?.contains("another SID") ?? false)
  }

  @Test func `P16: a local account of the device is nobody of the domain`() {
    let local = EndpointUser(name: "alice", domain: "ALPINE")
    #expect(!match(record("alice"), local, device: "alpine.example").isMatched)
  }

  @Test(arguments: [
    EndpointUser(name: "SYSTEM", domain: "NT AUTHORITY", sid: "S-1-5-18"),
    EndpointUser(name: "DWM-1", domain: "Window Manager"),
    EndpointUser(name: "UMFD-0"), EndpointUser(name: "ANONYMOUS LOGON"),
  ])
  func `P17: services' own identities are no person`(_ named: EndpointUser) {
    #expect(Matching.isNobody(named, on: nil))
  }

  @Test func `P18: an account that exists in Entra only is no identity of the directory`() {
    let named = EndpointUser(
      name: "alice", domain: "ALPINE", sid: "S-1-12-1-1-2-3-4",
      principalName: "alice@alpine.test")
    var entry = Samples.entry(.user, "alice", rid: 1201)
    entry.userPrincipalName = "alice@alpine.test"
    #expect(!match(record("alice"), named, entry: entry).isMatched)
  }

  @Test func `a person whose name begins like a session's is a person`() {
    #expect(!Matching.isNobody(EndpointUser(name: "dwm-smith", domain: "ALPINE"), on: nil))
  }
}
