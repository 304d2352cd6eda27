import Evidence
import Foundation

/// The state of the other side: its documents, its tokens, and what it is to do wrong.
actor Peer {
  struct Settings: Sendable {
    var tenant: String
    var clientID: String
    var secret: String
    /// Where documents are read from, anew at each request; nil for the built-in ones.
    var folder: String?
    var extraAlerts: Int
    var pageSize: Int
    var retryAfter: Int
    var tokenLife: Int
    var missingRoles: Set<String>
  }

  nonisolated let settings: Settings
  private var troubles: Troubles
  /// Tokens that were given out, with the second in which they end.
  private var tokens: [String: Int] = [:]
  private var requests: [String] = []
  /// Requests that are remembered.
  private static let requestLimit = 10_000

  init(settings: Settings, troubles: Troubles) {
    self.settings = settings
    self.troubles = troubles
  }

  func note(_ request: String) {
    if requests.count < Peer.requestLimit { requests.append(request) }
  }

  func noted() -> [String] { requests }

  func add(_ trouble: Trouble) { troubles.add(trouble) }

  func clearTroubles() { troubles.clear() }

  func tokenTrouble() -> Trouble.Kind? { troubles.next { $0.isOfTokens } }

  func apiTrouble() -> Trouble.Kind? {
    let trouble = troubles.next { !$0.isOfTokens }
    // A revoked token stays refused; the next one is good.
    if trouble == .revoked { tokens = [:] }
    return trouble
  }

  /// A token of the shape of a real one: three parts, of which the second is read by clients.
  func makeToken() throws -> String {
    let now = Int(Date().timeIntervalSince1970)
    let granted = ["Alert.Read.All", "Machine.Read.All", "SecurityAlert.Read.All"]
      .filter { !settings.missingRoles.contains($0) }
    let claims: JSONValue = [
      "aud": "https://api.securitycenter.microsoft.com", "tid": .text(settings.tenant),
      "appid": .text(settings.clientID), "exp": .int(Int64(now + settings.tokenLife)),
      "roles": .array(granted.map(JSONValue.text)), "jti": .text(UUID().uuidString),
    ]
    let header: JSONValue = ["alg": "none", "typ": "JWT"]
    let token = "\(try Peer.base64URL(header)).\(try Peer.base64URL(claims)).c2lnbmF0dXJl"
    tokens[token] = now + settings.tokenLife
    return token
  }

  func accepts(_ token: String) -> Bool {
    guard let end = tokens[token] else { return false }
    return Int(Date().timeIntervalSince1970) < end
  }

  private static func base64URL(_ value: JSONValue) throws -> String {
    try value.data().base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  // MARK: - Documents

  func alerts() throws -> [JSONValue] {
    var alerts = try documents("alerts.json") ?? DemoData.alerts
    alerts += (0..<settings.extraAlerts).map(DemoData.extraAlert)
    return alerts
  }

  func machines() throws -> [JSONValue] { try documents("machines.json") ?? DemoData.machines }

  /// The documents of a file of the folder; nil without a folder, none without the file.
  private func documents(_ name: String) throws -> [JSONValue]? {
    guard let folder = settings.folder else { return nil }
    let path = "\(folder)/\(name)"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let root = try JSONDecoder().decode(
      JSONValue.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    if case .array(let list) = root { return list }
    return root["value"].elements
  }
}
