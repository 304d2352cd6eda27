import Evidence

/// What was made of the last answer that gave an address to a name.
struct KnownAnswer: Sendable {
  var name: String
  var isFromController: Bool
  /// Whether it names one computer of the domain.
  var isComputer: Bool
}

extension Correlator {
  static let dnsPort: UInt16 = 53

  // MARK: - NTLM

  mutating func learnNTLM(_ logon: NTLMLogon, _ activity: borrowing Activity) {
    if let dns = logon.serverDNSDomain, let netbios = logon.serverDomain,
      lastDomains != (dns, netbios), logon.serverName != netbios
    {
      lastDomains = (dns, netbios)
      knowledge.domains.add(dns: dns, netbios: netbios)
    }
    if let name = logon.serverDNSName ?? logon.serverName {
      hear(
        NameEvidence(
          name: name, domain: logon.serverDNSDomain, method: .ntlmServer,
          weight: NameWeight.ntlmServer, lifetime: NameWeight.hour),
        at: activity.target.address, activity.time)
    }
    guard !logon.workstation.isEmpty, !logon.user.isEmpty else { return }
    // A relay sends the victim's workstation and identifier from its own address.
    var weight = NameWeight.ntlmWorkstation
    if case .success = activity.outcome, let identifier = logon.machineID,
      machineIDs.note(identifier, logon.workstation)
    {
      weight = NameWeight.boundMachineID
    }
    hear(
      NameEvidence(
        name: logon.workstation, method: .ntlmWorkstation, weight: weight,
        lifetime: NameWeight.quarter),
      at: activity.source.address, activity.time)
  }

  // MARK: - LDAP

  mutating func learnSearch(_ search: LDAPSearch, _ activity: borrowing Activity) {
    guard let answer = search.netlogon else { return }
    addController(activity.target.address, .answeredNetlogon)
    if !answer.dnsDomain.isEmpty {
      knowledge.domains.add(dns: answer.dnsDomain, netbios: answer.netbiosDomain)
    }
    let name = answer.dnsHost.isEmpty ? answer.netbiosHost : answer.dnsHost
    hear(
      NameEvidence(
        name: name, domain: answer.dnsDomain, method: .netlogonPing,
        weight: NameWeight.netlogonPing, lifetime: NameWeight.hour),
      at: activity.target.address, activity.time)
  }

  // MARK: - DNS

  mutating func learnDNS(_ lookup: DNSLookup, _ activity: borrowing Activity) {
    guard !lookup.answers.isEmpty, activity.target.port == Correlator.dnsPort,
      case .success = activity.outcome
    else { return }
    let server = activity.target.address
    let isController = knowledge.controllers.contains(server)
    for record in lookup.answers.prefix(Correlator.recordLimit) {
      switch record.type {
      case Correlator.a, Correlator.aaaa:
        learnAddress(record, lookup, server, isController, activity.time)
      case Correlator.ptr:
        learnPointer(record, activity.time)
      case Correlator.srv:
        guard let host = record.target, isLocator(lookup.name) else { continue }
        if isController {
          noteLocatorHost(host.lowercased())
        } else {
          locator.notePending(host: host.lowercased(), by: server)
        }
      default:
        break
      }
    }
  }

  /// Answers of one lookup that are looked at: more than a site's locator list has.
  static let recordLimit = 512
  /// Resource record types (RFC 1035 section 3.2.2, RFC 3596, RFC 2782).
  static let a: UInt16 = 1
  static let ptr: UInt16 = 12
  static let aaaa: UInt16 = 28
  static let srv: UInt16 = 33

  /// A and AAAA: only names of the directory's own zones say anything about computers of the domain.
  private mutating func learnAddress(
    _ record: DNSRecord, _ lookup: DNSLookup, _ server: Address, _ isController: Bool,
    _ moment: Instant
  ) {
    guard let address = record.address else { return }
    if let seen = answers.find(address), answers[seen].name == record.name,
      answers[seen].isFromController || !isController
    {
      // Nearly all answers repeat one: only how long it holds is new.
      if answers[seen].isComputer { hearAnswer(record, at: address, moment) }
      return
    }
    let isOurs = (lookup.isAuthoritative || isInDomain(record.name)) && isHost(record.name)
    let isComputer = isOurs && !isOneOfMany(record, lookup.answers)
    answers.set(
      address,
      KnownAnswer(name: record.name, isFromController: isController, isComputer: isComputer))
    guard isOurs else { return }
    // A name with several addresses of one family is that of a group of hosts, unless a locator
    // record says otherwise: it names a controller then, not a computer at one of them.
    if isComputer { hearAnswer(record, at: address, moment) }
    if isController {
      noteControllerAnswer(address, of: record.name.lowercased())
    } else {
      locator.notePending(address, of: record.name.lowercased(), by: server)
    }
  }

