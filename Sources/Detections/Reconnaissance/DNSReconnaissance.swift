public import Evidence

/// Somebody draws a map of the network from its name service.
public struct DNSReconnaissance: Detection {
  public static let card = Card(
    slug: "dns-reconnaissance", title: "Network-mapping reconnaissance (DNS)",
    severity: .medium, phase: .reconnaissance, techniques: ["T1087", "T1046", "T1018"],
    aliases: ["2007"], kinds: [.dns, .dnsTransfer, .dnsUpdate],
    meaning: "A zone transfer lists every host of the domain; where it is refused, names are "
      + "guessed, or addresses asked for one after the other.",
    needs: "DNS in clear between the source and the server.",
    blindSpots: ["Names asked for slowly", "Records read over LDAP", "DNS over TLS or HTTPS"],
    lookalikes: [
      "Secondary name servers, which transfer zones",
      "Inventory, monitoring, address management and security scanners",
      "Forwarders and proxies, which ask in the name of many",
    ],
    nextSteps: [
      "Find out whether the source is a name server or a scanner; exclude it if so",
      "Restrict zone transfers to the secondary servers",
      "Look for logons and connections of the source to hosts that it learnt of",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold("transfers", 1, "only name servers transfer zones"),
      Card.Threshold(
        "guessedNames", 100,
        "nmap's list of guesses, the shortest in common use, has 127 names; a client's search list "
          + "makes few names in one zone"),
      Card.Threshold(
        "names", 500, "no client works with 500 hosts of a zone in ten minutes"),
      Card.Threshold(
        "reverse", 128, "half of a /24: who resolves logs asks for scattered addresses"),
      Card.Threshold(
        "services", 15, "Windows and macOS clients ask for about ten kinds of service at most"),
    ])

  /// QTYPEs (RFC 1035 section 3.2.2, RFC 2782).
  private static let pointer: UInt16 = 12
  private static let service: UInt16 = 33
  /// RCODE NXDOMAIN (RFC 1035 section 4.1.1).
  private static let nameError: UInt32 = 3
  private static let span = Instant.Span.minutes(10)
  /// Name servers remembered: more than a large estate has.
  private static let serverLimit = 4096
  /// A label longer than this is data in a tunnel rather than a host's name: NetBIOS allows 15
  /// octets, and people's names for hosts end well before 30.
  private static let labelLimit = 30

  private struct Question: Hashable, Sendable {
    var name: String
    var isMissing: Bool
  }
  private struct Zone: Hashable, Sendable {
    var source: Address
    var parent: String
  }

  /// More of one /24 than hosts live in it, as a rule.
  private static let wholeNetwork = 240

  private let guessLimit: Int
  private let nameLimit: Int
  private let reverseLimit: Int
  private let serviceLimit: Int
  private var names: Window<Zone, Question>
  private var services: Window<Address, String>
  /// Zones asked for, for the explanation.
  private var zones: Window<Address, String>
  /// Hosts that answered questions, or that register a controller's records.
  private var servers: Set<Address> = []
  /// The one that answered last: mostly the same.
  private var lastServer: Address?

  public init(_ settings: DetectionSettings) {
    guessLimit = settings.scaled(100)
    nameLimit = settings.scaled(500)
    reverseLimit = settings.scaled(128)
    serviceLimit = settings.scaled(15)
    names = Window(span: Self.span, entries: nameLimit + 16, total: 65_536)
    services = Window(span: Self.span, entries: serviceLimit * 4, total: 16_384)
    zones = Window(span: Self.span, entries: 16, total: 4096)
  }

  public var evictions: UInt64 { names.evictions + services.evictions + zones.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let source = activity.source.address
    switch activity.detail {
    case .dnsTransfer(let transfer):
      guard source != activity.target.address, !isServer(source, activity.time, knowledge) else {
        return
      }
      findings.append(self.transfer(transfer, activity, knowledge))
    case .dnsUpdate(let update):
      // Controllers check, and register, their own locator records, dozens of them.
      if update.records.contains(where: { $0.type == Self.service }) { note(source) }
    case .dns(let lookup):
      if activity.outcome == .success, activity.target.address != lastServer {
        lastServer = activity.target.address
        note(activity.target.address)
      }
      let isTelling = lookup.isAuthoritative || lookup.type == Self.service
      guard isTelling || activity.outcome == .failure(code: Self.nameError),
        !servers.contains(source), !knowledge.isController(source)
      else { return }
      look(lookup, activity, knowledge, &findings)
    default:
      return
    }
  }

  private mutating func note(_ server: Address) {
    if servers.count < Self.serverLimit { servers.insert(server) }
  }

  private func isServer(
    _ address: Address, _ moment: Instant, _ knowledge: borrowing Knowledge
  ) -> Bool {
    servers.contains(address) || knowledge.isControllerHost(address, at: moment)
  }

  // MARK: - Transfers

