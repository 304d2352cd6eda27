public import Evidence

/// How readily a detection speaks.
public enum Sensitivity: String, CaseIterable, Sendable { case low, medium, high }

/// What the workspace says about detections.
public struct Settings: Sendable {
  /// By slug; medium where nothing is said.
  public var sensitivities: [String: Sensitivity]
  public var exclusions: [Exclusion]

  public init(sensitivities: [String: Sensitivity] = [:], exclusions: [Exclusion] = []) {
    self.sensitivities = sensitivities
    self.exclusions = exclusions
  }

  /// What one detection is told.
  public func of(_ slug: String) -> DetectionSettings {
    DetectionSettings(sensitivity: sensitivities[slug] ?? .medium)
  }
}

/// What one detection is told.
public struct DetectionSettings: Sendable {
  public var sensitivity: Sensitivity

  public init(sensitivity: Sensitivity = .medium) { self.sensitivity = sensitivity }

  /// A threshold under the sensitivity: half of it at high, twice at low, never under two.
  public func scaled(_ threshold: Int) -> Int {
    switch sensitivity {
    case .low: threshold * 2
    case .medium: threshold
    case .high: max(2, (threshold + 1) / 2)
    }
  }
}

/// Findings that the workspace does not want, and why; all conditions that are given must hold.
public struct Exclusion: Hashable, Sendable {
  /// The slug.
  public var detection: String
  /// Compared without case and without a realm.
  public var account: String?
  /// A computer's full name, or its first label.
  public var computer: String?
  public var address: Address?
  public var reason: String

  public init(
    detection: String, account: String? = nil, computer: String? = nil, address: Address? = nil,
    reason: String
  ) {
    self.detection = detection
    self.account = account
    self.computer = computer
    self.address = address
    self.reason = reason
  }
}

extension [Exclusion] {
  /// Whether a finding is unwanted.
  ///
  /// Where exclusions name accounts, every account of the finding must be named: an attack on ten
  /// accounts is not excused because one of them is.
  func cover(_ finding: borrowing Finding, of slug: String) -> Bool {
    var excused: Set<String> = []
    for exclusion in self where exclusion.detection == slug && exclusion.fits(finding.sources) {
      guard let account = exclusion.account else {
        if exclusion.computer != nil || exclusion.address != nil { return true }
        continue
      }
      excused.insert(AccountName(name: account, domain: "").key)
    }
    guard !excused.isEmpty, !finding.accounts.isEmpty else { return false }
    return finding.accounts.allSatisfy {
      excused.contains(AccountName(name: $0.name, domain: "").key)
    }
  }
}

extension Exclusion {
  fileprivate func fits(_ sources: [Alert.Source]) -> Bool {
    if let address, !sources.contains(where: { $0.address == address }) { return false }
    guard let computer else { return true }
    guard let excluded = ComputerName(computer) else { return false }
    return sources.contains { ComputerName($0.computer ?? "")?.isSame(as: excluded) == true }
  }
}
