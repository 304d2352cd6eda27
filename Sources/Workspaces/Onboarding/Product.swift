/// A product under any of the names it had: many spellings, one thing (rule R172).
public enum Product: String, CaseIterable, Sendable {
  case defenderForEndpoint = "Microsoft Defender for Endpoint"
  case defenderForIdentity = "Microsoft Defender for Identity"
  case configurationManager = "Microsoft Configuration Manager"
  case intune = "Microsoft Intune"
  case securityCentre = "Microsoft Defender Security Center"

  /// Names without the maker's, in lower-case letters and digits.
  private var spellings: [String] {
    switch self {
    case .defenderForEndpoint:
      [
        "defenderatp", "windowsdefenderatp", "defenderadvancedthreatprotection", "mde", "mdatp",
        "windowsdefenderadvancedthreatprotection", "defenderforendpoint", "defender", "wdatp",
      ]
    case .defenderForIdentity:
      ["azureatp", "azureadvancedthreatprotection", "defenderforidentity", "mdi", "aatp"]
    case .configurationManager:
      [
        "sccm", "mecm", "configmgr", "configurationmanager", "systemcenterconfigurationmanager",
        "endpointconfigurationmanager", "configurationmanagercurrentbranch",
        "endpointconfigurationmanagercurrentbranchandlater",
      ]
    case .intune: ["intune", "mdm", "endpointmanagerintune"]
    case .securityCentre:
      [
        "windowsdefendersecuritycenter", "defendersecuritycenter", "securitycenter",
        "windowsdefendersecuritycentre", "defendersecuritycentre", "securitycentre", "atpportal",
      ]
    }
  }

  /// Reads a name; nil for a product that is none of these.
  public init?(spelling text: String) {
    var compact = text.lowercased().filter { $0.isLetter || $0.isNumber }
    if compact.hasPrefix("microsoft") { compact.removeFirst("microsoft".count) }
    guard let product = Product.allCases.first(where: { $0.spellings.contains(compact) }) else {
      return nil
    }
    self = product
  }
}

/// What manages a device (rule R78).
public enum DeviceManager: String, CaseIterable, Sendable {
  case configurationManager = "configuration-manager"
  case intune
  case other

  /// Reads the endpoint side's word, an inventory's or a person's.
  public init(word: String) {
    switch Product(spelling: word) {
    case .configurationManager: self = .configurationManager
    case .intune: self = .intune
    default: self = .other
    }
  }
}