  private mutating func hearAnswer(
    _ record: DNSRecord, at address: Address, _ moment: Instant
  ) {
    hear(
      NameEvidence(
        name: record.name, method: .dnsAnswer, weight: NameWeight.dnsAnswer,
        lifetime: Correlator.lifetime(record)),
      at: address, moment)
  }

  private mutating func learnPointer(_ record: DNSRecord, _ moment: Instant) {
    guard let name = record.target, isHost(name),
      let address = Correlator.address(reverseName: record.name)
    else { return }
    hear(
      NameEvidence(
        name: name, method: .dnsAnswer, weight: NameWeight.dnsAnswer,
        lifetime: Correlator.lifetime(record)),
      at: address, moment)
  }

  mutating func learnUpdate(_ update: DNSUpdate, _ activity: borrowing Activity) {
    guard update.isSigned, case .success = activity.outcome else { return }
    for record in update.records.prefix(Correlator.recordLimit) {
      // Deletions have a lifetime of zero (RFC 2136 section 2.5).
      guard record.timeToLive > 0, let address = record.address, isHost(record.name) else {
        continue
      }
      // Servers of DHCP register others, and any account may create a name that is free.
      let isOwn = address == activity.source.address
      hear(
        NameEvidence(
          name: record.name, method: .dnsUpdate,
          weight: isOwn ? NameWeight.ownUpdate : NameWeight.otherUpdate,
          lifetime: NameWeight.day),
        at: address, activity.time)
    }
  }

  /// Learns the name that a computer gives with its address.
  mutating func learnAnnouncement(
    _ announcement: NameAnnouncement, _ activity: borrowing Activity
  ) {
    guard isHost(announcement.name) else { return }
    let lifetime = Instant.Span.seconds(Int64(announcement.lifetimeSeconds ?? 0))
    hear(
      NameEvidence(
        name: announcement.name, method: announcement.method == .dhcp ? .dhcp : .netbios,
        weight: announcement.isGranted ? NameWeight.granted : NameWeight.announced,
        lifetime: min(max(lifetime, NameWeight.hour), NameWeight.day)),
      at: announcement.address, activity.time)
  }

  /// The record's time to live, at least a quarter of an hour and at most a day.
  private static func lifetime(_ record: DNSRecord) -> Instant.Span {
    let seconds = Instant.Span.seconds(Int64(record.timeToLive))
    return min(max(seconds, NameWeight.quarter), NameWeight.day)
  }

  /// `_ldap._tcp.dc._msdcs.…`, `_kerberos._tcp.dc._msdcs.…` and their forms with a site: the lists of
  /// controllers (MS-ADTS section 6.3.2.3).
  private func isLocator(_ name: String) -> Bool {
    guard name.utf8.first == UInt8(ascii: "_") else { return false }
    let lower = name.lowercased()
    return (lower.hasPrefix("_ldap._tcp.") || lower.hasPrefix("_kerberos._tcp."))
      && lower.hasOctets(".dc._msdcs.")
  }

  /// Whether a name can be a host's: not a domain's own, nor one of the service names under it.
  private func isHost(_ name: String) -> Bool {
    guard name.utf8.first != UInt8(ascii: "_"), !name.utf8.contains(UInt8(ascii: "*")),
      !knowledge.domains.isKnown(name)
    else { return false }
    let lower = name.lowercased()
    return !lower.hasOctets("._") && !lower.hasPrefix("domaindnszones.")
      && !lower.hasPrefix("forestdnszones.") && !lower.hasPrefix("localhost")
  }

  private func isInDomain(_ name: String) -> Bool {
    guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) else { return false }
    return knowledge.domains.isKnown(String(name[name.utf8.index(after: dot)...]))
  }

  private func isOneOfMany(_ record: DNSRecord, _ answers: [DNSRecord]) -> Bool {
    guard answers.count > 1 else { return false }
    return answers.contains { other in
      other.type == record.type && other.address != record.address
    }
  }

  /// The address of `66.5.0.10.in-addr.arpa` or of 32 nibbles under `ip6.arpa` (RFC 3596).
  static func address(reverseName name: String) -> Address? {
    var labels = name.lowercased().split(separator: ".")
    guard labels.count >= 6, labels.popLast() == "arpa", let zone = labels.popLast() else {
      return nil
    }
    if zone == "in-addr", labels.count == 4 {
      return Address(labels.reversed().joined(separator: "."))
    }
    guard zone == "ip6", labels.count == 32 else { return nil }
    var value: UInt128 = 0
    for label in labels.reversed() {
      guard label.utf8.count == 1, let nibble = UInt8(label, radix: 16) else { return nil }
      value = value << 4 | UInt128(nibble)
    }
    return Address(
      high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
  }
}
