import ArgumentParser

/// What the emulator does wrong, on request, and how often.
struct Trouble: Hashable, Sendable, ExpressibleByArgument {
  enum Kind: String, CaseIterable, Sendable {
    /// 429 with Retry-After.
    case throttled
    /// 500.
    case failing
    /// The connection ends in the middle of the answer.
    case broken
    /// 401 from the API: the token was revoked.
    case revoked
    /// 403: the application lacks a permission.
    case forbidden
    /// 403 with the code DisabledFeature: the integration's switch is off over there.
    case switchedOff = "switched-off"
    /// The token endpoint does not know the tenant.
    case unknownTenant = "unknown-tenant"
    /// The token endpoint does not accept the secret.
    case refusedSecret = "refused-secret"
    /// Documents carry another tenant's identity.
    case otherTenant = "other-tenant"
    /// An answer that is not JSON.
    case malformed

    /// Troubles of the token endpoint; the others are the API's.
    var isOfTokens: Bool { self == .unknownTenant || self == .refusedSecret }
  }

  var kind: Kind
  /// Answers that it spoils; nil for all.
  var count: Int?
  /// Answers that go well before.
  var after = 0

  /// Reads `KIND`, `KIND:COUNT`, `KIND@AFTER` or `KIND:COUNT@AFTER`.
  init?(argument: String) {
    let halves = argument.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    if halves.count == 2 {
      guard let after = Int(halves[1]), after > 0 else { return nil }
      self.after = after
    }
    let parts = halves[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let kind = Kind(rawValue: String(first)) else { return nil }
    self.kind = kind
    if parts.count == 2 {
      guard let count = Int(parts[1]), count > 0 else { return nil }
      self.count = count
    }
  }

  static let help = Kind.allCases.map(\.rawValue).joined(separator: ", ")
}

/// The troubles that are still to come, in their order.
struct Troubles: Sendable {
  private var list: [Trouble]

  init(_ list: [Trouble]) { self.list = list }

  /// Whether an answer is to be spoiled now, and how; a counted trouble is used up.
  mutating func next(where isMeant: (Trouble.Kind) -> Bool) -> Trouble.Kind? {
    guard let place = list.firstIndex(where: { isMeant($0.kind) }) else { return nil }
    guard list[place].after == 0 else {
      list[place].after -= 1
      return nil
    }
    let kind = list[place].kind
    if let count = list[place].count {
      if count > 1 { list[place].count = count - 1 } else { list.remove(at: place) }
    }
    return kind
  }

  mutating func add(_ trouble: Trouble) { list.append(trouble) }

  mutating func clear() { list = [] }
}
