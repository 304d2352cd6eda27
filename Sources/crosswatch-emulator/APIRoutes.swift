import Foundation
import Hummingbird

/// `/api/alerts`, `/api/machines` and Graph's `/v1.0/security/alerts_v2`.
struct APIRoutes: Sendable {
  let peer: Peer

  @Sendable func alerts(
    _ request: Request, _ context: BasicRequestContext
  ) async throws -> Response {
    try await answer(request) { query, trouble in
      let found = query.matching(try await tenanted(peer.alerts(), trouble))
      // An answer without the expansion carries an empty list, not none.
      let shown = found.map { query.expandsEvidence ? $0 : bare($0) }
      return page(shown, query, request, "Alerts")
    }
  }

  @Sendable func machines(
    _ request: Request, _ context: BasicRequestContext
  ) async throws -> Response {
    try await answer(request) { query, _ in
      let found = query.matching(try await peer.machines())
      // This collection alone is "not found" where it is empty.
      guard !found.isEmpty else {
        return Answer.error(.notFound, "ResourceNotFound", "No machines were found.")
      }
      return page(found, query, request, "Machines")
    }
  }

  @Sendable func graphAlerts(
    _ request: Request, _ context: BasicRequestContext
  ) async throws -> Response {
    try await answer(request) { query, trouble in
      let all = try await tenanted(peer.alerts(), trouble)
      let machines = try await peer.machines()
      let shaped = all.map { GraphShape.alert($0, machines: machines) }
      return page(query.matching(shaped), query, request, "security/alerts_v2")
    }
  }

  @Sendable func alert(_ request: Request, _ context: BasicRequestContext) async throws -> Response
  {
    try await one(request, context, "id", await peer.alerts())
  }

  @Sendable func machine(
    _ request: Request, _ context: BasicRequestContext
  ) async throws -> Response {
    try await one(request, context, "id", await peer.machines())
  }

  @Sendable func machineOfAlert(
    _ request: Request, _ context: BasicRequestContext
  ) async throws -> Response {
    let id = context.parameters.get("id")
    let machine = try await peer.alerts().first { $0["id"].text == id }?["machineId"].text
    let machines = try await peer.machines()
    return try await answer(request) { _, _ in
      guard let found = machines.first(where: { $0["id"].text == machine && machine != nil }) else {
        return Answer.error(.notFound, "ResourceNotFound", "No such machine.")
      }
      return Answer.json(.ok, found)
    }
  }

  @Sendable func alertsOfMachine(
    _ request: Request, _ context: BasicRequestContext
  ) async throws -> Response {
    let id = context.parameters.get("id")
    let alerts = try await peer.alerts().filter { $0["machineId"].text == id }
    return try await answer(request) { query, _ in
      page(alerts.map { query.expandsEvidence ? $0 : bare($0) }, query, request, "Alerts")
    }
  }

  private func one(
    _ request: Request, _ context: BasicRequestContext, _ key: String, _ documents: [JSONValue]
  ) async throws -> Response {
    let id = context.parameters.get("id")
    return try await answer(request) { _, _ in
      guard let found = documents.first(where: { $0[key].text == id }) else {
        return Answer.error(.notFound, "ResourceNotFound", "No such document.")
      }
      return Answer.json(.ok, found)
    }
  }

  // MARK: - What all share

  /// Checks the token, spoils what is to be spoiled, and otherwise answers.
  private func answer(
    _ request: Request,
    _ body: (CollectionQuery, Trouble.Kind?) async throws -> Response
  ) async throws -> Response {
    await peer.note("GET \(request.uri.string)")
    let trouble = await peer.apiTrouble()
    if let trouble, let spoilt = spoilt(trouble) { return spoilt }
    let token = (request.headers[.authorization] ?? "").replacing("Bearer ", with: "")
    guard await peer.accepts(token) else {
      return Answer.error(.unauthorized, "Unauthorized", "Unauthorized request.")
    }
    let parameters = request.uri.queryParameters.map { (name: String($0), value: String($1)) }
    do {
      return try await body(try CollectionQuery(parameters), trouble)
    } catch let refusal as CollectionQuery.Refusal {
      return Answer.error(.badRequest, refusal.code, refusal.message)
    }
  }

  private func spoilt(_ trouble: Trouble.Kind) -> Response? {
    switch trouble {
    case .throttled:
      var response = Answer.error(.tooManyRequests, "TooManyRequests", "Too many requests.")
      response.headers[.retryAfter] = String(peer.settings.retryAfter)
      return response
    case .failing:
      return Answer.error(.internalServerError, "InternalServerError", "It failed.")
    case .forbidden:
      return Answer.error(.forbidden, "Forbidden", "The application has no required roles.")
    case .switchedOff:
      return Answer.error(.forbidden, "DisabledFeature", "The integration is switched off.")
    case .broken:
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: ResponseBody(contentLength: 1000) { writer in
          try await writer.write(ByteBuffer(string: "{\"value\":[{\"id\":"))
          throw BrokenOff()
        })
    case .malformed:
      return Response(
        status: .ok, headers: [.contentType: "text/html"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: "<html>maintenance</html>")))
    case .revoked, .otherTenant, .unknownTenant, .refusedSecret: return nil
    }
  }

  /// Ends a connection in the middle of an answer.
  private struct BrokenOff: Error {}

  private func tenanted(_ alerts: [JSONValue], _ trouble: Trouble.Kind?) -> [JSONValue] {
    guard trouble == .otherTenant else { return alerts }
    return alerts.map { alert in
      var alert = alert
      alert["aadTenantId"] = "00000000-0000-4000-8000-00000000dead"
      return alert
    }
  }

  private func bare(_ alert: JSONValue) -> JSONValue {
    var alert = alert
    alert["evidence"] = []
    return alert
  }

  /// One page: newest last or first is not promised, and the second of several is empty.
  ///
  /// Both are legal, and what clients trip over.
  private func page(
    _ documents: [JSONValue], _ query: CollectionQuery, _ request: Request, _ name: String
  ) -> Response {
    let size = min(query.top ?? peer.settings.pageSize, peer.settings.pageSize)
    let all = Array(documents.reversed())
    var members: JSONValue = [
      "@odata.context": .text("https://api.securitycenter.microsoft.com/api/$metadata#\(name)")
    ]
    let isEmptyPage = request.uri.queryParameters["emptyPage"] == "1"
    let start = min(query.skip, all.count)
    let end = isEmptyPage ? start : min(start + size, all.count)
    members["value"] = .array(Array(all[start..<end]))
    if end < all.count {
      let comesEmpty = !isEmptyPage && start == 0
      members["@odata.nextLink"] = .text(
        next(request, skip: end, emptyPage: comesEmpty, top: query.top))
    }
    return Answer.json(.ok, members)
  }

  private func next(_ request: Request, skip: Int, emptyPage: Bool, top: Int?) -> String {
    let scheme = request.head.scheme ?? "http"
    let authority = request.head.authority ?? "127.0.0.1"
    var pairs = ["$skiptoken=\(skip)"]
    for (name, value) in request.uri.queryParameters
    where !["$skip", "$skiptoken", "emptyPage"].contains(String(name)) {
      let kept = String(value).addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      pairs.append("\(name)=\(kept)")
    }
    if emptyPage { pairs.append("emptyPage=1") }
    return "\(scheme)://\(authority)\(request.uri.path)?\(pairs.joined(separator: "&"))"
  }
}
