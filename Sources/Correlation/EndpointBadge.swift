public import Evidence

/// The endpoint icon of an entity: what state it is in, why, and how many alerts stand beside it.
///
/// The number counts all alerts of the endpoint side that are kept, resolved ones included; `open`
/// those that are not resolved. Without alerts there is no number. Rules R19 and R22 to R27.
public struct EndpointBadge: Hashable, Sendable {
  public enum State: String, Sendable {
    /// The endpoint side knows the entity.
    case integrated
    /// It does not, or it is not certain which of several it is; `reason` says so.
    case grey
    /// The integration is not complete: there is no icon at all.
    case absent
  }

  public var state: State
  /// Why it is grey or absent.
  public var reason: String?
  /// Alerts that were raised; zero is not shown.
  public var count: Int
  public var open: Int
  /// Page of the endpoint portal; nil without an identity there.
  public var link: String?
  /// Which keys made the match.
  public var matchedBy: String?
  public var confidence: Double?

  init(
    _ state: State, reason: String? = nil, alerts: [EndpointAlert] = [], link: String? = nil,
    matchedBy: String? = nil, confidence: Double? = nil
  ) {
    self.state = state
    self.reason = reason
    count = alerts.count
    open = alerts.count { $0.isOpen }
    self.link = link
    self.matchedBy = matchedBy
    self.confidence = confidence
  }

  /// Whether the two sides are joined, as the workspace says; see the rules of integration.
  public enum Integration: Hashable, Sendable {
    case complete
    /// The workspace is not primary, the integration is off, or its peer is.
    case incomplete(String)
  }

  /// Pages of the endpoint portal; `{id}` is replaced.
  public struct Links: Hashable, Sendable {
    public var device: String
    public var user: String

    public init(
      device: String = "https://security.microsoft.com/machines/{id}/alerts",
      user: String = "https://security.microsoft.com/user?aad={id}"
    ) {
      self.device = device
      self.user = user
    }

    static func filled(_ template: String, _ id: String?) -> String? {
      guard let id, !id.isEmpty else { return nil }
      let safe = id.utf8.allSatisfy { octet in
        (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet)
          || (0x61...0x7A).contains(octet) || octet == 0x2D || octet == 0x5F
      }
      guard safe else { return nil }
      return template.replacing("{id}", with: id)
    }
  }
}

extension EndpointBadge {
  /// The badge of a computer.
  public static func computer(
    _ match: DeviceMatch, _ matching: Matching, integration: Integration, links: Links = Links()
  ) -> EndpointBadge {
    if case .incomplete(let reason) = integration {
      return EndpointBadge(.absent, reason: reason)
    }
    switch match.state {
    case .matched:
      let device = match.devices[0]
      return EndpointBadge(
        .integrated, alerts: alerts(of: match, matching),
        link: Links.filled(links.device, device.id), matchedBy: match.explanation,
        confidence: match.confidence)
    case .possible:
      let keys = match.agreed.map(\.rawValue).joined(separator: " and ")
      return EndpointBadge(
        .grey, reason: "not known to the endpoint product: a device agrees by \(keys) only")
    case .ambiguous:
      let names = match.devices.map { $0.dnsName ?? $0.id }.sorted().joined(separator: ", ")
      return EndpointBadge(.grey, reason: "ambiguous: it may be any of \(names)")
    case .none:
      return EndpointBadge(
        .grey,
        reason: "not known to the endpoint product: no device had its name, or its address "
          + "at that time")
    }
  }

  /// The badge of a user.
  public static func user(
    _ match: UserMatch, integration: Integration, links: Links = Links()
  ) -> EndpointBadge {
    if case .incomplete(let reason) = integration {
      return EndpointBadge(.absent, reason: reason)
    }
    guard match.isMatched else {
      let reason =
        match.disagreed.contains(.sid)
        ? "not known to the endpoint product: the account of that name there has another SID"
        : "not known to the endpoint product: no document names it"
      return EndpointBadge(.grey, reason: reason)
    }
    return EndpointBadge(
      .integrated, alerts: match.alerts, link: Links.filled(links.user, match.entraID),
      matchedBy: match.explanation, confidence: match.confidence)
  }

  /// Alerts of a matched device and of those it replaced, newest first, each once.
  public static func alerts(of match: DeviceMatch, _ matching: Matching) -> [EndpointAlert] {
    guard match.state == .matched else { return [] }
    var seen: Set<String> = []
    let all = (match.devices + match.predecessors).flatMap { matching.alerts(onDevice: $0.id) }
    return all.filter { seen.insert($0.id).inserted }.sorted { left, right in
      let times = (left.time ?? .distantPast, right.time ?? .distantPast)
      return times.0 == times.1 ? left.id < right.id : times.0 > times.1
    }
  }
}
