import Evidence
import Wire

extension Output {
  /// The line of a buffer that cannot be read.
  mutating func line(
    sealed byteCount: Int, _ parties: Parties, from side: Side, at moment: Moment
  ) {
    beginLine("ldap", parties, from: side, at: moment)
    json.member("op", "encrypted")
    json.member("sasl_len", byteCount)
    endLine()
  }

  /// The line of a message, read on its own: a line is wanted in `decode` only.
  mutating func line(
    _ envelope: borrowing LDAP.Envelope, _ bytes: Span<UInt8>, _ parties: Parties,
    _ place: LDAPExchange.Place
  ) throws(ParseFailure) {
    let isConnectionless = parties.transport == .udp
    beginLine(isConnectionless ? "cldap" : "ldap", parties, from: place.side, at: place.moment)
    json.member("message_id", envelope.id)
    json.member("op", envelope.operation.lineName)
    if envelope.operation.lineName == nil {
      json.member("op", Int(envelope.operation.rawValue))
    }
    if place.isWrapped { json.member("sasl_wrapped", true) }
    var failure: ParseFailure?
    do {
      var content = envelope.content
      try members(envelope.operation, &content, bytes, isConnectionless)
      json.member("controls", try envelope.controls())
    } catch {
      // What could be read stays in the line.
      failure = error
    }
    endLine()
    if let failure { throw failure }
  }

  private mutating func members(
    _ operation: LDAP.OperationCode, _ content: inout ByteReader, _ bytes: Span<UInt8>,
    _ isConnectionless: Bool
  ) throws(ParseFailure) {
    switch operation {
    case .bindRequest:
      bindMembers(try LDAP.BindRequest(parsing: &content))
    case .searchRequest:
      searchMembers(try LDAP.SearchRequest(parsing: &content))
    case .searchResultEntry:
      let whole = content
      let entry = try LDAP.Entry(parsing: &content)
      json.member("object", entry.object)
      json.member("attributes", entry.attributes.map(\.name))
      var copy = whole
      if isConnectionless, let response = LDAP.netlogonResponse(in: &copy, of: bytes) {
        netlogonMembers(response)
      }
    case .modifyRequest:
      let request = try LDAP.ModifyRequest(parsing: &content)
      json.member("object", request.object)
      json.member("attributes", request.changes.map(\.attribute.name))
      json.member("operations", request.changes.map(\.operation))
    case .addRequest:
      let entry = try LDAP.Entry(parsing: &content)
      json.member("object", entry.object)
      json.member("attributes", entry.attributes.map(\.name))
    case .deleteRequest:
      json.member("object", try LDAP.deletedObject(content))
    case .modifyDNRequest:
      let request = try LDAP.ModifyDNRequest(parsing: &content)
      json.member("object", request.object)
      json.member("newrdn", request.newName)
    case .compareRequest:
      json.member("object", try LDAP.CompareRequest(parsing: &content).object)
    case .extendedRequest:
      json.member("oid", try LDAP.ExtendedRequest(parsing: &content).name)
    case .bindResponse, .searchResultDone, .modifyResponse, .addResponse, .deleteResponse,
      .modifyDNResponse, .compareResponse, .extendedResponse:
      let result = try LDAP.Result(parsing: &content)
      json.member("result_code", Int(result.code.rawValue))
      if !result.diagnostic.isEmpty { json.member("error_message", result.diagnostic) }
      json.member("oid", result.responseName)
    default: break
    }
  }

  private mutating func bindMembers(_ request: LDAP.BindRequest) {
    json.member("version", request.version)
    json.member("bind_dn", request.name)
    switch request.authentication {
    case .simple(let count):
      json.member("auth", "simple")
      json.member("simple_password_len", count)
    case .sasl(let mechanism, _):
      json.member("auth", "sasl")
      json.member("mechanism", mechanism)
    case .sicilyDiscovery: json.member("auth", "sicilyPackageDiscovery")
    case .sicilyNegotiate: json.member("auth", "sicilyNegotiate")
    case .sicilyResponse: json.member("auth", "sicilyResponse")
    case .other(let number): json.member("auth", Int(number))
    }
  }

