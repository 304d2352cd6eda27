import Evidence
import Foundation
import Workspaces

/// Tokens by the OAuth 2.0 client credentials grant (RFC 6749 section 4.4), kept until they end.
actor AccessTokens {
  private let client: PatientClient
  private let settings: EndpointSettings
  private let credentials: ClientCredentials
  private let scope: String
  /// Application permissions that a token must carry, where it says which it has.
  private let roles: [String]
  private let pace: Pace
  private var token: String?
  private var end: Instant?

  /// A token is renewed this long before it ends: clocks differ.
  private static let margin = Instant.Span.minutes(5)

  init(
    client: PatientClient, settings: EndpointSettings, credentials: ClientCredentials,
    scope: String, roles: [String], pace: Pace
  ) {
    self.client = client
    self.settings = settings
    self.credentials = credentials
    self.scope = scope
    self.roles = roles
    self.pace = pace
  }

  /// A token that is not about to end.
  func current() async throws -> String {
    if let token, let end, pace.now() < end { return token }
    let reply = try await client.send(
      PatientClient.Call(
        url: "\(settings.authority)/\(settings.tenant)/oauth2/v2.0/token",
        form: [
          ("grant_type", "client_credentials"), ("client_id", credentials.clientID),
          ("client_secret", credentials.secret), ("scope", scope),
        ]))
    let members = object(reply.body)
    guard reply.status == 200 else { throw refusal(reply.status, members) }
    guard let text = members["access_token"] as? String, !text.isEmpty else {
      throw EndpointFailure(.malformed, "\(settings.authority): a token answer without a token")
    }
    try check(text)
    let life = (members["expires_in"] as? NSNumber)?.int64Value ?? 600
    let span = Instant.Span.seconds(min(max(life, 1), 86_400))
    let kept = max(span.nanoseconds - AccessTokens.margin.nanoseconds, span.nanoseconds / 2)
    token = text
    end = pace.now().advanced(by: Instant.Span(nanoseconds: kept))
    return text
  }

  /// The API refused the token: the next one is a new one.
  func drop() { token = nil }

  /// What the authority says, by the number of its message: its shape is not the API's.
  private func refusal(_ status: Int, _ members: [String: Any]) -> EndpointFailure {
    let words = members["error_description"] as? String ?? "HTTP \(status)"
    let detail = "\(settings.authority): \(words)"
    let codes = (members["error_codes"] as? [NSNumber] ?? []).map(\.intValue)
    // AADSTS90002, 900023: no such tenant; 700016: the application is not in that tenant.
    if codes.contains(where: [90_002, 900_023, 700_016].contains) {
      return EndpointFailure(.wrongTenant, detail)
    }
    return EndpointFailure(.tokenRejected, detail)
  }

  /// Reads what a token says of itself; a token that says nothing is left to the API to judge.
  private func check(_ token: String) throws {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let data = AccessTokens.data(base64URL: parts[1]) else { return }
    let claims = object(Array(data))
    if let tenant = claims["tid"] as? String, tenant.lowercased() != settings.tenant.lowercased() {
      throw EndpointFailure(.wrongTenant, "the token is of tenant \(tenant.prefix(64))")
    }
    guard let granted = claims["roles"] as? [String] else { return }
    let missing = roles.filter { !granted.contains($0) }
    guard missing.isEmpty else {
      throw EndpointFailure(.permissionMissing, "missing: \(missing.joined(separator: ", "))")
    }
  }

  private static func data(base64URL text: Substring) -> Data? {
    var plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
    plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    return Data(base64Encoded: plain)
  }

  private nonisolated func object(_ bytes: [UInt8]) -> [String: Any] {
    do {
      return try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    } catch {
      return [:]
    }
  }
}
