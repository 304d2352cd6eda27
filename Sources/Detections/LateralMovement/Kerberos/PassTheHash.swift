public import Evidence

/// Somebody logs on by NTLM from a computer that is not theirs, with a tool's client.
public struct PassTheHash: Detection {
  public static let card = Card(
    slug: "pass-the-hash", title: "Suspected identity theft (pass-the-hash)", severity: .low,
    phase: .lateralMovement, techniques: ["T1550.002"], aliases: ["2017"],
    kinds: [.ntlm],
    meaning: "NTLM needs the hash of the password only. A stolen one is used from where the thief "
      + "is, while its owner works elsewhere.",
    needs: "NTLM logons in clear, and the owner's Kerberos logon at another computer before.",
    blindSpots: ["Logons at member servers, which are passed on inside a sealed channel"],
    lookalikes: [
      "Administrators at other computers, jump hosts", "Appliances and Linux mounts",
    ],
    nextSteps: [
      "Ask the account's owner", "Look for alerts of stolen credentials at the owner's computer",
    ],
    identity: [.source, .account],
    thresholds: [Card.Threshold("hours", 8, "a working day: the owner is still at work elsewhere")])

  private static let workday = Instant.Span.hours(8)
  private var reported: Window<Address, String>

  public init(_ settings: DetectionSettings) {
    reported = Window(span: .hours(8), entries: 64, total: 8192)
  }

  public var evictions: UInt64 { reported.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ntlm(let logon) = activity.detail, activity.outcome == .success,
      let tool = logon.tool
    else { return }
    let account = AccountName(name: logon.user, domain: logon.domain)
    let address = activity.source.address
    guard !account.isMachine, let habit = knowledge.accounts.habit(of: account.key),
      let home = habit.home, let time = habit.homeTime, home != address,
      activity.time.since(time) <= Self.workday,
      !knowledge.names.isShared(address, at: activity.time),
      reported.addOnce(account.key, for: address, at: activity.time, activity.proof)
    else { return }
    let scene = Scene(activity, knowledge)
    let owner = knowledge.source(home, at: time)
    let reason = knowledge.sensitivityReason(of: account).map {
      " The account is sensitive (\($0))."
    }
    findings.append(
      scene.finding(
        .low, 0.45 * scene.source.trust,
        "\(scene.actor) logged on to \(scene.target.name) by NTLM with \(tool.rawValue), while the "
          + "account had logged on by Kerberos at \(owner.text) "
          + "\(Words.span(activity.time.since(time))) before.\(reason ?? "") Alone this is weak: "
          + "administrators use other computers too.",
        "NTLM logon without the names that systems give"))
  }
}
