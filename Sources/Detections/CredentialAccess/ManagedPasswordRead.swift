public import Evidence

/// Somebody reads the passwords that the directory keeps for computers and services.
public struct ManagedPasswordRead: Detection {
  public static let card = Card(
    slug: "managed-password-read", title: "gMSA / LAPS secret read", severity: .high,
    phase: .credentialAccess, techniques: ["T1555", "T1003"], aliases: [], kinds: [.ldapSearch],
    meaning: "Local administrators' passwords (LAPS) and those of managed service accounts are "
      + "attributes: who may read them all owns all those computers.",
    needs: "LDAP that is not sealed. Controllers give msDS-ManagedPassword over sealed LDAP only.",
    blindSpots: ["Sealed LDAP and LDAPS", "Searches for all attributes"],
    lookalikes: [
      "The help desk's LAPS program, which reads one computer's password at a time",
      "The host of a managed service account, which reads its own account's",
      "Password vaults that take in all passwords",
    ],
    nextSteps: [
      "Ask the account's user what the passwords were read for",
      "Change the passwords that were read; look for logons with them",
      "Review who may read these attributes",
    ],
    identity: [.source, .account],
    thresholds: [
      Card.Threshold("objects", 10, "computers in an hour: a help desk helps one at a time")
    ])

  private static let attributes: Set<String> = [
    "ms-mcs-admpwd", "mslaps-password", "mslaps-encryptedpassword", "msds-managedpassword",
    "mslaps-encryptedpasswordhistory", "mslaps-encrypteddsrmpassword",
    "mslaps-encrypteddsrmpasswordhistory",
  ]

  private let limit: Int
  private var objects: Window<Address, String>

  public init(_ settings: DetectionSettings) {
    limit = settings.scaled(10)
    objects = Window(span: .hours(1), entries: 256, total: 8192)
  }

  public var evictions: UInt64 { objects.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ldapSearch(let search) = activity.detail, search.attributes.count <= 256,
      let secret = search.attributes.first(where: {
        Self.attributes.contains($0.lowercased().before(";").description)
      }), !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    let question = DirectoryQuestion(search)
    let isList =
      search.scope != .base && !question.isNarrow
      && (search.entryCount != 1 || question.has(Substring(secret.lowercased())))
    for object in search.objects {
      objects.addOnce(
        object.lowercased(), for: activity.source.address, at: activity.time, activity.proof)
    }
    let count = objects.distinctCount(for: activity.source.address)
    // A host reads its own account's password.
    if !isList, activity.account?.isMachine == true { return }
    // Without an answer it is a try; one at a time it is a help desk's work.
    let isBulk = isList || count >= limit
    let severity: Alert.Severity = isBulk ? (search.entryCount == 0 ? .medium : .high) : .low
    var finding = Finding(severity, isBulk ? 0.85 : 0.4, of: activity, knowledge)
    finding.explanation =
      "\(finding.actor) asked \(finding.object) for the passwords in \(secret) "
      + (isList ? "of all objects that have them" : "of single objects")
      + ": \(Words.count(search.entryCount, "entry", "entries")) in the answer, "
      + "\(Words.count(count, "object", "objects")) within the hour. A help desk reads one at a "
      + "time; a vault that takes in all looks the same as theft."
    finding.targets += search.objects.prefix(AlertTable.partyLimit).map {
      Alert.Target(kind: .account, name: $0)
    }
    finding.pieces = [
      Finding.Piece(activity, "search for \(secret): \(search.filter.prefix(200))")
    ]
    findings.append(finding)
  }
}
