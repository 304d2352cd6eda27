public import Evidence

/// A logon by RC4 alone, where the account and the host do AES.
public struct OverpassTheHashForcedEncryption: Detection {
  public static let card = Card(
    slug: "overpass-the-hash-forced-encryption",
    title: "Suspected over-pass-the-hash (forced encryption type)", severity: .medium,
    phase: .lateralMovement, techniques: ["T1550.002", "T1550.003"], aliases: ["2008"],
    kinds: [.kerberosAS],
    meaning: "Who has an NT hash and not the password has an RC4 key and no AES key. Put into "
      + "Windows's own memory, it makes Windows ask for RC4 alone.",
    needs: "AS-REQ in clear, and that the account was seen with AES before.",
    blindSpots: [
      "The first minutes, before the account or the host was seen with AES", "FAST armour",
      "Attackers who also have the AES key",
    ],
    lookalikes: [
      "An account or computer that policy has just restricted to RC4",
      "Accounts whose password is older than AES (their clients still ask for AES: not reported)",
    ],
    nextSteps: [
      "Ask whether encryption types were changed by policy",
      "If not: reset the password, and look for where the hash was taken",
    ],
    identity: [.source, .account])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosAS(let exchange) = activity.detail, activity.outcome == .success,
      exchange.requestWasSeen, exchange.tool == nil, exchange.preauthEtype?.isRC4Etype == true,
      !exchange.etypes.isEmpty, !exchange.etypes.contains(where: \.isStrongEtype),
      // Windows's own client; appliances with old keytabs ask for other times.
      exchange.validity.till?.hasPrefix("2037091") == true
    else { return }
    let account = AccountName(name: exchange.client, domain: exchange.realm)
    guard !account.isMachine else { return }
    let offer = knowledge.accounts.habit(of: account.key)?.strongOffer
    let strong = knowledge.hosts.habit(of: activity.source.address)?.strongLogon
    let reason: String
    if offer != nil {
      reason = "The account was offered AES by a controller before."
    } else if strong != nil {
      reason = "The same computer asked for AES before."
    } else if exchange.etypes == [23] {
      reason = "No version of Windows asks for RC4 as its only type."
    } else {
      return
    }
    let scene = Scene(activity, knowledge)
    var result = scene.finding(
      .medium, (offer == nil ? 0.7 : 0.85) * scene.source.trust,
      "From \(scene.source.text), \(exchange.client) logged on by RC4 and asked for nothing "
        + "stronger (encryption types \(Words.list(exchange.etypes.map { String($0) }))). \(reason) "
        + "An NT hash in place of a password does this; so does a policy that takes AES away.",
      "AS-REQ without AES, timestamp under RC4")
    result.accounts = [knowledge.party(account)]
    findings.append(result)
  }
}
