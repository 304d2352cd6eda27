import Detections
import Evidence

/// Made-up traffic for tests: activities in order, each in the packet after the last.
struct Traffic {
  var engine: DetectionEngine
  var knowledge = Knowledge()
  var time = Instant(seconds: 1_700_000_000)
  var packet: UInt64 = 0
  /// Of the targets of activities that follow.
  var port: UInt16 = 88

  static let controller = Address(ipv4: 0x0A00_0502)
  static let client = Address(ipv4: 0x0A00_0521)
  static let attacker = Address(ipv4: 0x0A00_0542)

  init(
    _ types: [any Detection.Type] = Detections.all, settings: Settings = Settings(),
    capture: String = "a.pcap"
  ) {
    engine = DetectionEngine(types, settings, workspace: nil)
    _ = engine.begin(capture: capture)
    knowledge.controllers.add(Traffic.controller, .answeredKerberos)
  }

  var alerts: [Alert] { engine.alerts() }
  /// The only alert, or nil where there is none or more than one.
  var alert: Alert? { alerts.count == 1 ? alerts.first : nil }

  mutating func wait(_ span: Instant.Span) { time = time.advanced(by: span) }

  /// An activity now, its request in the next packet and its answer in the one after.
  mutating func see(
    _ detail: Activity.Detail, from source: Address = Traffic.attacker,
    to target: Address = Traffic.controller, as account: AccountName? = nil,
    _ outcome: Activity.Outcome = .success
  ) {
    packet += 2
    let proof = Activity.Proof(capture: 0, request: packet - 1, answer: packet)
    let activity = Activity(
      time: time, end: time, source: Endpoint(address: source, port: 50_000),
      target: Endpoint(address: target, port: port), transport: .tcp, account: account,
      outcome: outcome, proof: proof, detail: detail)
    noteTickets(of: activity)
    engine.see(activity, knowledge)
  }

  /// The names that an address has from now on, for a day.
  mutating func name(_ address: Address, _ name: String, _ certainty: Certainty = .high) {
    knowledge.names.add(
      NameClaim(
        name: name, address: address, method: .machineLogon, certainty: certainty, from: time,
        to: time.advanced(by: .hours(24))))
  }

  /// What correlation does with the tickets of an activity, before detections see it.
  private mutating func noteTickets(of activity: Activity) {
    let issued: Ticket?
    let account: AccountName?
    switch activity.detail {
    case .kerberosAS(let exchange):
      issued = exchange.issued
      account = AccountName(name: exchange.client, domain: exchange.realm)
    case .kerberosTGS(let exchange):
      issued = exchange.issued
      account = exchange.client
    default:
      return
    }
    guard let issued, let account else { return }
    knowledge.tickets.add(
      TicketLedger.Issue(
        account: account, address: activity.source.address, time: activity.time, ticket: issued,
        proof: activity.proof))
  }
}

extension AccountName {
  static let mallory = AccountName(name: "mallory", domain: "ALPINE.TEST")
  static let controllerTwo = AccountName(name: "DC2$", domain: "ALPINE.TEST")
}

extension Activity.Outcome {
  static let unknownPrincipal = Activity.Outcome.failure(code: 6)
  static let wrongPassword = Activity.Outcome.failure(code: 24)
  static let preauthenticationRequired = Activity.Outcome.failure(code: 25)
}

extension Activity.Detail {
  static func rpc(
    _ interface: RPCInterface?, _ opnum: UInt16, pipe: String? = nil, level: UInt8 = 0,
    _ arguments: RPCArguments = .unread, status: UInt32? = nil
  ) -> Activity.Detail {
    .rpc(
      RPCCall(
        interface: interface, opnum: opnum, operation: nil, pipe: pipe,
        authenticationType: level == 0 ? 0 : 9, authenticationLevel: level, arguments: arguments,
        status: status))
  }

  static func transfer(_ zone: String, records: Int, rcode: UInt16 = 0) -> Activity.Detail {
    .dnsTransfer(
      DNSTransfer(zone: zone, isIncremental: false, recordCount: records, rcode: rcode))
  }

  static func question(_ name: String, type: UInt16 = 1) -> Activity.Detail {
    .dns(DNSLookup(name: name, type: type, answers: [], isAuthoritative: true))
  }
}
