import Evidence

/// Activities as the sensor would say them, with only what a test is about.
enum Samples {
  static let start = Instant(seconds: 1_795_000_000)
  static let controller = Address(ipv4: 0x0A00_050A)
  static let secondController = Address(ipv4: 0x0A00_050B)
  static let workstation = Address(ipv4: 0x0A00_0521)
  static let attacker = Address(ipv4: 0x0A00_0542)

  static func at(_ seconds: Int64) -> Instant { start.advanced(by: .seconds(seconds)) }

  static func activity(
    _ detail: Activity.Detail, from source: Address, to target: Address = controller,
    port: UInt16, at moment: Instant = start, outcome: Activity.Outcome = .success
  ) -> Activity {
    Activity(
      time: moment, end: moment, source: Endpoint(address: source, port: 50_000),
      target: Endpoint(address: target, port: port), transport: .tcp, outcome: outcome,
      proof: Activity.Proof(capture: 0, request: 1, answer: 2), detail: detail)
  }

  static func ticket(_ fingerprint: UInt128, _ service: String) -> Ticket {
    Ticket(
      fingerprint: fingerprint, realm: "ALPINE.TEST", service: service, etype: 18, kvno: 1,
      byteCount: 1000)
  }

  /// A logon with its ticket-granting ticket.
  static func logon(
    _ name: String, from source: Address, to target: Address = controller,
    at moment: Instant = start, ticket fingerprint: UInt128 = 1
  ) -> Activity {
    var exchange = KerberosASExchange(
      realm: "ALPINE.TEST", client: name, service: "krbtgt/ALPINE.TEST")
    exchange.issued = ticket(fingerprint, "krbtgt/ALPINE.TEST")
    exchange.padata = [2]
    var activity = activity(
      .kerberosAS(exchange), from: source, to: target, port: 88, at: moment)
    activity.account = AccountName(name: name, domain: "ALPINE.TEST")
    return activity
  }

  static func failedLogon(
    _ name: String, from source: Address, code: UInt32 = 24, at moment: Instant = start
  ) -> Activity {
    let exchange = KerberosASExchange(
      realm: "ALPINE.TEST", client: name, service: "krbtgt/ALPINE.TEST")
    var activity = activity(
      .kerberosAS(exchange), from: source, port: 88, at: moment, outcome: .failure(code: code))
    activity.account = AccountName(name: name, domain: "ALPINE.TEST")
    return activity
  }

  /// A service ticket asked for with a ticket-granting ticket.
  static func serviceTicket(
    _ name: String, _ service: String, from source: Address, at moment: Instant = start,
    presented: UInt128 = 1, issued: UInt128 = 2
  ) -> Activity {
    var exchange = KerberosTGSExchange(realm: "ALPINE.TEST", service: service)
    exchange.presented = ticket(presented, "krbtgt/ALPINE.TEST")
    exchange.issued = ticket(issued, service)
    exchange.client = AccountName(name: name, domain: "ALPINE.TEST")
    var activity = activity(.kerberosTGS(exchange), from: source, port: 88, at: moment)
    activity.account = exchange.client
    return activity
  }

  /// A ticket shown to a service.
  static func shown(
    _ fingerprint: UInt128, _ service: String, from source: Address, to target: Address,
    at moment: Instant = start, carrier: Carrier = .smb2
  ) -> Activity {
    activity(
      .kerberosAP(
        KerberosAPExchange(
          ticket: ticket(fingerprint, service), options: 0, authenticatorEtype: 18,
          carrier: carrier)),
      from: source, to: target, port: carrier == .ldap ? 389 : 445, at: moment)
  }

  static func ntlm(
    _ user: String, workstation: String, from source: Address, to target: Address = controller,
    server: String? = nil, machineID: String? = nil, at moment: Instant = start,
    outcome: Activity.Outcome = .success
  ) -> Activity {
    var logon = NTLMLogon(
      user: user, domain: "ALPINE", workstation: workstation, version: .v2, flags: 0,
      carrier: .smb2)
    if let server {
      logon.serverDNSName = server
      logon.serverName = ComputerName(server)?.short
      logon.serverDomain = "ALPINE"
      logon.serverDNSDomain = "alpine.test"
    }
    logon.machineID = machineID
    var activity = activity(
      .ntlm(logon), from: source, to: target, port: 445, at: moment, outcome: outcome)
    activity.account = AccountName(name: user, domain: "ALPINE")
    return activity
  }

  static func answer(
    _ name: String, _ address: Address, by server: Address = controller,
    at moment: Instant = start, isAuthoritative: Bool = true
  ) -> Activity {
    let type: UInt16 = address.isIPv4 ? 1 : 28
    let record = DNSRecord(
      name: name, type: type, timeToLive: 3600, address: address, target: nil)
    return activity(
      .dns(
        DNSLookup(
          name: name, type: type, answers: [record], isAuthoritative: isAuthoritative)),
      from: workstation, to: server, port: 53, at: moment)
  }

  static func locator(
    _ host: String, by server: Address = controller, at moment: Instant = start
  ) -> Activity {
    let name = "_ldap._tcp.dc._msdcs.alpine.test"
    let record = DNSRecord(
      name: name, type: 33, timeToLive: 900, address: nil, target: host)
    return activity(
      .dns(DNSLookup(name: name, type: 33, answers: [record], isAuthoritative: true)),
      from: workstation, to: server, port: 53, at: moment)
  }

  static func ping(_ host: String, from source: Address, to target: Address) -> Activity {
    var search = LDAPSearch(
      base: "", scope: .base, filter: "(DnsDomain=alpine.test)", attributes: ["Netlogon"],
      entryCount: 1, isConnectionless: true)
    search.netlogon = NetlogonAnswer(
      dnsDomain: "alpine.test", dnsHost: host, netbiosDomain: "ALPINE",
      netbiosHost: ComputerName(host)?.short ?? "")
    return activity(.ldapSearch(search), from: source, to: target, port: 389)
  }

  static let domainSID = "S-1-5-21-1-2-3"

  static func entry(
    _ kind: DirectoryEntry.Kind, _ name: String, rid: UInt32, memberOf: [String] = []
  ) -> DirectoryEntry {
    let common = name.filter { $0 != "$" }
    var entry = DirectoryEntry(
      kind: kind, sid: "\(domainSID)-\(rid)",
      distinguishedName: "CN=\(common),CN=Users,DC=alpine,DC=test", samAccountName: name)
    entry.memberOf = memberOf
    if kind == .computer { entry.dnsHostName = "\(common.lowercased()).alpine.test" }
    return entry
  }

  /// Two controllers, a workstation, a person, an administrator.
  static var directory: Directory {
    var first = entry(.computer, "DC1$", rid: 1000)
    first.userAccountControl = 0x82000
    var second = entry(.computer, "DC2$", rid: 1001)
    second.primaryGroupID = 516
    let admins = entry(.group, "Domain Admins", rid: 512)
    return Directory(entries: [
      first, second, admins, entry(.computer, "WS03$", rid: 1103),
      entry(.user, "alice", rid: 1201),
      entry(
        .user, "root-admin", rid: 1202, memberOf: ["CN=Domain Admins,CN=Users,DC=alpine,DC=test"]),
    ])
  }
}
