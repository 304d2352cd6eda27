/// One of the three groups of each instance (rules R120 to R127).
public enum Role: String, CaseIterable, Sendable {
  case administrator
  case user
  case viewer

  /// Roles of Azure AD that are administrators without being members (R120).
  public static let automaticAdministrators = ["Global Administrator", "Security Administrator"]

  /// The strongest of the groups and directory roles that somebody has; nil where none counts.
  public init?(groups: [Role], directoryRoles: [String] = []) {
    let automatic = Role.automaticAdministrators.map { $0.lowercased() }
    if directoryRoles.contains(where: { automatic.contains($0.lowercased()) }) {
      self = .administrator
      return
    }
    guard let strongest = Role.allCases.first(where: groups.contains) else { return nil }
    self = strongest
  }

  /// Whether it may.
  public func may(_ action: RoleAction) -> Bool {
    switch action.least {
    case .administrator: self == .administrator
    case .user: self != .viewer
    case .viewer: true
    }
  }

  /// Refuses what the role does not allow: an API answers 403, a page leads to the one called
  /// unauthorized (R126).
  public func check(_ action: RoleAction) throws(RuleViolation) {
    guard may(action) else {
      throw RuleViolation(
        rule: action.rule,
        reason: "\(action.text) needs the role \(action.least.rawValue), and this is a \(rawValue)")
    }
  }

  /// Where a page that is not allowed leads.
  public static let unauthorizedPage = "unauthorized"
  public static let unauthorizedStatus = 403

  /// The page that is shown for the one that was asked for (R126).
  public func page(_ wanted: String, for action: RoleAction) -> String {
    may(action) ? wanted : Role.unauthorizedPage
  }
}

/// What somebody wants to do.
public enum RoleAction: String, CaseIterable, Sendable {
  case configureDirectory
  case configureSIEM
  case configureVPN
  case configureEndpointIntegration
  case configureSensors
  case changeHealthAlert
  case changeAlert
  case tagEntities
  case editExclusions
  case editNotifications
  case changeLanguage
  case togglePreviewDetections
  case scheduleReports
  case viewProfiles
  case viewAlerts
  case export
  case downloadReports
  case logIn

  /// The weakest role that may.
  public var least: Role {
    switch self {
    case .configureDirectory, .configureSIEM, .configureVPN, .configureEndpointIntegration,
      .configureSensors, .changeHealthAlert:
      .administrator
    case .changeAlert, .tagEntities, .editExclusions, .editNotifications, .changeLanguage,
      .togglePreviewDetections, .scheduleReports:
      .user
    case .viewProfiles, .viewAlerts, .export, .downloadReports, .logIn: .viewer
    }
  }

  /// The rule that says so.
  public var rule: String {
    switch self {
    case .configureDirectory, .configureSIEM, .configureVPN, .configureEndpointIntegration,
      .configureSensors:
      "R121"
    case .changeAlert: "R122"
    case .changeHealthAlert: "R123"
    case .tagEntities, .editExclusions, .editNotifications, .changeLanguage,
      .togglePreviewDetections, .scheduleReports:
      "R124"
    case .viewProfiles, .viewAlerts, .export, .downloadReports, .logIn: "R125"
    }
  }

  /// In words, such as "change alert".
  var text: String {
    var words = ""
    var wasUpper = true
    for letter in rawValue {
      if letter.isUppercase, !wasUpper { words += " " }
      words += letter.isUppercase && !wasUpper ? letter.lowercased() : String(letter)
      wasUpper = letter.isUppercase
    }
    return words
  }
}

/// How much of an entity's endpoint alerts somebody sees (rule R127).
public enum EndpointVisibility: String, CaseIterable, Sendable {
  case content
  case count
  case nothing

  /// Content needs the endpoint side's own rights over the device's group; without them a count,
  /// where the policy allows one.
  public init(mayReadDeviceGroup: Bool, showsCounts: Bool) {
    self = mayReadDeviceGroup ? .content : showsCounts ? .count : .nothing
  }
}
