public import Evidence

/// Who is who, learnt from activities in packet order: what detections ask, and the entities.
///
/// For each activity call ``attribute(_:)``, then ``learn(_:)``, then show it to the detections: what
/// an answer proves is known when they judge it, and nothing that comes later is.
public struct Correlator: Sendable {
  public internal(set) var knowledge: Knowledge
  var logons = LogonMemory()
  var locator = ControllerLocator()
  var machineIDs = MachineIDs()
  var answers = BoundedTable<Address, KnownAnswer>(limit: NameClaims.addressLimit)
  var book = EntityBook()
  /// Hosts that services name, nil for none: asked of each ticket that is shown.
  var serviceHosts = BoundedTable<String, String?>(limit: EntityBook.serviceLimit)
  /// The pair of names that was noted last.
  var lastDomains = (dns: "", netbios: "")
  /// How many controllers the directory has.
  let controllerCount: Int
  /// The realm that was noted last: most activities have the same.
  var lastRealm = ""

  /// What the workspace says beyond the directory.
  public struct Hints: Sendable {
    /// Addresses or names of controllers.
    public var controllers: [String]
    /// Names, SIDs and host names.
    public var sensitive: [String]
    public var honeytokens: [String]
    /// DNS and NetBIOS names of the domains.
    public var domains: [(dns: String, netbios: String)]

    public init(
      controllers: [String] = [], sensitive: [String] = [], honeytokens: [String] = [],
      domains: [(dns: String, netbios: String)] = []
    ) {
      self.controllers = controllers
      self.sensitive = sensitive
      self.honeytokens = honeytokens
      self.domains = domains
    }
  }

  public init(directory: Directory = Directory(), hints: Hints = Hints()) {
    knowledge = Knowledge(directory: directory)
    controllerCount = directory.entries.count { $0.isController }
    knowledge.sensitive = Set(hints.sensitive.map { $0.lowercased() })
    knowledge.honeytokens = Set(hints.honeytokens.map { $0.lowercased() })
    for domain in hints.domains {
      knowledge.domains.add(dns: domain.dns, netbios: domain.netbios)
    }
    for controller in hints.controllers {
      if let address = Address(controller) {
        knowledge.controllers.add(address, .workspace)
      } else {
        locator.named.insert(controller.lowercased())
      }
    }
  }

  /// Entries that were dropped because a table was full.
  public var evictions: UInt64 {
    knowledge.names.evictions &+ knowledge.tickets.evictions &+ knowledge.controllers.refusals
      &+ logons.evictions &+ machineIDs.evictions &+ answers.evictions &+ serviceHosts.evictions
      &+ book.evictions &+ knowledge.hosts.evictions &+ knowledge.accounts.evictions
  }

  /// The account that a ticket was issued to, where its issue was seen.
  public func account(for ticket: UInt128) -> AccountName? {
    knowledge.tickets.account(for: ticket)
  }

  /// What was learnt about each entity, sorted by identity.
  public func records() -> [EntityRecord] { book.records(knowledge) }

  /// Learns from an activity what it proves.
  public mutating func learn(_ activity: borrowing Activity) {
    if knowledge.watchingSince == nil { knowledge.watchingSince = activity.time }
    let place = book.visit(activity.source.address, activity.time)
    switch activity.detail {
    case .kerberosAS(let exchange):
      learnAS(exchange, activity)
      learnHabits(exchange, activity)
      book.see(exchange, activity, place)
    case .kerberosTGS(let exchange):
      learnTGS(exchange, activity)
      book.see(exchange, activity, place)
    case .kerberosAP(let exchange):
      learnAP(exchange, activity)
      book.seeSession(activity, place)
    case .ntlm(let logon):
      learnNTLM(logon, activity)
      learnHabits(logon, activity)
      book.see(logon, activity, place, knowledge)
    case .dns(let lookup): learnDNS(lookup, activity)
    case .dnsUpdate(let update): learnUpdate(update, activity)
    case .ldapSearch(let search): learnSearch(search, activity)
    case .ldapBind(let bind): book.see(bind, activity, place)
    case .smbSession: book.seeSession(activity, place)
    case .nameAnnouncement(let announcement): learnAnnouncement(announcement, activity)
    case .rpc(let call): learnCreation(call, activity)
    case .ldapChange(let change): learnCreation(change, activity)
    case .smbTree, .smbFile, .smbAnomaly, .dnsTransfer, .timeRequest, .remoteAccess:
      break
    }
  }

  // MARK: - Hearing names

  /// Notes evidence of a name; where it says something new, what depends on names is looked at again.
  mutating func hear(_ evidence: NameEvidence, at address: Address, _ moment: Instant) {
    guard !address.isLoopback, !address.isMulticastOrBroadcast else { return }
    guard knowledge.names.hear(evidence, at: address, moment) else { return }
    book.renew(address)
    guard evidence.method != .ntlmWorkstation, isControllerName(evidence.name),
      let name = ComputerName(evidence.name)
    else { return }
    locator.noteHome(address, of: name)
  }

  /// Notes a realm as a domain that exists.
  mutating func noteRealm(_ realm: String) {
    guard realm != lastRealm else { return }
    lastRealm = realm
    knowledge.domains.add(dns: realm)
  }
}