  private mutating func searchMembers(_ request: LDAP.SearchRequest) {
    json.member("base", request.base)
    switch request.scope {
    case .baseObject: json.member("scope", "base")
    case .singleLevel: json.member("scope", "one")
    case .wholeSubtree: json.member("scope", "sub")
    default: json.member("scope", Int(request.scope.rawValue))
    }
    json.member("deref_aliases", Int(request.dereferencing))
    json.member("size_limit", request.sizeLimit)
    json.member("time_limit", request.timeLimitSeconds)
    json.member("types_only", request.typesOnly)
    json.member("filter", request.filter)
    json.key("attributes")
    json.beginArray()
    for attribute in request.attributes { json.value(attribute) }
    json.endArray()
  }

  private mutating func netlogonMembers(_ response: LDAP.NetlogonResponse) {
    json.member("nl_domain", response.dnsDomain.lineName)
    json.member("nl_forest", response.dnsForest.lineName)
    json.member("nl_hostname", response.dnsHost.lineName)
    json.member("nl_nb_domain", response.netbiosDomain.lineName)
    json.member("nl_nb_hostname", response.netbiosHost.lineName)
    json.member("nl_user", response.user.lineName)
    json.member("nl_server_site", response.serverSite.lineName)
    json.member("nl_client_site", response.clientSite.lineName)
  }
}

extension String {
  /// An empty name is that of the root.
  fileprivate var lineName: String { isEmpty ? "<Root>" : self }
}

extension LDAP {
  /// The answer to a search for `Netlogon` that an entry carries, nil where it carries none.
  static func netlogonResponse(
    in content: inout ByteReader, of bytes: Span<UInt8>
  ) -> NetlogonResponse? {
    do {
      let entry = try Entry(parsing: &content)
      for attribute in entry.attributes where attribute.name.lowercased() == "netlogon" {
        var values = try ByteReader(bytes).slice(attribute.values, "vals")
        var value = try values.element(.octetString, "value")
        return try NetlogonResponse(parsing: &value)
      }
    } catch {
      // The entry counts all the same; what it says of the controller is lost.
      return nil
    }
    return nil
  }
}

extension LDAP.OperationCode {
  /// The operation's name in a line, nil for one that we do not know.
  fileprivate var lineName: String? {
    switch self {
    case .bindRequest: "bindRequest"
    case .bindResponse: "bindResponse"
    case .unbindRequest: "unbindRequest"
    case .searchRequest: "searchRequest"
    case .searchResultEntry: "searchResEntry"
    case .searchResultDone: "searchResDone"
    case .searchResultReference: "searchResRef"
    case .modifyRequest: "modifyRequest"
    case .modifyResponse: "modifyResponse"
    case .addRequest: "addRequest"
    case .addResponse: "addResponse"
    case .deleteRequest: "delRequest"
    case .deleteResponse: "delResponse"
    case .modifyDNRequest: "modDNRequest"
    case .modifyDNResponse: "modDNResponse"
    case .compareRequest: "compareRequest"
    case .compareResponse: "compareResponse"
    case .abandonRequest: "abandonRequest"
    case .extendedRequest: "extendedReq"
    case .extendedResponse: "extendedResp"
    case .intermediateResponse: "intermediateResponse"
    default: nil
    }
  }
}

extension Span<UInt8> {
  /// Whether the octets of a text begin a range.
  func contains(_ text: StaticString, at range: ByteRange) -> Bool {
    let octets = text.description.utf8
    guard range.offset >= 0, range.count >= octets.count, range.offset <= count - octets.count
    else { return false }
    var index = range.offset
    for octet in octets {
      if self[index] != octet { return false }
      index += 1
    }
    return true
  }
}
