import Evidence
import Workspaces

/// Reads a collection of an API with a token: the next page, wherever reading was left.
struct CollectionReader {
  let client: PatientClient
  let tokens: AccessTokens
  let settings: EndpointSettings

  /// Reads one page; nil for a collection that says it is empty by "not found".
  func page(_ url: String) async throws -> ODataPage? {
    guard settings.isOfAPI(url) else {
      throw EndpointFailure(
        .malformed, "the next page is said to be at another server: \(url.prefix(80))")
    }
    let place = String(url.prefix { $0 != "?" })
    var reply = try await ask(url)
    if reply.status == 401 {
      // A token can be revoked before it ends: once is tried with a new one.
      await tokens.drop()
      reply = try await ask(url)
    }
    switch reply.status {
    case 200: return try ODataPage(reply.body, of: place)
    case 404: return nil
    case 400, 410: throw LostPage(detail: "\(place): HTTP \(reply.status)")
    case 401: throw EndpointFailure(.tokenRejected, "\(place): HTTP 401 with a new token")
    case 403:
      let code = ODataPage.errorCode(reply.body) ?? "no code"
      if code == "DisabledFeature" {
        throw EndpointFailure(.switchedOff, "\(place): HTTP 403, \(code)")
      }
      throw EndpointFailure(.permissionMissing, "\(place): HTTP 403, \(code.prefix(60))")
    default: throw EndpointFailure(.malformed, "\(place): HTTP \(reply.status)")
    }
  }

  /// The other side does not understand the question: a kept place may have lapsed.
  struct LostPage: Error {
    var detail: String
  }

  private func ask(_ url: String) async throws -> PatientClient.Reply {
    let token = try await tokens.current()
    return try await client.send(
      PatientClient.Call(
        url: url,
        headers: [
          ("Authorization", "Bearer \(token)"), ("Accept", "application/json"),
          ("User-Agent", "crosswatch"),
        ]))
  }
}
