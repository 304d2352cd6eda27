public import Evidence

/// Which devices and users of the endpoint side are which entities: the keys in their order, what
/// agreed and what did not, and nothing merged on a guess.
///
/// The order and the figures are those of the reference on entities, section 5.1.
public struct Matching: Sendable {
  /// Devices by identity, merged ones under the device that they were found to be.
  let devices: [String: Device]
  /// Identities of devices by what names them, ascending.
  private var byHostName: [String: [String]] = [:]
  private var byShortName: [String: [String]] = [:]
  private var byAddress: [Address: [String]] = [:]
  private var byHardwareAddress: [String: [String]] = [:]
  /// Alerts by device, newest first.
  private var alertsByDevice: [String: [EndpointAlert]] = [:]
  /// Each alert once, newest first.
  public let alerts: [EndpointAlert]
  /// Places in ``alerts`` by what they name users by, ascending.
  private var alertsByUser: [String: [Int]] = [:]
  let domains: DomainNames
  /// Short names, upper case, that several computers of the directory or the traffic have.
  let homonyms: Set<String>

  public init(
    devices: [Device], alerts: [EndpointAlert], domains: DomainNames = DomainNames(),
    homonyms: Set<String> = []
  ) {
    self.domains = domains
    self.homonyms = homonyms
    self.alerts = Matching.newestOfEach(alerts)
    var known: [String: Device] = [:]
    for device in devices {
      if let other = known[device.id], !Matching.isNewer(device, than: other) { continue }
      known[device.id] = device
    }
    self.devices = known
    for id in known.keys.sorted() {
      if let device = known[id], current(id) == id { index(device) }
    }
    for (place, alert) in self.alerts.enumerated() {
      for key in Set(alert.users.flatMap(Matching.keys)) {
        alertsByUser[key, default: []].append(place)
      }
      guard let id = deviceID(of: alert) else { continue }
      alertsByDevice[id, default: []].append(alert)
    }
  }

  /// What made two records one.
  public enum Key: String, CaseIterable, Sendable {
    case sid = "SID"
    case entraID = "device id"
    case principalName = "principal name"
    case accountName = "domain and account name"
    case hostName = "host name"
    case hardwareAddress = "hardware address"
    case shortName = "short name"
    case domain = "domain"
    case address = "address at that time"
  }

  /// Below this a candidate is possible, and shown as that; it is not merged.
  public static let threshold = 0.6

  private mutating func index(_ device: Device) {
    for address in device.addresses { byAddress[address, default: []].append(device.id) }
    if let last = device.lastAddress, !device.addresses.contains(last) {
      byAddress[last, default: []].append(device.id)
    }
    for hardware in device.hardwareAddresses {
      byHardwareAddress[hardware, default: []].append(device.id)
    }
    guard let name = device.computerName else { return }
    byShortName[name.short, default: []].append(device.id)
    if name.suffix != nil {
      byHostName[name.hostName.lowercased(), default: []].append(device.id)
    }
  }

  private static func keys(_ user: EndpointUser) -> [String] {
    [user.sid, user.principalName, user.name].compactMap { $0?.lowercased() }
  }

  /// Alerts that name a user by one of these, in lower case; newest first.
  func alerts(namingUser keys: Set<String>) -> [EndpointAlert] {
    var places: Set<Int> = []
    for key in keys { places.formUnion(alertsByUser[key] ?? []) }
    return places.sorted().map { alerts[$0] }
  }

  func candidates(hostName: String) -> [String] { byHostName[hostName.lowercased()] ?? [] }
  func candidates(shortName: String) -> [String] { byShortName[shortName] ?? [] }
  func candidates(address: Address) -> [String] { byAddress[address] ?? [] }
  func candidates(hardwareAddress: String) -> [String] {
    byHardwareAddress[hardwareAddress] ?? []
  }

  /// The device that an identity stands for now: merge pointers are followed, in loops as far as the
  /// first that was seen before.
  func current(_ id: String) -> String {
    var seen: Set<String> = []
    var now = id.lowercased()
    while let next = devices[now]?.mergedInto?.lowercased(), devices[next] != nil,
      seen.insert(now).inserted
    {
      if seen.contains(next) { return min(now, next) }
      now = next
    }
    return now
  }

  /// Alerts that were raised on a device or on one that was merged into it, newest first.
  public func alerts(onDevice id: String) -> [EndpointAlert] {
    alertsByDevice[current(id)] ?? []
  }

  /// Where an alert was raised: by identity, otherwise by the one device of that host name.
  private func deviceID(of alert: EndpointAlert) -> String? {
    if let id = alert.deviceID, !id.isEmpty { return current(id) }
    guard let name = alert.deviceName, let computer = ComputerName(name) else { return nil }
    let found =
      computer.suffix == nil
      ? candidates(shortName: computer.short) : candidates(hostName: computer.hostName)
    return found.count == 1 ? found[0] : nil
  }

  /// One of each identity, the latest update of it; newest first.
  private static func newestOfEach(_ alerts: [EndpointAlert]) -> [EndpointAlert] {
    var known: [String: EndpointAlert] = [:]
    for alert in alerts {
      if let other = known[alert.id],
        (other.updated ?? .distantPast) > (alert.updated ?? .distantPast)
      {
        continue
      }
      known[alert.id] = alert
    }
    return known.values.sorted { left, right in
      let times = (left.time ?? .distantPast, right.time ?? .distantPast)
      return times.0 == times.1 ? left.id < right.id : times.0 > times.1
    }
  }

  /// Whether one report of a device is later than another; equal ones go by identity.
  static func isNewer(_ left: Device, than right: Device) -> Bool {
    let times = (left.lastSeen ?? .distantPast, right.lastSeen ?? .distantPast)
    return times.0 == times.1 ? left.id < right.id : times.0 > times.1
  }
}

extension Instant {
  static let distantPast = Instant(nanoseconds: Int64.min)
}

extension Device {
  /// Its name as a computer's; nil for none and for what is no name.
  var computerName: ComputerName? { dnsName.flatMap { ComputerName($0) } }
}
