public import Evidence

/// Somebody tries to be a machine with a credential of zeros until the controller believes it.
public struct Zerologon: Detection {
  public static let card = Card(
    slug: "zerologon", title: "Suspected Netlogon privilege elevation attempt (CVE-2020-1472)",
    severity: .high, phase: .domainDominance, techniques: ["T1210", "T1068"],
    aliases: ["2411", "CVE-2020-1472"], kinds: [.rpc],
    meaning:
      "With a challenge of zeros, one key in 256 makes the credential zeros too. Trying until "
      + "it does opens a secure channel as the controller itself, whose password is then set.",
    needs:
      "Netlogon calls before their channel is sealed (MS-NRPC), as those that open it always are.",
    blindSpots: ["A try that succeeds before the threshold: one in 50"],
    lookalikes: ["Vulnerability scanners that try it on purpose"],
    nextSteps: [
      "If the password was set: restore the controller's machine password, and reset krbtgt twice",
      "Install KB4557222 on every controller", "Exclude the scanner, if it was one",
    ],
    identity: [.source, .target],
    thresholds: [
      Card.Threshold("zeroAttempts", 5, "by chance an honest challenge is zero once in 2^64"),
      Card.Threshold(
        "pairs", 60, "a member opens its channel once or twice, not 30 times a minute"),
    ])

  /// NetrServerReqChallenge; NetrServerAuthenticate, 2 and 3; NetrServerPasswordSet2.
  private static let challenge: UInt16 = 4
  private static let authentications: Set<UInt16> = [5, 15, 26]
  private static let passwordSet: UInt16 = 30

  private let zeroThreshold: Int
  private let pairThreshold: Int
  private var zeros: Window<Route, UInt64>
  private var pairs: Window<Route, UInt64>
  private var serial: UInt64 = 0

  public init(_ settings: DetectionSettings) {
    zeroThreshold = settings.scaled(Self.card.thresholds[0].value)
    pairThreshold = settings.scaled(Self.card.thresholds[1].value)
    zeros = Window(span: .minutes(1), entries: 256, total: 8192)
    pairs = Window(span: .minutes(1), entries: 256, total: 8192)
  }

  public var evictions: UInt64 { zeros.evictions + pairs.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .rpc(let call) = activity.detail, call.interface == .netlogon else { return }
    let isAttempt = Self.authentications.contains(call.opnum)
    guard isAttempt || call.opnum == Self.challenge || call.opnum == Self.passwordSet else {
      return
    }
    let route = Route(activity)
    var operation: NetlogonOperation?
    if case .netlogon(let read) = call.arguments { operation = read }
    serial += 1
    if call.opnum == Self.passwordSet {
      let hasTried = zeros.count(for: route) > 0
      guard hasTried || operation?.isPasswordBlank == true else { return }
      add(
        route, "set the password after it had tried credentials of zeros", operation, activity,
        knowledge, &findings)
      return
    }
    pairs.add(serial, for: route, at: activity.time, activity.proof)
    if operation?.clientValue == 0 {
      zeros.add(serial, for: route, at: activity.time, activity.proof)
      let count = zeros.count(for: route)
      guard count >= zeroThreshold else { return }
      add(
        route, "tried \(count) times within a minute with a challenge or credential of zeros",
        operation, activity, knowledge, &findings)
    } else if operation?.clientValue == nil, pairs.count(for: route) >= pairThreshold {
      add(
        route, "tried \(pairs.count(for: route)) times within a minute to open a secure channel",
        operation, activity, knowledge, &findings)
    }
  }

  private mutating func add(
    _ route: Route, _ what: String, _ operation: NetlogonOperation?,
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    let scene = Scene(activity, knowledge)
    let name = operation?.account ?? operation?.computer
    var result = scene.finding(
      .high, 0.95 * scene.source.trust,
      "\(scene.source.text) \(what) at \(scene.target.name)"
        + "\(name.map { ", as \($0)" } ?? ""). No machine does so: it is CVE-2020-1472.",
      what)
    if let account = operation?.account {
      result.targets.append(Alert.Target(kind: .account, name: account))
    }
    let fresh = zeros.takeUnreported(for: route).prefix(8)
    result.count = max(1, fresh.count)
    result.pieces += fresh.filter { $0.proof != activity.proof }.map {
      Finding.Piece($0.proof, $0.time, "challenge or credential of zeros")
    }
    findings.append(result)
  }
}
