public import Evidence

/// What the endpoint side has for a computer.
public struct DeviceMatch: Hashable, Sendable {
  public enum State: String, Sendable {
    case matched
    /// A candidate that not enough speaks for.
    case possible
    /// Several candidates of which none is better.
    case ambiguous
    case none
  }

  public var state: State
  /// The device, or the candidates.
  public var devices: [Device]
  /// Earlier devices of the same host name: the computer before it was set up anew.
  public var predecessors: [Device]
  /// 0 to 1.
  public var confidence: Double
  public var agreed: [Matching.Key]
  public var disagreed: [Matching.Key]

  init(
    _ state: State, devices: [Device] = [], predecessors: [Device] = [], confidence: Double = 0,
    agreed: [Matching.Key] = [], disagreed: [Matching.Key] = []
  ) {
    self.state = state
    self.devices = devices
    self.predecessors = predecessors
    self.confidence = confidence
    self.agreed = agreed
    self.disagreed = disagreed
  }

  /// How it was matched, in words.
  public var explanation: String {
    "matched by \(agreed.map(\.rawValue).joined(separator: " and "))"
  }
}

extension Matching {
  /// What speaks for one device being the computer, and against it.
  private struct Candidate {
    var device: Device
    var confidence: Double
    var agreed: [Key]
    var disagreed: [Key]
  }

  /// The device that a computer is.
  ///
  /// `entry` is the directory's, where it has one; `hardwareAddresses` come from leases, `entraID`
  /// from an import.
  public func device(
    for computer: EntityRecord, entry: DirectoryEntry? = nil, hardwareAddresses: [String] = [],
    entraID: String? = nil
  ) -> DeviceMatch {
    let names = Matching.names(of: computer, entry)
    var ids: Set<String> = []
    for name in names {
      ids.formUnion(candidates(shortName: name.short))
      if name.suffix != nil { ids.formUnion(candidates(hostName: name.hostName)) }
    }
    for hardware in hardwareAddresses { ids.formUnion(candidates(hardwareAddress: hardware)) }
    for interval in computer.addresses { ids.formUnion(candidates(address: interval.address)) }
    if let entraID {
      ids.formUnion(devices.values.filter { $0.entraID == entraID.lowercased() }.map(\.id))
    }
    let found = ids.sorted().compactMap { id -> Candidate? in
      guard let device = devices[id] else { return nil }
      return weigh(device, computer, names, hardwareAddresses, entraID)
    }
    return decide(found)
  }

  private func weigh(
    _ device: Device, _ computer: EntityRecord, _ names: [ComputerName], _ hardware: [String],
    _ entraID: String?
  ) -> Candidate? {
    var agreed: [Key] = []
    var disagreed: [Key] = []
    var confidence = 0.0
    func note(_ key: Key, _ agrees: Bool, _ weight: Double) {
      if agrees { agreed.append(key) } else { disagreed.append(key) }
      if agrees { confidence = max(confidence, weight) }
    }
    if let entraID, let other = device.entraID { note(.entraID, other == entraID.lowercased(), 1) }
    let hasAddress = isAddressShared(device, computer)
    if let name = device.computerName {
      let full = names.filter { $0.suffix != nil }
      if name.suffix != nil, !full.isEmpty {
        note(.hostName, full.contains { $0.hostName == name.hostName }, 0.95)
      }
      if !agreed.contains(.hostName), names.contains(where: { $0.isSame(as: name) }) {
        // Equal host names in two domains are two computers; a suffix need not be the domain's name.
        let isSameDomain = isInDomain(name, of: computer)
        if let isSameDomain { note(.domain, isSameDomain, 0) }
        let weight = isSameDomain == false || homonyms.contains(name.short) ? 0.4 : 0.6
        note(.shortName, true, hasAddress == true && isSameDomain != false ? 0.9 : weight)
      }
    }
    if !hardware.isEmpty, !device.hardwareAddresses.isEmpty {
      note(.hardwareAddress, device.hardwareAddresses.contains { hardware.contains($0) }, 0.8)
    }
    if let hasAddress { note(.address, hasAddress, 0.4) }
    guard confidence > 0 else { return nil }
    // A name that is not its own outweighs an address and a lease.
    let isOther = device.computerName.map { name in
      !names.isEmpty && !names.contains { $0.isSame(as: name) }
    }
    if disagreed.contains(.hostName) || isOther == true { confidence = min(confidence, 0.4) }
    return Candidate(
      device: device, confidence: confidence, agreed: agreed, disagreed: disagreed)
  }

  private func decide(_ candidates: [Candidate]) -> DeviceMatch {
    guard let best = candidates.map(\.confidence).max() else { return DeviceMatch(.none) }
    let leading = candidates.filter { $0.confidence == best }
      .sorted { Matching.isNewer($0.device, than: $1.device) }
    guard best >= Matching.threshold else {
      return DeviceMatch(
        .possible, devices: leading.map(\.device), confidence: best, agreed: leading[0].agreed,
        disagreed: leading[0].disagreed)
    }
    let names = Set(leading.map { $0.device.computerName?.hostName.lowercased() ?? "" })
    guard names.count == 1 else {
      return DeviceMatch(
        .ambiguous, devices: leading.map(\.device), confidence: best, agreed: leading[0].agreed)
    }
    // One name and several identities: the computer was set up anew, and the newest is it now.
    return DeviceMatch(
      .matched, devices: [leading[0].device], predecessors: leading.dropFirst().map(\.device),
      confidence: best, agreed: leading[0].agreed, disagreed: leading[0].disagreed)
  }

  /// Whether the computer had an address of the device when the device was seen with it; nil where
  /// either side has no address.
  private func isAddressShared(_ device: Device, _ computer: EntityRecord) -> Bool? {
    let theirs = Set(device.addresses + (device.lastAddress.map { [$0] } ?? []))
    guard !theirs.isEmpty, !computer.addresses.isEmpty else { return nil }
    // The full report comes about once a day: evidence of alerts is as good a time.
    let moments = ([device.lastSeen] + alerts(onDevice: device.id).map(\.time)).compactMap { $0 }
    guard !moments.isEmpty else { return nil }
    let before = Instant.Span(nanoseconds: -NameClaims.nearness.nanoseconds)
    return computer.addresses.contains { interval in
      theirs.contains(interval.address)
        && moments.contains { moment in
          interval.from.advanced(by: before) <= moment
            && moment <= interval.to.advanced(by: NameClaims.nearness)
        }
    }
  }

  /// Whether a host name's suffix is the computer's domain; nil where one of the two is not known.
  private func isInDomain(_ name: ComputerName, of computer: EntityRecord) -> Bool? {
    guard let suffix = name.suffix, let domain = computer.domain else { return nil }
    return domains.canonical(suffix) == domains.canonical(domain)
  }

  /// All names of a computer, host names first.
  static func names(of computer: EntityRecord, _ entry: DirectoryEntry?) -> [ComputerName] {
    var texts = computer.names.filter { $0.kind != .userPrincipalName && $0.kind != .service }
      .map(\.name)
    texts.append(computer.name)
    if let entry { texts += [entry.dnsHostName, entry.samAccountName].compactMap { $0 } }
    var seen: Set<ComputerName> = []
    return texts.compactMap { ComputerName($0) }
      .filter { seen.insert($0).inserted }
      .sorted { left, right in
        (left.suffix == nil ? 1 : 0, left.hostName) < (right.suffix == nil ? 1 : 0, right.hostName)
      }
  }
}
