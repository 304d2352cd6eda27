public import Evidence

/// Somebody logs on by Kerberos with a tool that takes keys in place of passwords.
public struct OverpassTheHash: Detection {
  public static let card = Card(
    slug: "overpass-the-hash", title: "Suspected overpass-the-hash attack (Kerberos)",
    severity: .medium, phase: .lateralMovement, techniques: ["T1550.002", "T1550.003"],
    aliases: ["2002", "xdr_PossibleOverPassTheHash", "xdr_SusKerberosAuth_AsReq"],
    kinds: [.kerberosAS],
    meaning: "A stolen key is as good as the password: tools ask for a ticket with it, in requests "
      + "that no system's own client sends.",
    needs: "AS-REQ and AS-REP in clear: options, encryption types, times.",
    blindSpots: ["Tools that copy the system's request exactly", "FAST armour"],
    lookalikes: ["The same tools with a password, in an administrator's or a tester's hand"],
    nextSteps: [
      "Find the program on the source", "Reset the account's password, twice for a service",
      "Look for where its key was taken",
    ],
    identity: [.source, .account])

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .kerberosAS(let exchange) = activity.detail, activity.outcome == .success,
      exchange.issued != nil, exchange.padata.contains(2), let tool = exchange.tool,
      tool == .rubeus || tool == .impacket
    else { return }
    let scene = Scene(activity, knowledge)
    let etype = exchange.preauthEtype ?? exchange.etypes.first ?? 0
    let options = String(exchange.options, radix: 16)
    var result = scene.finding(
      .medium, (etype.isRC4Etype ? 0.9 : 0.8) * scene.source.trust,
      "From \(scene.source.text), \(exchange.client) logged on with a request that \(tool.rawValue) "
        + "sends and no system's own client: options 0x\(options), one encryption type "
        + "(\(Words.etype(etype))), until \(exchange.validity.till ?? "?"). Such tools take a key in "
        + "place of the password"
        + (etype.isRC4Etype ? "; with RC4 the key is the NT hash." : "."),
      "AS-REQ as \(tool.rawValue) sends it, \(Words.etype(etype))")
    result.accounts = [
      knowledge.party(AccountName(name: exchange.client, domain: exchange.realm))
    ]
    findings.append(result)
  }
}
