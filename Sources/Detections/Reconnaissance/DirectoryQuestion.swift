import Evidence

/// What a search of the directory is after, as the detections of directory reconnaissance see it.
struct DirectoryQuestion {
  /// Kinds of objects that a search lists without naming any of them.
  enum List: String, CaseIterable, Sendable {
    case users, computers, groups, trusts, policies, units, containers, domains

    /// Whether the objects log on, or are what rights are given to: consoles for policies list the
    /// others.
    var isPrincipals: Bool {
      switch self {
      case .users, .computers, .groups: true
      case .trusts, .policies, .units, .containers, .domains: false
      }
    }
  }

  /// A comparison of a filter, in lower case: `(name=value)`.
  struct Term: Hashable {
    var attribute: Substring
    /// What follows the attribute: `=`, `:1.2.840.113556.1.4.803:=`, `>=`.
    var comparison: Substring
    var value: Substring
    var isNegated: Bool

    var isPresence: Bool { value == "*" && comparison == "=" }
  }

  /// Filters longer than this are cut: tools' filters are shorter, and so is what people type.
  static let filterLimit = 4096

  var terms: [Term] = []
  var lists: Set<List> = []
  /// Whether it is a subtree search from the root of a domain or forest.
  var isFromRoot = false
  /// Whether a comparison names one object, or few.
  var isNarrow = false

  init(_ search: LDAPSearch) {
    terms = Self.terms(String(search.filter.prefix(Self.filterLimit)).lowercased())
    let base = search.base.lowercased()
    isFromRoot =
      search.scope == .sub
      && (base.isEmpty
        || base.split(separator: ",").allSatisfy { part in
          part.drop { $0 == " " }.hasPrefix("dc=")
        })
    isNarrow = terms.contains { !$0.isNegated && Self.isNaming($0) }
    guard search.scope == .sub || search.scope == .one, !isNarrow else { return }
    for term in terms where !term.isNegated {
      if let list = Self.list(term) { lists.insert(list) }
    }
    // (objectClass=user) is what computers are too; with this, only they are listed.
    if lists.contains(.computers), !Self.namesPeople(terms) { lists.remove(.users) }
  }

  /// The comparisons of a filter, in order.
  static func terms(_ filter: String) -> [Term] {
    var found: [Term] = []
    var isNegated = false
    for piece in filter.split(separator: "(", omittingEmptySubsequences: false) {
      if piece == "!" {
        isNegated = true
        continue
      }
      let body = piece.before(")")
      guard let mark = body.utf8.firstIndex(of: UInt8(ascii: "=")) else {
        if piece == "&" || piece == "|" { isNegated = false }
        continue
      }
      let left = body[..<mark]
      let attribute = left.before(":").before(">").before("<").before("~")
      found.append(
        Term(
          attribute: attribute, comparison: body[attribute.endIndex...mark],
          value: body[body.utf8.index(after: mark)...], isNegated: isNegated))
      isNegated = false
    }
    return found
  }

  /// Attributes whose value names an object.
  private static let namingAttributes: Set<Substring> = [
    "samaccountname", "anr", "mail", "cn", "name", "displayname", "distinguishedname", "objectsid",
    "objectguid", "userprincipalname", "proxyaddresses", "uid", "uidnumber", "gidnumber", "sn",
    "givenname", "dnshostname", "employeeid", "telephonenumber", "msds-principalname", "dn",
    "mailnickname", "legacyexchangedn", "member", "memberuid", "sidhistory", "objectversion",
    "usnchanged", "whenchanged", "modifytimestamp", "usncreated", "whencreated",
  ]

  private static func isNaming(_ term: Term) -> Bool {
    guard namingAttributes.contains(term.attribute) else {
      return term.attribute == "serviceprincipalname" && !term.value.hasPrefix("*")
    }
    // `*` alone, or `*a*`, names nobody.
    return !term.value.allSatisfy { $0 == "*" } && !isExclusion(term)
  }

  /// Comparisons by which tools leave single accounts out.
  private static func isExclusion(_ term: Term) -> Bool { term.isNegated }

  private static func namesPeople(_ terms: [Term]) -> Bool {
    terms.contains {
      $0.value == "person" || $0.value == "805306368" || $0.value.hasPrefix("cn=person,")
    }
  }

  private static func list(_ term: Term) -> List? {
    switch term.attribute {
    case "samaccounttype": return accountTypes[term.value]
    case "objectclass", "objectcategory":
      // A category may be named whole: CN=Person,CN=Schema,…
      let name = term.value.hasPrefix("cn=") ? term.value.dropFirst(3).before(",") : term.value
      return classes[name]
    default: return nil
    }
  }

  /// Values of sAMAccountType (MS-SAMR section 2.2.1.9).
  private static let accountTypes: [Substring: List] = [
    "805306368": .users, "805306369": .computers, "805306370": .trusts, "268435456": .groups,
    "268435457": .groups, "536870912": .groups, "536870913": .groups,
  ]
  private static let classes: [Substring: List] = [
    "user": .users, "person": .users, "inetorgperson": .users, "computer": .computers,
    "group": .groups, "trusteddomain": .trusts, "trusted-domain": .trusts,
    "grouppolicycontainer": .policies, "group-policy-container": .policies,
    "organizationalunit": .units, "organizational-unit": .units, "container": .containers,
    "domain": .domains, "domaindns": .domains, "domain-dns": .domains,
  ]

  // MARK: - What is asked

  /// Whether all accounts with services are asked for.
  var asksForServices: Bool {
    !isNarrow
      && terms.contains {
        $0.attribute == "serviceprincipalname" && !$0.isNegated
          && $0.value.allSatisfy { $0 == "*" || $0 == "/" }
      } && !terms.contains { $0.value == "computer" && !$0.isNegated }
  }

  /// The default sensitive group whose members, or which itself, is asked for.
  var sensitiveGroup: String? {
    for term in terms where !term.isNegated {
      switch term.attribute {
      case "memberof", "distinguishedname", "cn", "samaccountname", "name":
        let name = term.value.hasPrefix("cn=") ? term.value.dropFirst(3).before(",") : term.value
        guard Self.groupNames.contains(String(name)) else { continue }
        // Whether one user is in the group is an application's question.
        let isAboutOne = terms.contains {
          $0 != term && !$0.isNegated && Self.isNaming($0)
        }
        if !isAboutOne { return String(name) }
      default: continue
      }
    }
    return nil
  }

  private static let groupNames: Set<String> = [
    "domain admins", "enterprise admins", "schema admins", "account operators",
    "server operators", "backup operators", "print operators", "dnsadmins",
    "group policy creator owners", "enterprise key admins", "key admins",
  ]

  /// Whether any comparison has the bit of userAccountControl set (MS-ADTS section 2.2.16).
  func tests(userAccountControl bit: String) -> Bool {
    terms.contains {
      !$0.isNegated && $0.attribute == "useraccountcontrol" && $0.value == bit
        && $0.comparison.utf8.count > 2
    }
  }

  func has(_ attribute: Substring, _ isWanted: (Term) -> Bool = { _ in true }) -> Bool {
    terms.contains { !$0.isNegated && $0.attribute == attribute && isWanted($0) }
  }
}
