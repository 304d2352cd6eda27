public import Evidence

/// Data leaves, or commands arrive, inside names.
public struct DNSExfiltration: Detection {
  public static let card = Card(
    slug: "dns-exfiltration", title: "Suspicious communication over DNS", severity: .medium,
    phase: .exfiltration,
    techniques: ["T1048.003", "T1071.004", "T1041", "T1029", "T1020"], aliases: ["2031"],
    kinds: [.dns],
    meaning: "Names are passed on to the servers of their domain, wherever they are: what is coded "
      + "into them leaves a network that lets nothing else out.",
    needs: "DNS in clear between the client and its server.",
    blindSpots: ["Tunnels slower than the window", "DNS over TLS or HTTPS"],
    lookalikes: [
      "Reputation look-ups of virus scanners and mail filters", "Telemetry and content networks",
    ],
    nextSteps: [
      "Find out whose domain it is, and which program asks",
      "Block the domain; isolate the source if nobody knows it",
      "See what the source read before",
    ],
    identity: [.source, .target],
    thresholds: [
      Card.Threshold("names", 100, "different names of one domain in ten minutes"),
      Card.Threshold("octets", 40, "in a name, on average: words are shorter"),
      Card.Threshold("rareNames", 50, "different names asked for types that carry only data"),
      Card.Threshold("kilobytes", 10, "in names of one domain in ten minutes"),
    ])

  /// NULL (RFC 1035 section 3.3.10) and a private type (RFC 6895 section 3.1) that tunnels use.
  private static let dataTypes: Set<UInt16> = [10, 65_399]
  /// Domains whose names carry data by design: reputation and telemetry.
  private static let expected: Set<String> = [
    "mcafee.com", "trellix.com", "sophosxl.net", "spamhaus.org", "in-addr.arpa", "ip6.arpa",
    "spamcop.net", "barracudacentral.org", "surbl.org", "uribl.com", "e5.sk", "senderbase.org",
    "trendmicro.com", "symantec.com", "kaspersky.com", "akadns.net", "cloudfront.net",
    "amazonaws.com", "microsoft.com", "windows.net", "office.com", "windows.com",
    "googlevideo.com", "googleusercontent.com", "akamai.net", "akamaiedge.net",
  ]
  /// Vowels: more than a third of the letters of words, a sixth of coded data.
  private static let vowels = Set("aeiouAEIOU".utf8)

  private struct Flow: Hashable, Sendable {
    var source: Address
    var domain: String
  }
  private struct Name: Hashable, Sendable {
    var text: String
    var isRare: Bool
  }

  private let nameLimit: Int
  private let rareLimit: Int
  private let octetLimit: Int
  private var names: Window<Flow, Name>

  public init(_ settings: DetectionSettings) {
    nameLimit = settings.scaled(100)
    rareLimit = settings.scaled(50)
    octetLimit = settings.scaled(10) * 1024
    names = Window(span: .minutes(10), entries: 512, total: 65_536)
  }

  public var evictions: UInt64 { names.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .dns(let lookup) = activity.detail else { return }
    let isRare = Self.dataTypes.contains(lookup.type)
    // Nobody's short names are a tunnel's, but for types that carry data.
    guard isRare || lookup.name.utf8.count >= 40, activity.target.port != 5353,
      let (domain, label) = Self.split(lookup.name), !label.isEmpty,
      !Self.expected.contains(domain), !Self.isOwn(domain, knowledge),
      !knowledge.isController(activity.source.address)
    else { return }
    let flow = Flow(source: activity.source.address, domain: domain)
    let isNew = names.addOnce(
      Name(text: label, isRare: isRare), for: flow, at: activity.time, activity.proof)
    guard isNew, names.count(for: flow) >= rareLimit,
      let why = reason(names.entries(for: flow))
    else { return }
    var finding = Finding(.medium, 0.8, of: activity, knowledge)
    finding.targets = [Alert.Target(kind: .domain, name: domain)]
    let samples = names.entries(for: flow).suffix(3).map { String($0.value.text.prefix(48)) }
    finding.explanation =
      "\(finding.sources.first?.text ?? "Somebody") asked for \(names.count(for: flow)) different "
      + "names of \(domain) within ten minutes: \(why) (\(samples.joined(separator: ", "))). "
      + "Reputation look-ups of virus scanners do the same, for domains of their makers."
    let fresh = names.takeUnreported(for: flow)
    finding.count = fresh.count
    finding.pieces = fresh.prefix(32).map {
      Finding.Piece($0.proof, $0.time, "question for \($0.value.text.prefix(48)).\(domain)")
    }
    findings.append(finding)
  }

  private func reason(_ entries: ArraySlice<WindowEntry<Name>>) -> String? {
    let rare = entries.count { $0.value.isRare }
    if rare >= rareLimit { return "\(rare) of them of a type that carries nothing but data" }
    let octets = entries.reduce(0) { $0 + $1.value.text.utf8.count }
    guard entries.count >= nameLimit, octets >= entries.count * 40 || octets >= octetLimit else {
      return nil
    }
    // A sample says as much as all: the last names.
    var total = 0
    var vowels = 0
    for entry in entries.suffix(64) {
      for octet in entry.value.text.utf8 where octet != UInt8(ascii: ".") {
        total += 1
        if Self.vowels.contains(octet) { vowels += 1 }
      }
    }
    guard vowels * 4 < total else { return nil }
    return "\(octets) octets in names that look like coded data"
  }

  /// The domain that somebody registered, and what is before it.
  private static func split(_ name: String) -> (domain: String, label: String)? {
    let labels = name.split(separator: ".")
    guard labels.count > 2, let top = labels.last else { return nil }
    let second = labels[labels.count - 2]
    // Under co.uk and the like the third label is registered.
    let count = top.utf8.count == 2 && second.utf8.count <= 3 && labels.count > 3 ? 3 : 2
    return (
      labels.suffix(count).joined(separator: ".").lowercased(),
      labels.dropLast(count).joined(separator: ".")
    )
  }

  private static func isOwn(_ domain: String, _ knowledge: borrowing Knowledge) -> Bool {
    if knowledge.domains.isKnown(domain) { return true }
    guard let own = knowledge.directory.dnsDomain else { return false }
    return own == domain || own.hasSuffix("." + domain)
  }
}