  private mutating func transfer(
    _ transfer: DNSTransfer, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding {
    let source = knowledge.source(activity.source.address, at: activity.time)
    let target = knowledge.target(activity.target.address, at: activity.time)
    let kind = transfer.isIncremental ? "IXFR" : "AXFR"
    // A transfer begins and ends with the SOA: one record alone transfers nothing.
    let outcome: String
    if transfer.rcode != 0 {
      outcome = "refused (rcode \(transfer.rcode))"
    } else if transfer.recordCount > 1 {
      outcome = "answered with \(transfer.recordCount) records"
    } else if activity.outcome == .unanswered {
      outcome = "not answered"
    } else {
      outcome = "refused (nothing but the SOA)"
    }
    let zone = "\(transfer.zone) (\(kind)): \(outcome)"
    zones.addOnce(zone, for: activity.source.address, at: activity.time, activity.proof)
    let all = zones.entries(for: activity.source.address).map(\.value)
    var result = Finding(
      time: activity.time, severity: .medium, confidence: 0.9 * source.trust,
      explanation: "\(source.text) asked \(target.name) for a transfer of the whole zone "
        + "\(Words.list(all)). A zone lists every host of the domain. Name "
        + "servers do this among themselves; this host was not seen to answer as one.",
      source: source)
    result.targets = [target, Alert.Target(kind: .domain, name: transfer.zone)]
    result.pieces = [
      Finding.Piece(activity.proof, activity.time, "\(kind) of \(transfer.zone), \(outcome)")
    ]
    return result
  }

  // MARK: - Many questions

  private mutating func look(
    _ lookup: DNSLookup, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    if lookup.type == Self.service {
      lookForServices(lookup.name.lowercased(), activity, knowledge, &findings)
      return
    }
    let isMissing = activity.outcome == .failure(code: Self.nameError)
    // Only names that the server itself is asked to know say something about this network.
    guard isMissing || lookup.isAuthoritative, lookup.name.utf8.count > 3 else { return }
    let label = lookup.name.before(".")
    let suffix = Substring(lookup.name.utf8.dropFirst(label.utf8.count + 1))
    // Labels of a reverse name are numbers.
    guard label.utf8.count <= Self.labelLimit, suffix.utf8.contains(UInt8(ascii: ".")) else {
      return
    }
    let parent = suffix.lowercased()
    let isReverse = parent.utf8.suffix(5).elementsEqual(".arpa".utf8)
    let zone = Zone(source: activity.source.address, parent: parent)
    let question = Question(name: label.lowercased(), isMissing: isMissing)
    guard names.addOnce(question, for: zone, at: activity.time, activity.proof) else { return }
    let count = names.distinctCount(for: zone)
    guard count >= min(guessLimit, reverseLimit) else { return }
    let missing = names.entries(for: zone).count { $0.value.isMissing }
    let why: String
    if isReverse {
      // Who resolves a log of hosts at work meets names; who sweeps a network meets holes.
      guard lookup.type == Self.pointer, count >= reverseLimit,
        missing * 10 >= count * 3 || count >= Self.wholeNetwork
      else { return }
      why = "the names of \(count) addresses of one network (\(parent)), \(missing) without a name"
    } else if count >= nameLimit {
      why = "\(count) names of \(parent), \(missing) of which do not exist"
    } else if count >= guessLimit, missing * 10 >= count * 6 {
      why = "\(count) names of \(parent), \(missing) of which do not exist: a list of guesses"
    } else {
      return
    }
    findings.append(many(why, zone, activity, knowledge))
  }

  private mutating func many(
    _ why: String, _ zone: Zone, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding {
    let entries = names.entries(for: zone)
    let span = activity.time.since(entries.first?.time ?? activity.time)
    let source = knowledge.source(activity.source.address, at: activity.time)
    let fresh = names.takeUnreported(for: zone)
    var result = Finding(
      time: activity.time, severity: .medium, confidence: 0.75 * source.trust,
      explanation: "\(source.text) asked for \(why), within \(Words.span(span)). A client asks for "
        + "the hosts that it works with; a scanner, an inventory or a forwarder asks for many.",
      source: source)
    result.targets = [
      knowledge.target(activity.target.address, at: activity.time),
      Alert.Target(kind: .domain, name: zone.parent),
    ]
    result.count = fresh.count
    result.pieces = fresh.map { entry in
      let name = "\(entry.value.name).\(zone.parent)"
      let what = entry.value.isMissing ? "does not exist" : "answered"
      return Finding.Piece(entry.proof, entry.time, "question for \(name): \(what)")
    }
    return result
  }

  private mutating func lookForServices(
    _ name: String, _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let labels = name.utf8.split(separator: UInt8(ascii: "."), maxSplits: 2)
    guard labels.count == 3, labels[0].first == UInt8(ascii: "_") else { return }
    let source = activity.source.address
    let kind = "\(Substring(labels[0])).\(Substring(labels[1]))"
    guard services.addOnce(kind, for: source, at: activity.time, activity.proof),
      services.distinctCount(for: source) >= serviceLimit
    else { return }
    let entries = services.entries(for: source)
    let span = activity.time.since(entries.first?.time ?? activity.time)
    let party = knowledge.source(source, at: activity.time)
    let fresh = services.takeUnreported(for: source)
    var result = Finding(
      time: activity.time, severity: .medium, confidence: 0.8 * party.trust,
      explanation: "\(party.text) asked where \(services.distinctCount(for: source)) kinds of "
        + "service are (SRV: \(Words.list(entries.map(\.value)))), within \(Words.span(span)). "
        + "Clients look for the few that they use; tools that map a domain try them all.",
      source: party)
    result.targets = [knowledge.target(activity.target.address, at: activity.time)]
    result.count = fresh.count
    result.pieces = fresh.map {
      Finding.Piece($0.proof, $0.time, "question for services \($0.value)")
    }
    return findings.append(result)
  }
}
