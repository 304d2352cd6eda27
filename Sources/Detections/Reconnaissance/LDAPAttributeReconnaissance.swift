public import Evidence

/// Somebody asks the directory for the marks of weakness that attacks begin with.
public struct LDAPAttributeReconnaissance: Detection {
  public static let card = Card(
    slug: "ldap-attribute-reconnaissance",
    title: "Active Directory attributes reconnaissance (LDAP)", severity: .medium,
    phase: .reconnaissance, techniques: ["T1087.002", "T1069.002"],
    aliases: ["2210", "xdr_LdapSensitiveAttributeRecon"], kinds: [.ldapSearch],
    meaning: "Accounts without pre-authentication, with delegation, with passwords in attributes: "
      + "who lists them looks for the way in.",
    needs: "LDAP that is not sealed: port 389 with signing only, or none.",
    blindSpots: ["Sealed LDAP and LDAPS", "Searches for everything, picked over elsewhere"],
    lookalikes: [
      "Security assessments (PingCastle, Purple Knight)",
      "Identity governance and mail servers; administrators' reports",
    ],
    nextSteps: [
      "Ask whether an assessment runs at the source; exclude it if so",
      "Mend what the search finds: it is what the attacker has now",
      "Look for roasting, delegation and certificate attacks of the same source",
    ],
    identity: [.source],
    thresholds: [
      Card.Threshold(
        "weight", 6, "a mark that only attacks and audits ask for, or several that others may")
    ])

  /// What a search asks for, and how much it weighs.
  private struct Mark: Hashable, Sendable {
    var text: String
    var weight: Int

    static func == (left: Mark, right: Mark) -> Bool { left.text == right.text }
    func hash(into hasher: inout Hasher) { hasher.combine(text) }
  }

  /// Bits of userAccountControl (MS-ADTS section 2.2.16).
  private static let bits: [(bit: String, text: String, weight: Int)] = [
    ("4194304", "accounts without pre-authentication", 5),
    ("524288", "accounts with unconstrained delegation", 5),
    ("16777216", "accounts with protocol transition", 5),
    ("65536", "passwords that never expire", 2), ("32", "accounts without a password", 4),
    ("128", "reversibly encrypted passwords", 4),
  ]
  /// Attributes whose presence, or value, is asked for.
  private static let attributes: [(name: Substring, text: String, weight: Int)] = [
    ("msds-allowedtodelegateto", "constrained delegation", 5),
    ("msds-allowedtoactonbehalfofotheridentity", "resource-based delegation", 5),
    ("ms-mcs-admpwd", "local administrators' passwords", 5),
    ("mslaps-password", "local administrators' passwords", 5),
    ("mslaps-encryptedpassword", "local administrators' passwords", 5),
    ("ms-mcs-admpwdexpirationtime", "computers with managed passwords", 3),
    ("mslaps-passwordexpirationtime", "computers with managed passwords", 3),
    ("admincount", "protected accounts", 4), ("msds-keycredentiallink", "key credentials", 5),
    ("unixuserpassword", "passwords in attributes", 5), ("unicodepwd", "passwords", 4),
    ("userpassword", "passwords in attributes", 4),
    ("mssfu30password", "passwords in attributes", 5), ("sidhistory", "SID history", 3),
    ("msds-groupmsamembership", "managed service accounts", 3),
    ("msds-managedpasswordid", "managed service accounts", 4),
  ]
  private static let classes: [Substring: (text: String, weight: Int)] = [
    "trusteddomain": ("trusts", 1), "pkienrollmentservice": ("certificate authorities", 1),
    "pkicertificatetemplate": ("certificate templates", 1),
    "msds-groupmanagedserviceaccount": ("managed service accounts", 2),
    "mskds-provrootkey": ("root keys of managed service accounts", 5),
    "mssms-site": ("management sites", 2), "mssms-managementpoint": ("management points", 1),
  ]

  private let limit: Int
  private var marks: Window<Address, Mark>

  public init(_ settings: DetectionSettings) {
    limit = settings.scaled(6)
    marks = Window(span: .minutes(10), entries: 48, total: 8192)
  }

  public var evictions: UInt64 { marks.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .ldapSearch(let search) = activity.detail, !search.isConnectionless,
      search.scope == .sub || search.scope == .one,
      !knowledge.isControllerHost(activity.source.address, at: activity.time)
    else { return }
    let asked = Self.marks(of: search)
    guard !asked.isEmpty else { return }
    let source = activity.source.address
    var isNew = false
    for mark in asked where marks.addOnce(mark, for: source, at: activity.time, activity.proof) {
      isNew = true
    }
    let entries = marks.entries(for: source)
    let weight = Dictionary(
      entries.map { ($0.value.text, $0.value.weight) }, uniquingKeysWith: max
    ).values.reduce(0, +)
    guard isNew, weight >= limit else { return }
    let fresh = marks.takeUnreported(for: source)
    var finding = Finding(.medium, weight >= limit * 2 ? 0.9 : 0.75, of: activity, knowledge)
    var names: [String] = []
    for entry in entries where !names.contains(entry.value.text) { names.append(entry.value.text) }
    finding.explanation =
      "\(finding.actor) searched the directory at \(finding.object) within ten minutes for "
      + "\(Words.list(names)); last: \(search.filter.prefix(200)), "
      + "\(Words.count(search.entryCount, "entry", "entries")) in the answer. Attacks begin with "
      + "such lists, and so do security assessments."
    finding.count = max(1, fresh.count)
    finding.pieces = fresh.map {
      Finding.Piece($0.proof, $0.time, "search for \($0.value.text)")
    }
    findings.append(finding)
  }

  private static func marks(of search: LDAPSearch) -> [Mark] {
    let question = DirectoryQuestion(search)
    guard !question.isNarrow else { return [] }
    var found: [Mark] = []
    for bit in bits where question.tests(userAccountControl: bit.bit) {
      found.append(Mark(text: bit.text, weight: bit.weight))
    }
    for attribute in attributes where question.has(attribute.name) {
      found.append(Mark(text: attribute.text, weight: attribute.weight))
    }
    for term in question.terms where !term.isNegated {
      if term.attribute == "objectclass" || term.attribute == "objectcategory",
        let mark = classes[term.value]
      {
        found.append(Mark(text: mark.text, weight: mark.weight))
      }
      if term.attribute == "description" || term.attribute == "info",
        String(term.value).hasOctets("pass") || String(term.value).hasOctets("pwd")
      {
        found.append(Mark(text: "passwords in descriptions", weight: 5))
      }
    }
    if question.isFromRoot, search.securityFlags != nil, !question.lists.isEmpty,
      search.attributes.contains(where: { $0.lowercased() == "ntsecuritydescriptor" })
    {
      found.append(Mark(text: "security descriptors", weight: 3))
    }
    // Over a whole domain it weighs more than in one place.
    if !found.isEmpty, question.isFromRoot {
      found.append(Mark(text: "the whole domain", weight: 1))
    }
    return found
  }
}
