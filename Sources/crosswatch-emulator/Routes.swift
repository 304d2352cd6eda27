import Foundation
import Hummingbird

/// The paths of the APIs, and of the emulator's own controls.
func routes(_ peer: Peer) -> Router<BasicRequestContext> {
  let router = Router()
  let api = APIRoutes(peer: peer)
  router.post("/:tenant/oauth2/v2.0/token") { request, context in
    try await TokenRoute(peer: peer).answer(request, context)
  }
  router.get("/api/alerts", use: api.alerts)
  router.get("/api/alerts/:id", use: api.alert)
  router.get("/api/alerts/:id/machine", use: api.machineOfAlert)
  router.get("/api/machines", use: api.machines)
  router.get("/api/machines/:id", use: api.machine)
  router.get("/api/machines/:id/alerts", use: api.alertsOfMachine)
  router.get("/v1.0/security/alerts_v2", use: api.graphAlerts)
  router.post("/emulator/troubles") { request, _ in
    guard let text = request.uri.queryParameters["trouble"],
      let trouble = Trouble(argument: String(text))
    else { return Answer.error(.badRequest, "InvalidInput", "trouble=KIND[:COUNT][@AFTER]") }
    await peer.add(trouble)
    return Answer.json(.ok, ["added": .text(String(text))])
  }
  router.delete("/emulator/troubles") { _, _ in
    await peer.clearTroubles()
    return Answer.json(.ok, ["troubles": []])
  }
  router.get("/emulator/requests") { _, _ in
    Answer.json(.ok, .array(await peer.noted().map(JSONValue.text)))
  }
  return router
}

/// Answers in the shapes of the API.
enum Answer {
  static func json(_ status: HTTPResponse.Status, _ value: JSONValue) -> Response {
    let data: Data
    do {
      data = try value.data()
    } catch {
      return Response(status: .internalServerError)
    }
    return Response(
      status: status, headers: [.contentType: "application/json; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }

  static func error(
    _ status: HTTPResponse.Status, _ code: String, _ message: String
  ) -> Response {
    json(
      status,
      [
        "error": [
          "code": .text(code), "message": .text(message), "target": .text(UUID().uuidString),
        ]
      ])
  }
}

/// The token endpoint, whose errors have another shape than the API's.
struct TokenRoute: Sendable {
  let peer: Peer

  /// Octets of a request's form.
  private static let formLimit = 64 << 10

  func answer(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    await peer.note("POST \(request.uri.path)")
    let form = try await fields(request)
    switch await peer.tokenTrouble() {
    case .unknownTenant: return refusal(90_002, "invalid_request", "Tenant not found.")
    case .refusedSecret:
      return refusal(7_000_215, "invalid_client", "Invalid client secret provided.")
    default: break
    }
    guard context.parameters.get("tenant") == peer.settings.tenant else {
      return refusal(90_002, "invalid_request", "Tenant not found.")
    }
    guard form["grant_type"] == "client_credentials", form["scope"]?.isEmpty == false else {
      return refusal(900_144, "invalid_request", "The request body lacks a parameter.")
    }
    guard form["client_id"] == peer.settings.clientID else {
      return refusal(700_016, "unauthorized_client", "Application was not found in the directory.")
    }
    guard form["client_secret"] == peer.settings.secret else {
      return refusal(7_000_215, "invalid_client", "Invalid client secret provided.")
    }
    return Answer.json(
      .ok,
      [
        "token_type": "Bearer", "expires_in": .int(Int64(peer.settings.tokenLife)),
        "ext_expires_in": 0, "access_token": .text(try await peer.makeToken()),
      ])
  }

  private func fields(_ request: Request) async throws -> [String: String] {
    let buffer = try await request.body.collect(upTo: TokenRoute.formLimit)
    let text = String(buffer: buffer)
    var fields: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { continue }
      let value = sides[1].replacing("+", with: " ")
      fields[String(sides[0])] = value.removingPercentEncoding
    }
    return fields
  }

  private func refusal(_ code: Int64, _ error: String, _ words: String) -> Response {
    Answer.json(
      code == 7_000_215 ? .unauthorized : .badRequest,
      [
        "error": .text(error), "error_description": .text("AADSTS\(code): \(words)"),
        "error_codes": [.int(code)], "trace_id": .text(UUID().uuidString),
        "correlation_id": .text(UUID().uuidString),
      ])
  }
}
