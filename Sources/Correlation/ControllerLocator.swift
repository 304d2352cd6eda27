import Evidence

/// What shows that a named computer is a controller, kept until an address for the name is shown too
/// (and the other way round): the domain's locator records, answered by a controller.
struct ControllerLocator: Sendable {
  /// Lower-case names that the workspace's file calls controllers.
  var named: Set<String> = []
  /// Lower-case host names that locator records of known controllers point to.
  private(set) var hosts: Set<String> = []
  /// Lower-case host names with the addresses that known controllers answered for them.
  private(set) var addresses: [String: Set<Address>] = [:]
  /// The same, by servers of which nothing is known yet.
  private(set) var pending: [Address: Answers] = [:]

  /// Addresses that evidence gave to computers with a controller's name, by short name.
  private(set) var homes: [String: Set<Address>] = [:]
  /// Whether a name as sent is a controller's: asked of each logon of a machine.
  var verdicts = BoundedTable<String, Bool>(limit: ControllerLocator.nameLimit)

  /// What one server of DNS said before it was known as a controller.
  struct Answers: Sendable {
    var hosts: Set<String> = []
    var addresses: [String: Set<Address>] = [:]
  }

  /// Controllers of a large forest.
  static let hostLimit = 4096
  /// Host names of which some may turn out to be controllers.
  static let nameLimit = 8192
  /// Addresses of one host.
  static let addressLimit = 16
  /// Servers whose answers wait for what shows that they are controllers, and names of each.
  static let pendingLimit = 64
  static let pendingNameLimit = 1024

  /// Notes that a locator record names a host, and returns the addresses that are known for it.
  mutating func noteHost(_ host: String) -> Set<Address> {
    if hosts.count < ControllerLocator.hostLimit { hosts.insert(host) }
    return addresses[host] ?? []
  }

  /// Notes an address for a host, and returns whether it is new.
  mutating func noteAddress(_ address: Address, of host: String) -> Bool {
    ControllerLocator.keep(
      address, host, in: &addresses, limit: ControllerLocator.nameLimit)
  }

  mutating func noteHome(_ address: Address, of name: ComputerName) {
    _ = ControllerLocator.keep(
      address, name.short, in: &homes, limit: ControllerLocator.hostLimit)
  }

  mutating func notePending(host: String, by server: Address) {
    guard pending[server] != nil || pending.count < ControllerLocator.pendingLimit else { return }
    if pending[server, default: Answers()].hosts.count < ControllerLocator.pendingNameLimit {
      pending[server, default: Answers()].hosts.insert(host)
    }
  }

  mutating func notePending(_ address: Address, of host: String, by server: Address) {
    guard pending[server] != nil || pending.count < ControllerLocator.pendingLimit else { return }
    _ = ControllerLocator.keep(
      address, host, in: &pending[server, default: Answers()].addresses,
      limit: ControllerLocator.pendingNameLimit)
  }

  /// Takes what a server had said before it was known as a controller.
  mutating func release(_ server: Address) -> Answers? { pending.removeValue(forKey: server) }

  private static func keep(
    _ address: Address, _ host: String, in table: inout [String: Set<Address>], limit: Int
  ) -> Bool {
    guard table[host] != nil || table.count < limit else { return false }
    guard table[host, default: []].count < addressLimit else { return false }
    return table[host, default: []].insert(address).inserted
  }
}

extension Correlator {
  /// Adds a controller by its own evidence, and takes what its DNS answers had said before.
  mutating func addController(_ address: Address, _ proof: Controllers.Proof) {
    guard !knowledge.controllers.contains(address),
      knowledge.controllers.add(address, proof), let answers = locator.release(address)
    else { return }
    for (host, addresses) in answers.addresses {
      for address in addresses { noteControllerAnswer(address, of: host) }
    }
    for host in answers.hosts { noteLocatorHost(host) }
  }

  /// A known controller's locator record names a host.
  mutating func noteLocatorHost(_ host: String) {
    for address in locator.noteHost(host) { addController(address, .locator) }
  }

  /// A known controller answered with an address of a host.
  mutating func noteControllerAnswer(_ address: Address, of host: String) {
    guard locator.noteAddress(address, of: host) else { return }
    if isNamedController(host) {
      addController(address, .workspace)
    } else if knowledge.directory.computer(dnsHostName: host)?.isController ?? false {
      addController(address, .directory)
    } else if locator.hosts.contains(host) {
      addController(address, .locator)
    }
  }

  /// A machine account proved its key from an address: a controller if the directory or the workspace
  /// says that the account is one.
  ///
  /// Keys and tickets of controllers are stolen and relayed, so the address must be free: no other
  /// computer is claimed there, and the controller is not known at another address of that family.
  mutating func noteController(
    _ account: AccountName, at address: Address, _ moment: Instant
  ) {
    guard !knowledge.controllers.contains(address), isControllerName(account.name) else { return }
    let entry = knowledge.entry(for: account)
    let isNamed = isNamedController(String(account.name.dropLast()))
    guard isNamed || (entry?.isController ?? false) else { return }
    guard
      let name = ComputerName(entry?.dnsHostName ?? account.name, domain: account.domain),
      case .resolved(let claim) = knowledge.names.resolve(address, at: moment),
      let claimed = ComputerName(claim.name), claimed.isSame(as: name)
    else { return }
    let proven = knowledge.controllers.addresses.filter { $0.isIPv4 == address.isIPv4 }
    let homes = locator.homes[name.short] ?? []
    guard !proven.contains(where: homes.contains), isNamed || proven.count < controllerCount
    else { return }
    addController(address, isNamed ? .workspace : .directory)
  }

  /// Whether the directory or the workspace calls an account's or host's name a controller's.
  mutating func isControllerName(_ sent: String) -> Bool {
    if let slot = locator.verdicts.find(sent) { return locator.verdicts[slot] }
    var isController = false
    if let name = ComputerName(sent) {
      isController =
        isNamedController(name.hostName)
        || (knowledge.directory.computer(name)?.isController ?? false)
    }
    _ = locator.verdicts.insert(sent, isController)
    return isController
  }

  /// Whether the workspace's list has a host name, whole or by its first label.
  private func isNamedController(_ host: String) -> Bool {
    guard !locator.named.isEmpty else { return false }
    let lower = host.lowercased()
    return locator.named.contains(lower)
      || locator.named.contains(String(lower.prefix { $0 != "." }))
      || locator.named.contains { $0.hasPrefix(lower + ".") }
  }
}
