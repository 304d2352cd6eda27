import Evidence

/// A made-up company, and the truth about it; it knows nothing of how matching is done.
struct Fleet {
  struct Computer {
    var record: EntityRecord
    /// Identity of its device; nil where the endpoint product is not on it.
    var device: String?
    var hardware: [String]
  }

  struct User {
    var record: EntityRecord
    /// Identities of the alerts that are about this person.
    var alerts: Set<String>
  }

  var computers: [Computer] = []
  var devices: [Device] = []
  var users: [User] = []
  var alerts: [EndpointAlert] = []
  private var state: UInt64
  private static let noon = Instant(seconds: 1_795_000_000)

  init(computers count: Int, users userCount: Int, seed: UInt64) {
    state = seed
    for number in 0..<count { addComputer(number) }
    for number in 0..<userCount { addUser(number) }
    devices.reverse()
  }

  /// A linear congruential generator (Knuth, MMIX): the same fleet every time.
  private mutating func roll(_ percent: UInt64) -> Bool {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) % 100 < percent
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  private func address(_ number: Int) -> Address {
    Address(ipv4: 0x0A10_0000 + UInt32(number))
  }

  private func interval(_ address: Address, hours: Int64) -> EntityRecord.AddressInterval {
    let begin = Instant(seconds: Fleet.noon.seconds - hours * 3600)
    return EntityRecord.AddressInterval(
      address: address, method: .dhcp, certainty: .high, from: begin,
      to: Instant(seconds: begin.seconds + 3600))
  }

  private mutating func addComputer(_ number: Int) {
    let isCut = roll(3)
    // Names of 18 characters whose first 15 a neighbour has too, for half of the long ones.
    let isTwin = isCut && roll(50)
    let middle = isTwin ? "0000" : String(Fleet.padded(number).suffix(4))
    let label = isCut ? "production-\(middle)-\(number)" : "ws-\(Fleet.padded(number))"
    let host = "\(label).corp.example"
    var record = EntityRecord(
      id: "computer-\(number)", kind: .computer, domain: "corp.example",
      name: isCut ? String(label.uppercased().prefix(15)) : host, firstSeen: Fleet.noon,
      lastSeen: Fleet.noon)
    record.addresses = [interval(address(number), hours: 0)]
    // One in ten has an address that its predecessor in the list had earlier that day.
    if number > 0, roll(10) {
      record.addresses.append(interval(address(number - 1), hours: 6))
    }
    let isRenamed = !isCut && roll(5)
    if isRenamed {
      record.name = "renamed-\(Fleet.padded(number)).corp.example"
      record.names = [
        EntityRecord.NameInterval(
          name: host, kind: .dns, from: Fleet.noon, to: Fleet.noon)
      ]
    }
    var hardware = Fleet.hardware(number)
    // A clone kept what its original's virtual network card was set to.
    if number > 0, roll(5) { hardware = computers[number - 1].hardware[0] }
    guard !roll(10) else {
      computers.append(Computer(record: record, device: nil, hardware: [hardware]))
      return
    }
    let id = Fleet.identity(number)
    var device = Device(id: id, dnsName: roll(20) ? label.uppercased() : host)
    device.addresses = [address(number)]
    device.hardwareAddresses = [hardware]
    device.lastSeen = Instant(seconds: Fleet.noon.seconds + 600)
    devices.append(device)
    computers.append(Computer(record: record, device: id, hardware: [hardware]))
  }

  private static func hardware(_ number: Int) -> String { "00155d0" + padded(number) }

  private static func identity(_ number: Int) -> String {
    String(repeating: "a", count: 35) + padded(number)
  }

  private mutating func addUser(_ number: Int) {
    // One name in twenty is that of somebody of the other domain.
    let isNamesake = number > 0 && roll(5)
    let name = "user\(isNamesake ? number - 1 : number)"
    let domain = isNamesake ? "lab.example" : "corp.example"
    var record = EntityRecord(
      id: "user-\(number)", kind: .user, domain: domain, name: name, firstSeen: Fleet.noon,
      lastSeen: Fleet.noon)
    let sid = "S-1-5-21-\(isNamesake ? 7 : 5)-1-1-\(number + 1000)"
    if roll(70) { record.sid = sid }
    var user = User(record: record, alerts: [])
    var named = EndpointUser(name: name, domain: domain)
    if roll(60) { named.sid = sid }
    let alert = self.alert("alert-\(number)", named)
    user.alerts.insert(alert.id)
    alerts.append(alert)
    // A local account of some computer, and one of the cloud only, have the same name.
    if roll(10) { alerts.append(self.alert("local-\(number)", local(name, number))) }
    if roll(5) {
      alerts.append(
        self.alert(
          "cloud-\(number)",
          EndpointUser(name: name, domain: domain, sid: "S-1-12-1-1-2-3-\(number)")))
    }
    users.append(user)
  }

  private func local(_ name: String, _ number: Int) -> EndpointUser {
    EndpointUser(name: name, domain: "WS-\(Fleet.padded(number))")
  }

  private func alert(_ id: String, _ user: EndpointUser) -> EndpointAlert {
    var alert = EndpointAlert(id: id, title: "t", severity: "Low", status: "New")
    alert.users = [user]
    alert.lastEvent = Fleet.noon
    return alert
  }
}
